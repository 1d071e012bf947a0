import { DnsLegacy } from "@muhlba91/pulumi-proxmoxve/dnsLegacy";
import { linux } from "@muhlba91/pulumi-proxmoxve/network";
import { TimeLegacy } from "@muhlba91/pulumi-proxmoxve/timeLegacy";
import * as pulumi from "@pulumi/pulumi";

/** A bridge of one node, with the node's own address on it. */
export interface NodeBridge {
  /** Physical interfaces or bonds behind it. */
  readonly ports: readonly string[];
  readonly vlanAware: boolean;
  /** The node's address with prefix length; a bridge without one carries guests only. */
  readonly address?: string;
  readonly gateway?: string;
  readonly comment?: string;
  /** The installer made it: the first `up` imports it, and stops if it is not as declared. */
  readonly existing: boolean;
}

export interface NodeArgs {
  /** The node's host name in the cluster. */
  readonly nodeName: string;
  /** IANA time zone. */
  readonly timeZone: pulumi.Input<string>;
  readonly dns: {
    readonly domain: pulumi.Input<string>;
    readonly servers: pulumi.Input<pulumi.Input<string>[]>;
  };
  /** Bridges by name (`vmbr0`). A name is an identity: it is part of the logical name. */
  readonly bridges: Readonly<Record<string, NodeBridge>>;
}

/**
 * One Proxmox VE node: its time zone, DNS and bridges.
 *
 * @example
 * new Node("pve1", {
 *   nodeName: "pve1",
 *   timeZone: "Asia/Jakarta",
 *   dns: { domain: "example.internal", servers: ["1.1.1.1"] },
 *   bridges: { vmbr0: { ports: ["enp1s0"], address: "192.0.2.10/24", gateway: "192.0.2.1", vlanAware: false, existing: true } },
 * });
 */
export class Node extends pulumi.ComponentResource {
  /** The node's bridges: what plugs into one depends on it. */
  readonly bridges: Readonly<Record<string, linux.Bridge>>;

  constructor(name: string, args: NodeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:Node", name, args, opts);
    const parent = { parent: this };
    new TimeLegacy(name, { nodeName: args.nodeName, timeZone: args.timeZone }, parent);
    new DnsLegacy(
      name,
      { nodeName: args.nodeName, domain: args.dns.domain, servers: args.dns.servers },
      parent,
    );
    this.bridges = Object.fromEntries(
      Object.entries(args.bridges).map(([bridge, settings]) => [
        bridge,
        this.createBridge(`${name}-${bridge}`, bridge, args.nodeName, settings),
      ]),
    );
    this.registerOutputs({ nodeName: args.nodeName });
  }

  private createBridge(name: string, bridge: string, nodeName: string, settings: NodeBridge): linux.Bridge {
    const { existing, ports, ...rest } = settings;
    return new linux.Bridge(
      name,
      { nodeName, name: bridge, autostart: true, ports: [...ports], ...rest },
      // Without its management bridge a node is out of reach of this program too.
      { parent: this, protect: true, ...(existing ? { import: `${nodeName}:${bridge}` } : {}) },
    );
  }
}
