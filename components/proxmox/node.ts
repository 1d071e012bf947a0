import { DnsLegacy } from "@muhlba91/pulumi-proxmoxve/dnsLegacy";
import { HostsLegacy } from "@muhlba91/pulumi-proxmoxve/hostsLegacy";
import type { linux } from "@muhlba91/pulumi-proxmoxve/network";
import { Config } from "@muhlba91/pulumi-proxmoxve/node";
import { TimeLegacy } from "@muhlba91/pulumi-proxmoxve/timeLegacy";
import * as pulumi from "@pulumi/pulumi";
import { createInterfaces, type NodeInterfaces } from "./node-network";
import { createRepositories, type Subscription } from "./node-repositories";

export interface NodeArgs {
  /** The node's host name in the cluster. */
  readonly nodeName: string;
  /** IANA time zone. */
  readonly timeZone: pulumi.Input<string>;
  readonly dns: {
    readonly domain: pulumi.Input<string>;
    readonly servers: pulumi.Input<pulumi.Input<string>[]>;
  };
  /**
   * Names by address for /etc/hosts, besides the local ones, which are written too. It has to have the node's own name
   * on its management address: Proxmox VE looks itself up there. What else is in the file is lost.
   */
  readonly hosts: Readonly<Record<string, readonly string[]>>;
  /** Which package repositories are enabled; the others are switched off. */
  readonly repositories: Subscription;
  /** The node's notes in the web interface, in Markdown. Where absent, notes that are there stay. */
  readonly description?: pulumi.Input<string>;
  /** Bonds, bridges and VLANs by name (`vmbr0`). A name is an identity: it is part of the logical name. */
  readonly interfaces: NodeInterfaces;
  /** It is not the first of its cluster: before it has joined, the cluster's API knows nothing of it. */
  readonly joins: boolean;
}

/** What the Proxmox VE installer writes into /etc/hosts for the node itself, on any node. */
const LOCAL_HOSTS: readonly (readonly [address: string, ...names: string[]])[] = [
  ["127.0.0.1", "localhost.localdomain", "localhost"],
  ["::1", "ip6-localhost", "ip6-loopback"],
  ["fe00::0", "ip6-localnet"],
  ["ff00::0", "ip6-mcastprefix"],
  ["ff02::1", "ip6-allnodes"],
  ["ff02::2", "ip6-allrouters"],
  ["ff02::3", "ip6-allhosts"],
];

/**
 * One Proxmox VE node: its time zone, DNS, hosts file, package repositories, notes and network interfaces.
 *
 * @example
 * new Node("pve1", {
 *   nodeName: "pve1",
 *   timeZone: "Asia/Jakarta",
 *   dns: { domain: "example.internal", servers: ["1.1.1.1"] },
 *   hosts: { "192.0.2.10": ["pve1.example.internal", "pve1"], "192.0.2.11": ["pve2.example.internal", "pve2"] },
 *   repositories: "no-subscription",
 *   description: "Rack 3, unit 12",
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
    new HostsLegacy(name, { nodeName: args.nodeName, entry: hostEntries(args.hosts) }, parent);
    if (args.description !== undefined) {
      new Config(name, { nodeName: args.nodeName, description: args.description }, parent);
    }
    createRepositories(name, { nodeName: args.nodeName, subscription: args.repositories }, this);
    const { bridges, all } = createInterfaces(name, args, this);
    this.bridges = bridges;
    this.interfaces = all;
    this.registerOutputs({ nodeName: args.nodeName });
  }
}

function hostEntries(hosts: NodeArgs["hosts"]) {
  const [localhost, ...local6] = LOCAL_HOSTS.map(([address, ...hostnames]) => ({ address, hostnames }));
  const machines = Object.entries(hosts).map(([address, names]) => ({ address, hostnames: [...names] }));
  return [...(localhost ? [localhost] : []), ...machines, ...local6];
}
