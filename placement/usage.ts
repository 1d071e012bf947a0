import { byName, type Capacity, type HaCluster, type Load } from "./model";

/** How loaded the online nodes are, as a scheduler sees it. */
export interface Usage {
  /** Counts a guest on a node; a guest that moves counts on both. */
  add(guest: string, load: Load, node: string): void;
  /** Takes a guest off all nodes. */
  remove(guest: string): void;
  /** Lower is better; for every online node. */
  scores(load: Load): ReadonlyMap<string, number>;
}

/** The scheduler that the cluster asks for; basic where a node's capacity is not known. */
export function usageOf(cluster: Pick<HaCluster, "nodes" | "scheduling">, online: readonly string[]): Usage {
  const nodes = online.toSorted(byName);
  const capacities = nodes.map((node) => cluster.nodes.get(node)).filter((one) => one !== undefined);
  return cluster.scheduling === "static" && capacities.length === nodes.length
    ? new StaticUsage(nodes, capacities)
    : new BasicUsage(nodes);
}

/** The number of active guests. Since pve-ha-manager 5.1.2 running guests outside HA count too. */
class BasicUsage implements Usage {
  readonly #guests: ReadonlyMap<string, Set<string>>;
  readonly #where = new Map<string, string[]>();

  constructor(nodes: readonly string[]) {
    this.#guests = new Map(nodes.map((node) => [node, new Set<string>()]));
  }

  add(guest: string, _load: Load, node: string): void {
    this.#guests.get(node)?.add(guest);
    this.#where.set(guest, [...(this.#where.get(guest) ?? []), node]);
  }

  remove(guest: string): void {
    for (const node of this.#where.get(guest) ?? []) this.#guests.get(node)?.delete(guest);
    this.#where.delete(guest);
  }

  scores(): ReadonlyMap<string, number> {
    return new Map([...this.#guests].map(([node, guests]) => [node, guests.size]));
  }
}

/**
 * CPU and memory of the guests' configuration. Each node is tried as the one that the guest runs on; then average
 * and highest use of CPU and memory over all nodes are compared by TOPSIS (proxmox-resource-scheduling).
 */
class StaticUsage implements Usage {
  readonly #nodes: readonly string[];
  readonly #capacities: readonly Capacity[];
  readonly #index: ReadonlyMap<string, number>;
  readonly #cpus: number[];
  readonly #memory: number[];
  readonly #where = new Map<string, { readonly node: number; readonly load: Load }[]>();

  constructor(nodes: readonly string[], capacities: readonly Capacity[]) {
    this.#nodes = nodes;
    this.#capacities = capacities;
    this.#index = new Map(nodes.map((node, index) => [node, index]));
    this.#cpus = nodes.map(() => 0);
    this.#memory = nodes.map(() => 0);
  }

  add(guest: string, load: Load, node: string): void {
    const index = this.#index.get(node);
    if (index === undefined) return;
    this.#change(index, load, 1);
    this.#where.set(guest, [...(this.#where.get(guest) ?? []), { node: index, load }]);
  }

  remove(guest: string): void {
    for (const { node, load } of this.#where.get(guest) ?? []) this.#change(node, load, -1);
    this.#where.delete(guest);
  }

  scores(load: Load): ReadonlyMap<string, number> {
    const alternatives = this.#nodes.map((_, target) => this.#alternative(target, load));
    const closeness = topsis(alternatives);
    return new Map(this.#nodes.map((node, index) => [node, -(closeness[index] ?? 0)]));
  }

  #change(node: number, load: Load, sign: 1 | -1): void {
    this.#cpus[node] = (this.#cpus[node] ?? 0) + sign * this.#cpusOf(node, load);
    this.#memory[node] = (this.#memory[node] ?? 0) + sign * load.memory;
  }

  #cpusOf(node: number, load: Load): number {
    return load.cpus === 0 ? (this.#capacities[node]?.cpus ?? 0) : load.cpus;
  }

  /** Root mean square and highest of both, from 1: small differences between small numbers are not to matter. */
  #alternative(target: number, load: Load): Criteria {
    let [squaresCpu, highestCpu, squaresMemory, highestMemory] = [0, 0, 0, 0];
    for (const [node, capacity] of this.#capacities.entries()) {
      const added = node === target ? this.#cpusOf(node, load) : 0;
      const cpu = ((this.#cpus[node] ?? 0) + added) / capacity.cpus;
      const memory = ((this.#memory[node] ?? 0) + (node === target ? load.memory : 0)) / capacity.memory;
      squaresCpu += cpu ** 2;
      squaresMemory += memory ** 2;
      highestCpu = Math.max(highestCpu, cpu);
      highestMemory = Math.max(highestMemory, memory);
    }
    const count = this.#nodes.length;
    return [
      1 + Math.sqrt(squaresCpu / count),
      1 + highestCpu,
      1 + Math.sqrt(squaresMemory / count),
      1 + highestMemory,
    ];
  }
}

type Criteria = readonly [
  averageCpu: number,
  highestCpu: number,
  averageMemory: number,
  highestMemory: number,
];

/** Proxmox's weights: memory counts much more, as a node cannot give what it has not. */
const WEIGHTS = [1 / 18, 2 / 18, 5 / 18, 10 / 18] as const;

/** Closeness to the ideal alternative, from 0 (the worst in everything) to 1; all criteria are better when lower. */
function topsis(alternatives: readonly Criteria[]): number[] {
  const columns = WEIGHTS.map((weight, column) => {
    const values = alternatives.map((alternative) => alternative[column] ?? 0);
    const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    const normalised = norm === 0 ? values : values.map((value) => value / norm);
    return { weight, normalised, best: Math.min(...normalised), worst: Math.max(...normalised) };
  });
  return alternatives.map((_, row) => {
    let [toBest, toWorst] = [0, 0];
    for (const { weight, normalised, best, worst } of columns) {
      const value = normalised[row] ?? 0;
      toBest += ((value - best) * weight) ** 2;
      toWorst += ((value - worst) * weight) ** 2;
    }
    const sum = Math.sqrt(toBest) + Math.sqrt(toWorst);
    return sum === 0 ? 0 : Math.sqrt(toWorst) / sum;
  });
}
