import { DnsLegacy } from "@muhlba91/pulumi-proxmoxve/dnsLegacy";
import type { linux } from "@muhlba91/pulumi-proxmoxve/network";
import { TimeLegacy } from "@muhlba91/pulumi-proxmoxve/timeLegacy";
import * as pulumi from "@pulumi/pulumi";
import { createInterfaces, type NodeInterfaces } from "./node-network";

export interface NodeArgs {
  /** The node's host name in the cluster. */
  readonly nodeName: string;
  /** IANA time zone. */
  readonly timeZone: pulumi.Input<string>;
  readonly dns: {
    readonly domain: pulumi.Input<string>;
    readonly servers: pulumi.Input<pulumi.Input<string>[]>;
  };
  /** Bonds, bridges and VLANs by name (`vmbr0`). A name is an identity: it is part of the logical name. */
  readonly interfaces: NodeInterfaces;
  /** It is not the first of its cluster: before it has joined, the cluster's API knows nothing of it. */
  readonly joins: boolean;
}

/**
 * One Proxmox VE node: its time zone, DNS and network interfaces.
 *
 * @example
 * new Node("pve1", {
 *   nodeName: "pve1",
 *   timeZone: "Asia/Jakarta",
 *   dns: { domain: "example.internal", servers: ["1.1.1.1"] },
 *   interfaces: {
 *     bonds: { bond0: { slaves: ["enp2s0", "enp3s0"], mode: "802.3ad", hashPolicy: "layer2+3", mtu: 9000, existing: false } },
 *     bridges: { vmbr0: { ports: ["enp1s0"], address: "192.0.2.10/24", gateway: "192.0.2.1", vlanAware: false, existing: true } },
 *     vlans: { "bond0.50": { address: "198.51.100.10/24", existing: false } },
 *   },
 *   joins: false,
 * });
 */
export class Node extends pulumi.ComponentResource {
  /** The node's bridges: what plugs into one depends on it. */
  readonly bridges: Readonly<Record<string, linux.Bridge>>;
  /** All of its interfaces: what reaches another machine from this node depends on them. */
  readonly interfaces: readonly pulumi.Resource[];

  constructor(name: string, args: NodeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:Node", name, args, opts);
    const parent = { parent: this };
    new TimeLegacy(name, { nodeName: args.nodeName, timeZone: args.timeZone }, parent);
    new DnsLegacy(
      name,
      { nodeName: args.nodeName, domain: args.dns.domain, servers: args.dns.servers },
      parent,
    );
    const { bridges, all } = createInterfaces(name, args, this);
    this.bridges = bridges;
    this.interfaces = all;
    this.registerOutputs({ nodeName: args.nodeName });
  }
}
