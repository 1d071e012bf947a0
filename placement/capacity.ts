import type { Starts } from "./manager";
import { byName, type Capacity, type HaCluster } from "./model";
import { failNodes, type Outcome } from "./recovery";

/** What a node may be loaded with. */
export interface CapacityLimits {
  /** Memory in MiB that a node keeps for itself; default 2048 (Proxmox's own minimum for OS and services). */
  readonly reservedMemory?: number;
  /** Virtual CPUs per CPU of the node; default 4. Memory is never promised twice. */
  readonly cpuFactor?: number;
}

/** What runs on a node, and what it has for it. */
export interface NodeLoad {
  readonly node: string;
  readonly guests: number;
  readonly cpus: number;
  /** MiB. */
  readonly memory: number;
  /** Left out where the node does not say what it has. */
  readonly capacity: Capacity | undefined;
  /** MiB more than the node has for guests; 0 where it fits or is not known. */
  readonly missingMemory: number;
  /** Virtual CPUs beyond the factor; 0 where they fit or are not known. */
  readonly missingCpus: number;
}

/** What is left after nodes have died. */
export interface CapacityAfter {
  readonly failed: readonly string[];
  readonly outcome: Outcome;
  /** Surviving nodes by name. */
  readonly nodes: readonly NodeLoad[];
}

/** The loads of nodes with the guests that run where `outcome` has put them. */
export function loadAfter(
  cluster: HaCluster,
  failed: Iterable<string>,
  outcome: Outcome,
  limits: CapacityLimits = {},
): CapacityAfter {
  const gone = new Set(failed);
  const sums = new Map<string, { guests: number; cpus: number; memory: number }>();
  for (const node of cluster.nodes.keys()) {
    if (!gone.has(node)) sums.set(node, { guests: 0, cpus: 0, memory: 0 });
  }
  for (const { id, load } of cluster.guests) {
    const fate = outcome.fates.get(id);
    if (fate === undefined || !RUNS.has(fate.kind)) continue;
    const sum = sums.get(fate.node);
    if (sum === undefined) continue;
    sum.guests += 1;
    sum.cpus += load.cpus === 0 ? (cluster.nodes.get(fate.node)?.cpus ?? 0) : load.cpus;
    sum.memory += load.memory;
  }
  const { reservedMemory = 2048, cpuFactor = 4 } = limits;
  return {
    failed: [...gone].sort(byName),
    outcome,
    nodes: [...sums]
      .map(([node, sum]): NodeLoad => {
        const capacity = cluster.nodes.get(node);
        return {
          node,
          ...sum,
          capacity,
          missingMemory:
            capacity === undefined ? 0 : Math.max(0, sum.memory - (capacity.memory - reservedMemory)),
          missingCpus: capacity === undefined ? 0 : Math.max(0, sum.cpus - capacity.cpus * cpuFactor),
        };
      })
      .sort((one, other) => byName(one.node, other.node)),
  };
}

/**
 * N-1: what the loss of each single node does to the others, with affinity as HA honours it. The cluster is one that
 * runs (`settleCluster`). A shortage is a node with `missingMemory` or `missingCpus`; a guest without a place is one
 * that waits, fails or is lost in `outcome`.
 */
export function afterEachNode(
  running: HaCluster,
  limits: CapacityLimits = {},
  starts?: Starts,
): CapacityAfter[] {
  return [...running.nodes.keys()]
    .sort(byName)
    .map((node) => loadAfter(running, [node], failNodes(running, [node], starts), limits));
}

const RUNS: ReadonlySet<string> = new Set(["moves", "restarts", "stays"]);
