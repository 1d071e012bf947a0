import { type Change, refusesEach } from "../support/description";

const VM = { kind: "vm", node: "blckpink01", memory: "1 GiB", disks: {}, ha: {} };
const guests: Change[] = ["a", "b", "c", "d"].map((name, index) => [
  ["guests", name],
  { ...VM, id: 201 + index },
]);
const group: Change = [["guests", "g"], { ...VM, id: 300, count: 3 }];

function rules(haRules: object): Change {
  return [["haRules"], haRules];
}
const on = (names: string[], nodes: object, more: object = {}) => ({
  type: "node-affinity",
  guests: names,
  nodes,
  ...more,
});
const apart = (...names: string[]) => ({ type: "resource-affinity", affinity: "negative", guests: names });
const together = (...names: string[]) => ({ type: "resource-affinity", affinity: "positive", guests: names });
const ONE = { blckpink01: 1 };
const RANKED = { blckpink01: 2, blckpink02: 1 };

/** Proxmox drops all rules of a conflict, and the guests run unconstrained. */
describe("estate: HA rules that Proxmox would drop", () => {
  describe("are refused", () => {
    refusesEach([
      {
        what: "two node-affinity rules for one guest",
        changes: [...guests, rules({ one: on(["a", "b"], ONE), two: on(["c", "b"], ONE) })],
        mistakes: [["haRules.two.guests[1]", "a guest without another node-affinity rule (one has it)"]],
      },
      {
        what: "a pair together and apart",
        changes: [...guests, rules({ near: together("a", "b"), far: apart("c", "b", "a") })],
        mistakes: [["haRules.far.guests[2]", "a guest that no positive rule keeps together with b"]],
      },
      {
        what: "a pair that is together by way of a third, and apart",
        changes: [
          ...guests,
          rules({ near: together("a", "b"), too: together("b", "c"), far: apart("a", "c") }),
        ],
        mistakes: [["haRules.far.guests[1]", "keeps together with a"]],
      },
      {
        what: "a group together and apart",
        changes: [group, rules({ near: together("g"), far: apart("g") })],
        mistakes: [["haRules.far.guests[0]", "a group that no positive rule keeps together"]],
      },
      {
        what: "more guests apart than there are nodes, a group counting as its guests",
        changes: [...guests, group, rules({ far: apart("a", "b", "c", "d"), group: apart("g", "a") })],
        mistakes: [
          ["haRules.far.guests", 'found "4 guests"; allowed: at most 3 guests to keep apart'],
          ["haRules.group.guests", 'found "4 guests"; allowed: at most 3'],
        ],
      },
      {
        what: "several priorities beside resource affinity",
        changes: [...guests, rules({ home: on(["a"], RANKED), near: together("b", "a") })],
        mistakes: [["haRules.near.guests[1]", "one priority only; home has several"]],
      },
      {
        what: "guests that are together on two node-affinity rules",
        changes: [
          ...guests,
          rules({ near: together("a", "b"), one: on(["a"], ONE), two: on(["b"], { blckpink02: 1 }) }),
        ],
        mistakes: [["haRules.two.guests[0]", "which follows node-affinity rule one"]],
      },
      {
        what: "guests apart on fewer nodes than strict rules leave them",
        changes: [...guests, rules({ far: apart("a", "b"), pinned: on(["a", "b"], ONE, { strict: true }) })],
        mistakes: [["haRules.far.guests", "at most 1 guests to keep apart on blckpink01"]],
      },
      {
        what: "guests that HA does not manage, and containers with HA",
        changes: [
          [["guests", "alpine", "ha"], undefined],
          [["guests", "Ubuntu", "ha"], { state: "started" }],
        ],
        mistakes: [
          ["haRules.prefer-blckpink03.guests[0]", "a VM with an ha section"],
          ["guests.Ubuntu.ha", "none, as a container has no HA here"],
        ],
      },
    ]);
  });

  describe("are accepted where nothing clashes", () => {
    refusesEach([
      {
        what: "priorities for some, affinity for others, a strict rule with enough nodes",
        changes: [
          ...guests,
          group,
          rules({
            home: on(["a"], RANKED),
            near: together("b", "c"),
            both: on(["b", "c"], ONE),
            far: apart("g"),
            pinned: on(["g"], { blckpink01: 1, blckpink02: 1, blckpink03: 1 }, { strict: true }),
          }),
        ],
        mistakes: [],
      },
    ]);
  });
});
