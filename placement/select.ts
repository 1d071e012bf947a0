import { byName } from "./model";

/** Stay on the node if possible, find the best one, or find the best one that was not tried. */
export type Preference = "best-score" | "none" | "try-next";

/** What a choice of a node depends on. */
export interface Choice {
  readonly online: ReadonlySet<string>;
  /** Priority of each allowed node; left out: every node. */
  readonly priorities: ReadonlyMap<string, number> | undefined;
  /** Nodes with guests that it belongs to, and how many there are on each. */
  readonly together: ReadonlyMap<string, number>;
  /** Nodes with guests that it never shares a node with. */
  readonly apart: ReadonlySet<string>;
  readonly current: string;
  readonly failback: boolean;
  /** Nodes that it failed to start on. */
  readonly tried: readonly string[];
  /** Where it was before its node went into maintenance. */
  readonly home: string | undefined;
  /** Load of every online node with the guest on it; lower is better. Asked only when needed. */
  readonly scores: () => ReadonlyMap<string, number>;
}

/**
 * The node that HA chooses for a guest (ha-manager.adoc, "Recover Fenced Services" and "Cluster Resource
 * Scheduling"): of the online nodes those of the highest priority, of these what resource-affinity leaves, of these
 * the least loaded, of equals the first by name. Nothing where no node is left: HA then waits, and tries again.
 */
export function selectNode(choice: Choice, preference: Preference): string | undefined {
  const { online, priorities, together, apart, current, home } = choice;
  const preferred = preferredNodes(online, priorities);
  if (preferred.size === 0) return undefined;

  const mayStay = online.has(current) && (priorities === undefined || priorities.has(current));
  if (
    preference === "none" &&
    !choice.failback &&
    mayStay &&
    (together.has(current) || !apart.has(current))
  ) {
    return current;
  }
  if (preference === "try-next") for (const node of choice.tried) preferred.delete(node);
  for (const node of apart) preferred.delete(node);
  const rallying = rallyingPoint(together, preferred);
  const allowed = rallying === undefined ? preferred : new Set([rallying]);

  if (home !== undefined && allowed.has(home)) return home;
  if (preference === "none" && allowed.has(current)) return current;
  if (allowed.size <= 1) return [...allowed][0];
  return leastLoaded(allowed, choice.scores(), preference === "try-next" ? current : undefined);
}

function preferredNodes(
  online: ReadonlySet<string>,
  priorities: ReadonlyMap<string, number> | undefined,
): Set<string> {
  if (priorities === undefined) return new Set(online);
  const allowed = [...priorities].filter(([node]) => online.has(node));
  const highest = Math.max(...allowed.map(([, priority]) => priority));
  return new Set(allowed.filter(([, priority]) => priority === highest).map(([node]) => node));
}

/** Where most of its group are; of equals the first by name. */
function rallyingPoint(
  together: ReadonlyMap<string, number>,
  allowed: ReadonlySet<string>,
): string | undefined {
  return [...together]
    .filter(([node]) => allowed.has(node))
    .sort(([one, some], [other, others]) => others - some || byName(one, other))[0]?.[0];
}

/** The first, or the one after `after` in the order of load. */
function leastLoaded(
  nodes: ReadonlySet<string>,
  scores: ReadonlyMap<string, number>,
  after: string | undefined,
): string | undefined {
  const score = (node: string) => scores.get(node) ?? Number.POSITIVE_INFINITY;
  const sorted = [...nodes].sort((one, other) => score(one) - score(other) || byName(one, other));
  const place = after === undefined ? -1 : sorted.indexOf(after);
  return sorted[place + 1] ?? sorted[0];
}
