import type { DeclaredResource } from "./declared";
import { flag, get, type Known, keys, text, texts, UNKNOWN, type Value, whole } from "./read";

/** Our component: its inputs say the members, so that the pack need not guess them from other resources. */
export const CLUSTER_TYPE = "hybrid-estate:proxmox:Cluster";

/** Resources that configure a node itself: a program that has them describes its nodes. */
export const NODE_SETTING_TYPES: readonly string[] = [
  "apt/repository:Repository",
  "apt/repositoryLegacy:RepositoryLegacy",
  "apt/standard/repository:Repository",
  "apt/standard/repositoryLegacy:RepositoryLegacy",
  "index/certificateLegacy:CertificateLegacy",
  "index/dnsLegacy:DnsLegacy",
  "index/hostsLegacy:HostsLegacy",
  "index/timeLegacy:TimeLegacy",
  "network/linux/bond:Bond",
  "network/linux/bridge:Bridge",
  "network/linux/bridgeLegacy:BridgeLegacy",
  "network/linux/vlan:Vlan",
  "network/linux/vlanLegacy:VlanLegacy",
  "node/config:Config",
  "node/disk/zfs:Zfs",
  "node/firewall:Firewall",
  "node/firewallLegacy:FirewallLegacy",
].map((type) => `proxmoxve:${type}`);

/** The cluster's settings (`/etc/pve/datacenter.cfg`). */
export const CLUSTER_OPTIONS_TYPES: readonly string[] = [
  "proxmoxve:cluster/options:Options",
  "proxmoxve:cluster/optionsLegacy:OptionsLegacy",
];

/** What a node has to give to guests. */
export interface NodeCapacity {
  /** Logical CPUs. */
  readonly cpus: Value<number>;
  /** Memory in MiB, all of it: the node itself needs some. */
  readonly memory: Value<number>;
}

/** How HA behaves in the cluster as a whole. */
export interface ClusterOptions {
  readonly source: DeclaredResource;
  /** conditional, freeze, failover or migrate. */
  readonly shutdownPolicy: Known<string>;
  /** basic, static or dynamic. */
  readonly scheduling: Known<string>;
  readonly rebalanceOnStart: Known<boolean>;
  /** Guests that a node starts, stops or moves at once. */
  readonly maxWorkers: Known<number>;
}

/** The members and votes that a program states outright. */
export interface Cluster {
  readonly source: DeclaredResource;
  readonly name: string;
  readonly nodes: Value<readonly Known<string>[]>;
  /** Votes of all members together and of a QDevice; UNKNOWN when a member or a number of votes is not known. */
  readonly votes: Known<number>;
  /** By node; one that is not in it has said nothing. */
  readonly capacities: ReadonlyMap<string, NodeCapacity>;
}

/** Reads our component; without a list of votes each node has one. */
export function readCluster(resource: DeclaredResource): Cluster {
  const name = text(resource.properties, "clusterName");
  const nodes = texts(resource.properties, "nodes");
  return {
    source: resource,
    name: typeof name === "string" ? name : resource.name,
    nodes,
    votes: nodes === UNKNOWN || nodes === undefined ? UNKNOWN : votesOf(nodes, resource.properties),
    capacities: capacitiesOf(resource.properties),
  };
}

/** Reads the cluster's options, with Proxmox's defaults. */
export function readClusterOptions(resource: DeclaredResource): ClusterOptions {
  const { properties } = resource;
  return {
    source: resource,
    shutdownPolicy: text(properties, "haShutdownPolicy") ?? "conditional",
    scheduling: text(properties, "crsHa") ?? "basic",
    rebalanceOnStart: flag(properties, "crsHaRebalanceOnStart") ?? false,
    maxWorkers: whole(properties, "maxWorkers") ?? 4,
  };
}

function capacitiesOf(properties: unknown): Map<string, NodeCapacity> {
  const given = get(properties, "capacities");
  const named = keys(properties, "capacities");
  return new Map(
    named === undefined || named === UNKNOWN
      ? []
      : named.map((node) => [
          node,
          { cpus: whole(get(given, node), "cpus"), memory: whole(get(given, node), "memory") },
        ]),
  );
}

function votesOf(nodes: readonly Known<string>[], properties: DeclaredResource["properties"]): Known<number> {
  const own = sum(nodes, get(properties, "votes"));
  const qdevice = flag(properties, "qdevice") ?? false;
  if (own === UNKNOWN || qdevice === UNKNOWN) return UNKNOWN;
  // pvecm gives it one vote where the nodes are even in number, else one less than there are nodes.
  return qdevice ? own + (nodes.length % 2 === 0 ? 1 : nodes.length - 1) : own;
}

/** One vote a node unless the map says otherwise (Proxmox's own default). */
function sum(nodes: readonly Known<string>[], votes: unknown): Known<number> {
  let total = 0;
  for (const node of nodes) {
    const own = votes === undefined ? 1 : node === UNKNOWN ? UNKNOWN : (whole(votes, node) ?? 1);
    if (own === UNKNOWN) {
      return UNKNOWN;
    }
    total += own;
  }
  return total;
}
