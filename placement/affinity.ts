import { positiveGroups } from "./conflicts";
import type { AffinityRule } from "./model";

/** What the rules in force say of each guest; a guest that is in no rule is in none of the maps. */
export interface Affinity {
  /** Priority of each node that a guest may run on. A non-strict rule gives the other nodes the lowest. */
  readonly nodes: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** The group that it is kept on one node with, itself included. */
  readonly together: ReadonlyMap<string, ReadonlySet<string>>;
  /** Guests that it never shares a node with. */
  readonly apart: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What Proxmox gives the nodes that a non-strict rule does not name. */
const OTHER_NODES = -1;

/**
 * Works out what feasible rules mean: a positive group shares its node rule, and is apart from whatever one of it is
 * apart from (ha-manager.adoc, "Interactions between ..."). Of two groups that a rule parts, Proxmox itself does not
 * go on to part those that the rule names neither of: being together does that.
 */
export function compileAffinity(rules: readonly AffinityRule[], clusterNodes: Iterable<string>): Affinity {
  const resourceRules = rules.filter((rule) => rule.type === "resource-affinity");
  const groupOf = new Map<string, ReadonlySet<string>>();
  for (const { guests } of positiveGroups(resourceRules)) {
    for (const guest of guests) groupOf.set(guest, guests);
  }
  const withGroup = (guest: string): Iterable<string> => groupOf.get(guest) ?? [guest];

  const names = [...clusterNodes];
  const nodes = new Map<string, ReadonlyMap<string, number>>();
  for (const rule of rules) {
    if (rule.type !== "node-affinity") continue;
    const others = rule.strict ? [] : names.filter((node) => !rule.nodes.has(node));
    const priorities = new Map([...rule.nodes, ...others.map((node) => [node, OTHER_NODES] as const)]);
    for (const guest of rule.guests.flatMap((one) => [...withGroup(one)])) nodes.set(guest, priorities);
  }

  const apart = new Map<string, Set<string>>();
  for (const rule of resourceRules) {
    if (rule.affinity !== "negative") continue;
    for (const one of rule.guests) {
      for (const other of rule.guests) {
        if (one === other) continue;
        keepApart(apart, withGroup(one), [other]);
        keepApart(apart, [other], withGroup(one));
      }
    }
  }
  return { nodes, together: groupOf, apart };
}

function keepApart(apart: Map<string, Set<string>>, some: Iterable<string>, others: Iterable<string>): void {
  for (const guest of some) {
    const known = apart.get(guest) ?? new Set();
    apart.set(guest, known);
    for (const other of others) known.add(other);
  }
}
