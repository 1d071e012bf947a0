import assert from "node:assert/strict";
import { CONFLICTS, feasibleRules } from "../../placement";
import { names, rule } from "./clusters";

/**
 * The conflicts that ha-manager.adoc lists, with the cases that pve-ha-manager tests them by (its rules_cfgs), on a
 * cluster of three nodes: which rules are in force, and why the others are not.
 */
const CASES: readonly [what: string, rules: string[], dropped: Record<string, (keyof typeof CONFLICTS)[]>][] =
  [
    [
      "node rules that share no guest",
      ["node-affinity a: vm:101 vm:102 -> node1 node2:2", "node-affinity b strict: vm:106 -> node1 node2:2"],
      {},
    ],
    [
      "node rules that share a guest all go",
      [
        "node-affinity a: vm:201 -> node1 node2:2",
        "node-affinity b strict: vm:201 vm:202 -> node3",
        "node-affinity c: vm:201 vm:203 vm:204 -> node1:2 node3:3",
        "node-affinity d: vm:205 -> node1",
      ],
      { a: ["twoNodeRules"], b: ["twoNodeRules"], c: ["twoNodeRules"] },
    ],
    [
      "one guest is not apart from anybody",
      ["negative a: vm:101", "positive b: vm:102"],
      { a: ["oneGuest"], b: ["oneGuest"] },
    ],
    ["as many apart as there are nodes", ["negative a: vm:101 vm:102 vm:103"], {}],
    [
      "more apart than there are nodes",
      ["negative a: vm:101 vm:102 vm:103 vm:104"],
      { a: ["moreThanNodes"] },
    ],
    [
      "together and apart",
      [
        "negative apart1: vm:102 vm:103",
        "negative apart2: vm:102 vm:104 vm:106",
        "positive together: vm:101 vm:102 vm:103 vm:104 vm:106",
      ],
      { apart1: ["togetherAndApart"], apart2: ["togetherAndApart"], together: ["togetherAndApart"] },
    ],
    [
      "together by two rules, and apart",
      ["positive a: vm:201 vm:202", "positive b: vm:202 vm:203", "negative c: vm:201 vm:203"],
      { a: ["togetherAndApart"], b: ["togetherAndApart"], c: ["togetherAndApart"] },
    ],
    [
      "together by rules that only a third one joins, and apart",
      [
        "positive a: vm:201 vm:206",
        "positive b: vm:202 vm:207",
        "positive c: vm:206 vm:207",
        "negative d: vm:201 vm:202",
      ],
      { a: ["togetherAndApart"], b: ["togetherAndApart"], c: ["togetherAndApart"], d: ["togetherAndApart"] },
    ],
    [
      "one guest of a group is apart from a stranger",
      ["positive a: vm:201 vm:202", "negative b: vm:201 vm:204"],
      {},
    ],
    [
      "several priorities and apart",
      ["node-affinity a: vm:101 vm:102 -> node1:1 node2:2", "negative b: vm:101 vm:102"],
      { a: ["priorities"], b: ["priorities"] },
    ],
    [
      "several priorities and together",
      ["node-affinity a strict: vm:201 vm:202 -> node1:1 node2:2", "positive b: vm:201 vm:202"],
      { a: ["priorities"], b: ["priorities"] },
    ],
    [
      "one priority in each rule is one priority",
      [
        "node-affinity a strict: vm:301 -> node1:1",
        "node-affinity b strict: vm:302 -> node2:2",
        "negative c: vm:301 vm:302",
      ],
      {},
    ],
    [
      "together on the one node that is allowed",
      ["node-affinity a strict: vm:101 vm:102 -> node1", "positive b: vm:101 vm:102"],
      {},
    ],
    [
      "apart on exactly enough nodes",
      [
        "node-affinity a strict: vm:201 -> node1",
        "node-affinity b strict: vm:202 -> node2",
        "negative c: vm:201 vm:202",
      ],
      {},
    ],
    [
      "together, but bound to different nodes",
      [
        "node-affinity a strict: vm:301 -> node1",
        "node-affinity b strict: vm:302 -> node2",
        "positive c: vm:301 vm:302",
      ],
      { a: ["groupInTwoRules"], b: ["groupInTwoRules"], c: ["groupInTwoRules"] },
    ],
    [
      "apart, but bound to one node",
      [
        "node-affinity a strict: vm:401 -> node1",
        "node-affinity b strict: vm:402 -> node1",
        "negative c: vm:401 vm:402",
      ],
      { a: ["tooFewNodes"], b: ["tooFewNodes"], c: ["tooFewNodes"] },
    ],
    [
      "a group of two rules, bound by two node rules",
      [
        "node-affinity a strict: vm:501 -> node1",
        "node-affinity b strict: vm:503 -> node2",
        "positive c: vm:501 vm:502",
        "positive d: vm:502 vm:503",
      ],
      { a: ["groupInTwoRules"], b: ["groupInTwoRules"], c: ["groupInTwoRules"], d: ["groupInTwoRules"] },
    ],
  ];

describe("placement: rules that Proxmox drops", () => {
  for (const [what, rules, dropped] of CASES) {
    it(what, () => {
      const expected = Object.entries(dropped).map(([id, reasons]) => ({
        rule: id,
        because: reasons.map((reason) => CONFLICTS[reason]).sort(),
      }));
      for (const order of [rules, rules.toReversed()]) {
        const feasible = feasibleRules(order.map(rule), names(3));
        assert.deepEqual(feasible.dropped, expected);
        assert.deepEqual(
          feasible.rules.map(({ id }) => id),
          order.map((text) => rule(text).id).filter((id) => !(id in dropped)),
        );
      }
    });
  }
});
