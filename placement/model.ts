/**
 * What Proxmox VE's HA manager decides with. All names and ids are plain strings: `vm:100` and `ct:101` are how it
 * names guests, and its order of doing things is the order of these names as strings.
 */

/** What a guest takes of its node. */
export interface Load {
  /** Virtual CPUs; 0 takes as many as the node has. */
  readonly cpus: number;
  /** Memory in MiB. */
  readonly memory: number;
}

/** What a node has to give. */
export interface Capacity {
  /** Logical CPUs. */
  readonly cpus: number;
  /** Memory in MiB. */
  readonly memory: number;
}

/** Requested states (pve-docs, generated/ha-resources-opts.adoc). */
export type RequestedState = "started" | "stopped" | "disabled" | "ignored";

/** How HA treats a guest. */
export interface HaSettings {
  readonly state: RequestedState;
  /** Attempts to start it again on a node after the first has failed. */
  readonly maxRestart: number;
  /** Attempts to start it on another node after that. */
  readonly maxRelocate: number;
  /** Whether it goes back to a node of higher priority that has come back. */
  readonly failback: boolean;
}

/** Proxmox's own defaults. */
export const HA_DEFAULTS: HaSettings = { state: "started", maxRestart: 1, maxRelocate: 1, failback: true };

/** A guest of the cluster, where it is before anything happens. */
export interface PlacedGuest {
  /** `vm:100` or `ct:101`. */
  readonly id: string;
  readonly node: string;
  readonly load: Load;
  /** Whether a guest that HA does not manage runs; of the others their requested state says it. */
  readonly running: boolean;
  /** Left out: HA does not manage it. */
  readonly ha?: HaSettings;
  /** HA has stopped it already; otherwise HA takes one that is not to run for running, until it has stopped it. */
  readonly stopped?: boolean;
}

/** Keeps guests on nodes: the online ones of the highest priority are preferred, strict allows no others. */
export interface NodeAffinity {
  readonly type: "node-affinity";
  readonly id: string;
  readonly guests: readonly string[];
  /** Priority by node. */
  readonly nodes: ReadonlyMap<string, number>;
  readonly strict: boolean;
}

/** Keeps guests on one node (positive), or all on different ones (negative). */
export interface ResourceAffinity {
  readonly type: "resource-affinity";
  readonly id: string;
  readonly guests: readonly string[];
  readonly affinity: "negative" | "positive";
}

export type AffinityRule = NodeAffinity | ResourceAffinity;

/** Cluster resource scheduling: what "the least loaded node" means. */
export type SchedulingMode = "basic" | "static";

/** A cluster in working order. */
export interface HaCluster {
  /** Members; a node without capacity makes static scheduling fall back to basic, as in Proxmox. */
  readonly nodes: ReadonlyMap<string, Capacity | undefined>;
  readonly guests: readonly PlacedGuest[];
  /** Rules that are not disabled. */
  readonly rules: readonly AffinityRule[];
  readonly scheduling: SchedulingMode;
  /** Whether HA also chooses a node when a guest is started for the first time. */
  readonly rebalanceOnStart: boolean;
}

/** Proxmox goes through guests and nodes in the order of their names, compared code by code. */
export function byName(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
