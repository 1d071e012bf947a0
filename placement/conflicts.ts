import { type AffinityRule, byName, type NodeAffinity, type ResourceAffinity } from "./model";

/** A rule that Proxmox leaves out, and why, in words that follow its documentation. */
export interface DroppedRule {
  readonly rule: string;
  readonly because: readonly string[];
}

/** The rules that are in force. */
export interface FeasibleRules {
  readonly rules: readonly AffinityRule[];
  readonly dropped: readonly DroppedRule[];
}

/** Why a rule cannot be (ha-manager.adoc, "Rule Conflicts and Errors"); all rules of a conflict are dropped. */
export const CONFLICTS = {
  twoNodeRules: "a guest of it is in another node-affinity rule too",
  oneGuest: "it has fewer than two guests",
  moreThanNodes: "it keeps more guests apart than there are nodes",
  togetherAndApart: "two of its guests are to be kept together and apart",
  priorities: "node-affinity with several priorities and resource-affinity exclude each other",
  groupInTwoRules: "guests that are to be kept together are in several node-affinity rules",
  tooFewNodes: "guests that are to be kept apart are limited to fewer nodes than there are guests",
} as const;

/**
 * Tests rules as Proxmox VE 9 does before it applies them. Positive rules with a guest in common count as one, as
 * its documentation says. The result does not depend on the order of rules.
 */
export function feasibleRules(all: readonly AffinityRule[], nodes: Iterable<string>): FeasibleRules {
  const because = new Map<AffinityRule, Set<string>>();
  const drop = (rules: Iterable<AffinityRule>, reason: string) => {
    for (const rule of rules) {
      const reasons = because.get(rule) ?? new Set();
      because.set(rule, reasons.add(reason));
    }
  };
  const nodeRules = all.filter((rule) => rule.type === "node-affinity");
  const resourceRules = all.filter((rule) => rule.type === "resource-affinity");
  const nodeRulesOf = index(nodeRules);
  const groups = positiveGroups(resourceRules);
  const nodeCount = new Set(nodes).size;

  for (const rules of nodeRulesOf.values()) {
    if (rules.length > 1) drop(rules, CONFLICTS.twoNodeRules);
  }
  for (const rule of resourceRules) {
    const guests = new Set(rule.guests);
    if (guests.size < 2) drop([rule], CONFLICTS.oneGuest);
    if (rule.affinity === "negative" && guests.size > nodeCount) drop([rule], CONFLICTS.moreThanNodes);
    const paired = rulesOf(guests, nodeRulesOf);
    if (paired.some(hasPriorities)) drop([rule, ...paired], CONFLICTS.priorities);
    if (rule.affinity === "negative") {
      checkApart(rule, guests, paired, drop);
    }
  }
  const groupOf = new Map(groups.flatMap((group) => [...group.guests].map((guest) => [guest, group])));
  for (const rule of resourceRules) {
    if (rule.affinity !== "negative") continue;
    for (const group of groupsWithTwo(new Set(rule.guests), groupOf)) {
      drop([rule, ...group.rules], CONFLICTS.togetherAndApart);
    }
  }
  for (const group of groups) {
    const paired = rulesOf(group.guests, nodeRulesOf);
    if (paired.length > 1) drop([...group.rules, ...paired], CONFLICTS.groupInTwoRules);
  }
  return {
    rules: all.filter((rule) => !because.has(rule)),
    dropped: [...because]
      .map(([rule, reasons]) => ({ rule: rule.id, because: [...reasons].sort(byName) }))
      .sort((one, other) => byName(one.rule, other.rule)),
  };
}

/** Guests that positive rules keep together, rules with a guest in common joined. */
export interface PositiveGroup {
  readonly guests: Set<string>;
  readonly rules: ResourceAffinity[];
}

/** Joins positive rules that share guests. */
export function positiveGroups(rules: readonly ResourceAffinity[]): PositiveGroup[] {
  const groupOf = new Map<string, PositiveGroup>();
  const groups = new Set<PositiveGroup>();
  for (const rule of rules) {
    if (rule.affinity !== "positive") continue;
    const joined: PositiveGroup = { guests: new Set(rule.guests), rules: [rule] };
    for (const touched of new Set(rule.guests.map((guest) => groupOf.get(guest)))) {
      if (touched === undefined) continue;
      groups.delete(touched);
      joined.rules.push(...touched.rules);
      for (const guest of touched.guests) joined.guests.add(guest);
    }
    for (const guest of joined.guests) groupOf.set(guest, joined);
    groups.add(joined);
  }
  return [...groups];
}

/** Nodes are counted over all node rules that touch the guests, as Proxmox does. */
function checkApart(
  rule: ResourceAffinity,
  guests: ReadonlySet<string>,
  paired: readonly NodeAffinity[],
  drop: (rules: Iterable<AffinityRule>, reason: string) => void,
): void {
  const limited = new Set(paired.flatMap((one) => one.guests.filter((guest) => guests.has(guest))));
  const allowed = new Set(paired.flatMap((one) => [...one.nodes.keys()]));
  if (allowed.size < limited.size) drop([rule, ...paired], CONFLICTS.tooFewNodes);
}

function groupsWithTwo(
  guests: ReadonlySet<string>,
  groupOf: ReadonlyMap<string, PositiveGroup>,
): PositiveGroup[] {
  const seen = new Map<PositiveGroup, number>();
  for (const guest of guests) {
    const group = groupOf.get(guest);
    if (group !== undefined) seen.set(group, (seen.get(group) ?? 0) + 1);
  }
  return [...seen].filter(([, count]) => count > 1).map(([group]) => group);
}

function index(rules: readonly NodeAffinity[]): Map<string, NodeAffinity[]> {
  const byGuest = new Map<string, NodeAffinity[]>();
  for (const rule of rules) {
    for (const guest of new Set(rule.guests)) {
      const known = byGuest.get(guest);
      if (known === undefined) byGuest.set(guest, [rule]);
      else known.push(rule);
    }
  }
  return byGuest;
}

function rulesOf(
  guests: Iterable<string>,
  byGuest: ReadonlyMap<string, readonly NodeAffinity[]>,
): NodeAffinity[] {
  return [...new Set([...guests].flatMap((guest) => byGuest.get(guest) ?? []))];
}

function hasPriorities(rule: NodeAffinity): boolean {
  return new Set(rule.nodes.values()).size > 1;
}
