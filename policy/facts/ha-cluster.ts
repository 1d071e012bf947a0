import type { AffinityRule, HaCluster, PlacedGuest } from "../../placement";
import type { DeclaredResource } from "./declared";
import type { Guest } from "./links";
import { allKnown, isKnown, type Known, knownIn, UNKNOWN } from "./read";
import type { Topology } from "./topology";

/** What HA has to decide with, and whether all of it is known. */
export interface HaSubject {
  /** The cluster's own resource. */
  readonly source: DeclaredResource;
  readonly cluster: HaCluster;
  readonly complete: boolean;
}

/** The cluster as Proxmox's HA manager sees it; undefined where nothing is under HA or no node says what it has. */
export function haCluster(topology: Topology): HaSubject | undefined {
  const [cluster] = topology.clusters;
  if (cluster === undefined || topology.haResources.length === 0) return undefined;
  const nodes = knownIn(cluster.nodes);
  const capacities = nodes.map((node) => {
    const { cpus, memory } = cluster.capacities.get(node) ?? {};
    return [
      node,
      typeof cpus === "number" && typeof memory === "number" ? { cpus, memory } : undefined,
    ] as const;
  });
  if (capacities.every(([, capacity]) => capacity === undefined)) return undefined;
  const guests = topology.guests.filter(({ template }) => template !== true);
  const placed = guests.flatMap(placedGuest);
  const { rules, open } = affinityRules(topology);
  const [options] = topology.clusterOptions;
  return {
    source: cluster.source,
    cluster: {
      nodes: new Map(capacities),
      guests: placed,
      rules,
      scheduling: options?.scheduling === "static" ? "static" : "basic",
      rebalanceOnStart: options?.rebalanceOnStart === true,
    },
    complete:
      allKnown(cluster.nodes) &&
      capacities.every(([, capacity]) => capacity !== undefined) &&
      placed.length === guests.length &&
      open.size === 0 &&
      topology.loose.haResources.length === 0,
  };
}

function placedGuest({ kind, vmId, node, load, onBoot, ha: [resource] }: Guest): PlacedGuest[] {
  const { cpus, memory } = load;
  if (!isKnown(vmId) || !isKnown(node) || !isKnown(cpus) || !isKnown(memory)) return [];
  const guest = { id: idOf(kind, vmId), node, load: { cpus, memory }, running: onBoot !== false };
  if (resource === undefined) return [guest];
  const { state, maxRestart, maxRelocate, failback } = resource;
  if (!isState(state) || !isKnown(maxRestart) || !isKnown(maxRelocate) || !isKnown(failback)) return [];
  return [{ ...guest, ha: { state, maxRestart, maxRelocate, failback } }];
}

function isState(state: unknown): state is "started" | "stopped" | "disabled" | "ignored" {
  return state === "started" || state === "stopped" || state === "disabled" || state === "ignored";
}

/** HA's rules as far as they are known, and the names of those that are not. */
export function affinityRules(topology: Topology): { rules: AffinityRule[]; open: ReadonlySet<string> } {
  const byId = new Map(topology.guests.map(({ vmId, kind }) => [vmId, kind]));
  const byUrn = new Map<string | undefined, Known<number>>(
    topology.guests.map(({ source, vmId }) => [source.urn, vmId]),
  );
  const open = new Set<string>();
  const rules = topology.haRules.flatMap((rule): AffinityRule[] => {
    if (rule.disabled === true) return [];
    const ids = rule.members.flatMap(({ vmId, sources }): readonly Known<number>[] => {
      const named: Known<number>[] = sources.map((urn) => byUrn.get(urn) ?? UNKNOWN);
      return vmId === UNKNOWN && named.length > 0 ? named : [vmId];
    });
    const guests = ids.filter(isKnown).map((vmId) => idOf(byId.get(vmId) ?? "vm", vmId));
    const common = { id: rule.name, guests };
    if (ids.every(isKnown) && rule.disabled === false) {
      const priorities = [...rule.priorities].filter((pair): pair is [string, number] => isKnown(pair[1]));
      const whole = priorities.length === rule.priorities.size && rule.nodes !== UNKNOWN;
      if (rule.type === "node-affinity" && whole && isKnown(rule.strict)) {
        return [{ ...common, type: rule.type, nodes: new Map(priorities), strict: rule.strict }];
      }
      if (
        rule.type === "resource-affinity" &&
        (rule.affinity === "positive" || rule.affinity === "negative")
      ) {
        return [{ ...common, type: rule.type, affinity: rule.affinity }];
      }
    }
    open.add(rule.name);
    return [];
  });
  return { rules, open };
}

function idOf(kind: "vm" | "lxc", vmId: number): string {
  return `${kind === "vm" ? "vm" : "ct"}:${vmId}`;
}
