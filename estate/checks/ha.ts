import { eligibleNodes } from "../ha";
import { entry } from "../paths";
import { type Finding, problem, type Step } from "../problems";
import type { Estate, HaRule } from "../schema";

type Affinity = Extract<HaRule, { type: "node-affinity" }>;
type Together = Extract<HaRule, { type: "resource-affinity" }>;
type Named<T> = readonly [name: string, rule: T];

/**
 * HA rules that Proxmox would drop: it ignores all rules of a conflict, and the guests then run unconstrained
 * (PVE::HA::Rules and its plugins). Group entries stand for all of their guests.
 */
export function checkHa(estate: Estate): Finding[] {
  const rules = Object.entries(estate.haRules);
  const nodeRules = rules.flatMap(([name, rule]): Named<Affinity>[] =>
    rule.type === "node-affinity" ? [[name, rule]] : [],
  );
  const groupRules = rules.flatMap(([name, rule]): Named<Together>[] =>
    rule.type === "resource-affinity" ? [[name, rule]] : [],
  );
  return [
    ...ruleGuests(estate),
    ...loneGuests(estate, groupRules),
    ...twoNodeRules(nodeRules),
    ...tooManyApart(estate, groupRules),
    ...bothWays(estate, groupRules),
    ...severalPriorities(nodeRules, groupRules),
    ...groupOnTwoRules(nodeRules, groupRules),
    ...tooFewNodesApart(estate, groupRules),
  ];
}

function guestAt(rule: string, index: number): Step[] {
  return ["haRules", rule, "guests", index];
}

/** What a conflict between two rules rests on. */
function bothRules(one: string, other: string): Step[][] {
  return [
    ["haRules", one, "*"],
    ["haRules", other, "*"],
    ["haRules", one, "guests", "*"],
    ["haRules", other, "guests", "*"],
  ];
}

function ruleGuests(estate: Estate): Finding[] {
  return Object.entries(estate.haRules).flatMap(([rule, { guests }]) =>
    guests.flatMap((guest, index) => {
      const target = entry(estate.guests, guest);
      const managed = target === undefined || (target.kind === "vm" && target.ha !== undefined);
      return managed
        ? []
        : [problem(guestAt(rule, index), guest, "a VM with an ha section", [["guests", guest, "ha"]])];
    }),
  );
}

/** How many guests the names stand for. */
function size({ guests }: Estate, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (entry(guests, name)?.count ?? 1), 0);
}

/** What is together or apart is more than one; a group counts as its guests. */
function loneGuests(estate: Estate, rules: readonly Named<Together>[]): Finding[] {
  return rules.flatMap(([rule, { guests }]) =>
    size(estate, guests) < 2
      ? [
          problem(["haRules", rule, "guests"], guests, "at least 2 guests, or a group of them", [
            ["haRules", rule, "guests", "*"],
            ["guests", "*", "count"],
          ]),
        ]
      : [],
  );
}

function twoNodeRules(rules: readonly Named<Affinity>[]): Finding[] {
  return rules.flatMap(([name, { guests }], place) =>
    guests.flatMap((guest, index) => {
      const earlier = rules.slice(0, place).find(([, rule]) => rule.guests.includes(guest));
      return earlier === undefined
        ? []
        : [
            problem(
              guestAt(name, index),
              guest,
              `a guest without another node-affinity rule (${earlier[0]} has it)`,
              bothRules(name, earlier[0]),
            ),
          ];
    }),
  );
}

function tooManyApart(estate: Estate, rules: readonly Named<Together>[]): Finding[] {
  const nodes = Object.keys(estate.nodes).length;
  return rules.flatMap(([name, { affinity, guests }]) => {
    const count = size(estate, guests);
    return affinity === "positive" || count <= nodes
      ? []
      : [
          problem(
            ["haRules", name, "guests"],
            `${count} guests`,
            `at most ${nodes} guests to keep apart, as there are ${nodes} nodes`,
            [
              ["haRules", name, "guests", "*"],
              ["haRules", name, "affinity"],
              ["guests", "*", "count"],
              ["nodes"],
            ],
          ),
        ];
  });
}

/** Guests that positive rules keep together, directly or by way of others, by guest. */
function companies(rules: readonly Named<Together>[]): ReadonlyMap<string, ReadonlySet<string>> {
  const companyOf = new Map<string, Set<string>>();
  for (const [, { affinity, guests }] of rules) {
    if (affinity === "negative") continue;
    const merged = new Set(guests.flatMap((guest) => [guest, ...(companyOf.get(guest) ?? [])]));
    for (const guest of merged) companyOf.set(guest, merged);
  }
  return companyOf;
}

/** A pair that is kept together and apart; a group that is, by itself, is such a pair too. */
function bothWays(estate: Estate, rules: readonly Named<Together>[]): Finding[] {
  const together = companies(rules);
  return rules.flatMap(([name, { affinity, guests }]) => {
    if (affinity === "positive") return [];
    return guests.flatMap((guest, index) => {
      const mates = together.get(guest);
      const mate =
        guests.slice(0, index).find((other) => mates?.has(other)) ??
        (mates !== undefined && size(estate, [guest]) > 1 ? guest : undefined);
      return mate === undefined
        ? []
        : [
            problem(
              guestAt(name, index),
              guest,
              mate === guest
                ? "a group that no positive rule keeps together"
                : `a guest that no positive rule keeps together with ${mate}`,
              [
                ["haRules", "*", "guests", "*"],
                ["haRules", "*", "affinity"],
                ["guests", guest, "count"],
              ],
            ),
          ];
    });
  });
}

function severalPriorities(
  nodeRules: readonly Named<Affinity>[],
  rules: readonly Named<Together>[],
): Finding[] {
  const ranked = nodeRules.filter(([, { nodes }]) => new Set(Object.values(nodes)).size > 1);
  return rules.flatMap(([name, { guests }]) =>
    guests.flatMap((guest, index) => {
      const rule = ranked.find(([, { guests: bound }]) => bound.includes(guest));
      return rule === undefined
        ? []
        : [
            problem(
              guestAt(name, index),
              guest,
              `a guest whose node-affinity rule has one priority only; ${rule[0]} has several`,
              bothRules(name, rule[0]),
            ),
          ];
    }),
  );
}

/** Guests that are kept together follow one node-affinity rule at most. */
function groupOnTwoRules(
  nodeRules: readonly Named<Affinity>[],
  rules: readonly Named<Together>[],
): Finding[] {
  const together = companies(rules);
  return nodeRules.flatMap(([name, { guests }], place) =>
    guests.flatMap((guest, index) => {
      const mates = [...(together.get(guest) ?? [])].filter((mate) => mate !== guest);
      for (const [earlier, rule] of nodeRules.slice(0, place)) {
        const mate = mates.find((one) => rule.guests.includes(one));
        if (mate !== undefined && !rule.guests.includes(guest)) {
          return [
            problem(
              guestAt(name, index),
              guest,
              `a guest that is not kept together with ${mate}, which follows node-affinity rule ${earlier}`,
              [...bothRules(name, earlier), ["haRules", "*", "guests", "*"], ["haRules", "*", "affinity"]],
            ),
          ];
        }
      }
      return [];
    }),
  );
}

/** Guests that are kept apart while strict rules leave them fewer nodes than they are. */
function tooFewNodesApart(estate: Estate, rules: readonly Named<Together>[]): Finding[] {
  const all = Object.keys(estate.nodes).length;
  return rules.flatMap(([name, { affinity, guests }]) => {
    const bound = guests.filter((guest) => strictlyBound(estate, guest));
    const nodes = new Set(bound.flatMap((guest) => eligibleNodes(estate, guest)));
    const count = size(estate, bound);
    return affinity === "positive" || count <= nodes.size || size(estate, guests) > all
      ? []
      : [
          problem(
            ["haRules", name, "guests"],
            bound,
            `at most ${nodes.size} guests to keep apart on ${[...nodes].join(", ")}, which strict rules leave them`,
            [
              ["haRules", "*"],
              ["haRules", "*", "guests", "*"],
              ["guests", "*", "count"],
            ],
          ),
        ];
  });
}

function strictlyBound({ haRules }: Estate, guest: string): boolean {
  return Object.values(haRules).some(
    (rule) => rule.type === "node-affinity" && rule.strict && rule.guests.includes(guest),
  );
}
