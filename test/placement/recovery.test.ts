import assert from "node:assert/strict";
import { failNodes, type HaCluster, type PlacedGuest, settleCluster } from "../../placement";
import { cluster, guest, guests, names } from "./clusters";

/** Where guests are once the nodes have failed: `-` for one that waits, in the words of pve-ha-manager's test cases. */
type Case = readonly [
  what: string,
  nodes: number,
  placed: readonly PlacedGuest[],
  rules: readonly string[],
  failed: readonly string[],
  expected: Readonly<Record<string, string>>,
];

const FAILURES: readonly Case[] = [
  [
    "no rules: the least loaded node",
    3,
    guests("node1: vm:103 vm:104", "node2: vm:101", "node3: vm:102"),
    [],
    ["node3"],
    { "vm:102": "node2" },
  ],
  ["of equals the first by name", 3, guests("node2: vm:102"), [], ["node2"], { "vm:102": "node1" }],
  [
    "one after the other, each counted before the next",
    3,
    guests("node3: vm:101 vm:102 vm:103 vm:104"),
    [],
    ["node3"],
    { "vm:101": "node1", "vm:102": "node2", "vm:103": "node1", "vm:104": "node2" },
  ],
  // test-node-affinity-*
  [
    "strict, its only node: waits (strict3)",
    3,
    guests("node3: vm:101", "node2: vm:102 vm:103"),
    ["node-affinity r strict: vm:101 -> node3"],
    ["node3"],
    { "vm:101": "-" },
  ],
  [
    "strict, the other node although it has more load (strict4)",
    3,
    guests("node3: vm:101", "node2: vm:102 vm:103"),
    ["node-affinity r strict: vm:101 -> node2 node3"],
    ["node3"],
    { "vm:101": "node2" },
  ],
  [
    "strict, the next priority (strict5)",
    3,
    guests("node2: vm:101"),
    ["node-affinity r strict: vm:101 -> node2:2 node3:1"],
    ["node2"],
    { "vm:101": "node3" },
  ],
  [
    "strict, a whole cascade",
    4,
    guests("node1: ct:300 vm:200"),
    ["node-affinity r strict: vm:200 ct:300 -> node1:2 node2:1 node3:1 node4"],
    ["node1", "node2", "node3"],
    { "vm:200": "node4", "ct:300": "node4" },
  ],
  [
    "cascade, middle priority spread over two (ha-manager.adoc)",
    4,
    guests("node1: ct:300 vm:200"),
    ["node-affinity r: vm:200 ct:300 -> node1:2 node2:1 node3:1 node4"],
    ["node1"],
    { "ct:300": "node2", "vm:200": "node3" },
  ],
  [
    "not strict, its only node: any other (nonstrict3)",
    3,
    guests("node3: vm:101", "node2: vm:102 vm:103"),
    ["node-affinity r: vm:101 -> node3"],
    ["node3"],
    { "vm:101": "node1" },
  ],
  [
    "not strict, a named node before others (nonstrict4)",
    3,
    guests("node3: vm:101", "node2: vm:102 vm:103"),
    ["node-affinity r: vm:101 -> node2 node3"],
    ["node3"],
    { "vm:101": "node2" },
  ],
  // test-resource-affinity-*
  [
    "apart although the other node has more load (negative1)",
    3,
    guests("node2: vm:101", "node3: vm:102", "node1: vm:103 vm:104"),
    ["negative r: vm:101 vm:102"],
    ["node3"],
    { "vm:102": "node1" },
  ],
  [
    "three apart, one node dies (negative2)",
    5,
    guests(
      "node3: vm:101",
      "node4: vm:102",
      "node5: vm:103",
      "node1: vm:104 vm:105 vm:106",
      "node2: vm:107 vm:108",
    ),
    ["negative r: vm:101 vm:102 vm:103"],
    ["node5"],
    { "vm:103": "node2" },
  ],
  [
    "three apart, two nodes die (negative3)",
    5,
    guests(
      "node3: vm:101",
      "node4: vm:102",
      "node5: vm:103",
      "node1: vm:104 vm:105 vm:106",
      "node2: vm:107 vm:108",
    ),
    ["negative r: vm:101 vm:102 vm:103"],
    ["node4", "node5"],
    { "vm:102": "node2", "vm:103": "node1" },
  ],
  [
    "apart from one, not from the other (negative5)",
    3,
    guests("node1: vm:101", "node2: vm:102", "node3: vm:103"),
    ["negative r: vm:101 vm:102", "negative s: vm:101 vm:103"],
    ["node3"],
    { "vm:103": "node2" },
  ],
  [
    "three apart on three nodes: one waits",
    3,
    guests("node1: vm:101", "node2: vm:102", "node3: vm:103"),
    ["negative r: vm:101 vm:102 vm:103"],
    ["node3"],
    { "vm:103": "-" },
  ],
  [
    "together (positive1)",
    3,
    guests("node3: vm:101 vm:102", "node1: vm:103", "node2: vm:104"),
    ["positive r: vm:101 vm:102"],
    ["node3"],
    { "vm:101": "node1", "vm:102": "node1" },
  ],
  [
    "together on the less loaded node (positive2)",
    3,
    guests("node3: vm:101 vm:102 vm:103", "node1: vm:104 vm:105", "node2: vm:106"),
    ["positive r: vm:101 vm:102 vm:103"],
    ["node3"],
    { "vm:101": "node2", "vm:102": "node2", "vm:103": "node2" },
  ],
  [
    "together, and apart from a third",
    3,
    guests("node3: vm:101 vm:102", "node1: vm:200"),
    ["positive r: vm:101 vm:102", "negative s: vm:102 vm:200"],
    ["node3"],
    { "vm:101": "node2", "vm:102": "node2" },
  ],
  [
    "a dropped rule binds nobody",
    3,
    guests("node3: vm:101", "node1: vm:102"),
    ["node-affinity r strict: vm:101 -> node3", "node-affinity s strict: vm:101 vm:102 -> node1"],
    ["node3"],
    { "vm:101": "node2" },
  ],
];

/** Where guests go by themselves when the cluster is started as it is declared. */
const STARTS: readonly Case[] = [
  [
    "back to the strict node (strict1)",
    3,
    guests("node2: vm:101"),
    ["node-affinity r strict: vm:101 -> node3"],
    [],
    { "vm:101": "node3" },
  ],
  [
    "also without failback (strict2)",
    3,
    [guest("vm:101", "node2", { failback: false })],
    ["node-affinity r strict: vm:101 -> node3"],
    [],
    { "vm:101": "node3" },
  ],
  [
    "to the preferred node (nonstrict1)",
    3,
    guests("node2: vm:101"),
    ["node-affinity r: vm:101 -> node3"],
    [],
    { "vm:101": "node3" },
  ],
  [
    "not without failback (nonstrict2)",
    3,
    [guest("vm:101", "node2", { failback: false })],
    ["node-affinity r: vm:101 -> node3"],
    [],
    { "vm:101": "node2" },
  ],
  [
    "to the highest priority (strict5)",
    3,
    guests("node3: vm:101"),
    ["node-affinity r strict: vm:101 -> node2:2 node3:1"],
    [],
    { "vm:101": "node2" },
  ],
  [
    "stays without failback (strict6)",
    3,
    [guest("vm:101", "node3", { failback: false })],
    ["node-affinity r strict: vm:101 -> node2:2 node3:1"],
    [],
    { "vm:101": "node3" },
  ],
  [
    "a group goes where one of it has to be (positive1 with node affinity)",
    3,
    guests("node3: vm:101 vm:102 vm:103"),
    ["node-affinity r: vm:102 -> node2", "positive s: vm:101 vm:102 vm:103"],
    [],
    { "vm:101": "node2", "vm:102": "node2", "vm:103": "node2" },
  ],
  [
    "a group goes to one of two nodes (positive2 with node affinity)",
    3,
    guests("node3: vm:101 vm:102 vm:103"),
    ["node-affinity r: vm:102 -> node1 node2", "positive s: vm:101 vm:102 vm:103"],
    [],
    { "vm:101": "node1", "vm:102": "node1", "vm:103": "node1" },
  ],
  [
    "three apart go to their three nodes (negative2 with node affinity)",
    5,
    guests("node1: vm:101 vm:102 vm:103"),
    ["node-affinity r: vm:101 vm:102 vm:103 -> node2 node3 node4", "negative s: vm:101 vm:102 vm:103"],
    [],
    { "vm:101": "node2", "vm:102": "node3", "vm:103": "node4" },
  ],
  [
    "the one with a rule leaves (negative1 with node affinity)",
    3,
    guests("node3: vm:101", "node1: vm:102 vm:103"),
    ["node-affinity r: vm:102 -> node2 node3", "negative s: vm:101 vm:102 vm:103"],
    [],
    { "vm:101": "node3", "vm:102": "node2", "vm:103": "node1" },
  ],
  [
    "a group meets where most of it is",
    3,
    guests("node3: vm:101", "node1: vm:102 vm:103"),
    ["positive r: vm:101 vm:102 vm:103"],
    [],
    { "vm:101": "node1", "vm:102": "node1", "vm:103": "node1" },
  ],
  [
    "a group of two meets at the first by name (positive6)",
    3,
    guests("node3: vm:101", "node1: vm:102"),
    ["positive r: vm:101 vm:102"],
    [],
    { "vm:101": "node1", "vm:102": "node1" },
  ],
  [
    "a group and its enemy part (mixed1)",
    3,
    guests("node1: vm:201 vm:203", "node3: vm:101 vm:202"),
    ["positive r: vm:201 vm:202 vm:203", "negative s: vm:201 vm:101"],
    [],
    { "vm:101": "node2", "vm:202": "node1" },
  ],
  [
    "two groups part, towards those who are out (mixed2)",
    3,
    guests("node1: vm:101 vm:103 vm:201 vm:203", "node3: vm:102", "node2: vm:202"),
    ["positive r: vm:101 vm:102 vm:103", "positive s: vm:201 vm:202 vm:203", "negative t: vm:101 vm:201"],
    [],
    {
      "vm:101": "node3",
      "vm:102": "node3",
      "vm:103": "node3",
      "vm:201": "node2",
      "vm:202": "node2",
      "vm:203": "node2",
    },
  ],
  [
    "two groups part over two shared nodes (mixed3)",
    3,
    guests("node1: vm:101 vm:103 vm:201 vm:203", "node2: vm:102 vm:202"),
    ["positive r: vm:101 vm:102 vm:103", "positive s: vm:201 vm:202 vm:203", "negative t: vm:101 vm:201"],
    [],
    {
      "vm:101": "node3",
      "vm:102": "node3",
      "vm:103": "node3",
      "vm:201": "node2",
      "vm:202": "node2",
      "vm:203": "node2",
    },
  ],
  [
    "two groups part, with nodes to spare (mixed4)",
    4,
    guests("node1: vm:101 vm:103 vm:201 vm:203", "node2: vm:102 vm:202"),
    ["positive r: vm:101 vm:102 vm:103", "positive s: vm:201 vm:202 vm:203", "negative t: vm:101 vm:201"],
    [],
    {
      "vm:101": "node3",
      "vm:102": "node3",
      "vm:103": "node3",
      "vm:201": "node4",
      "vm:202": "node4",
      "vm:203": "node4",
    },
  ],
];

function placesAfter(running: HaCluster, failed: readonly string[]): Map<string, string> {
  const { fates } = failNodes(running, failed);
  return new Map([...fates].map(([id, fate]) => [id, fate.kind === "waits" ? "-" : fate.node]));
}

describe("placement: where HA starts guests", () => {
  describe("after nodes have failed", () => {
    for (const [what, count, placed, rules, failed, expected] of FAILURES) {
      it(what, () => {
        const places = placesAfter(cluster(names(count), placed, rules), failed);
        for (const [id, node] of Object.entries(expected)) assert.equal(places.get(id), node, id);
        for (const { id, node } of placed) {
          if (!(id in expected)) assert.equal(places.get(id), node, `${id} had no reason to move`);
        }
      });
    }
  });

  describe("when the cluster starts as declared", () => {
    for (const [what, count, placed, rules, , expected] of STARTS) {
      it(what, () => {
        const { cluster: running, settled } = settleCluster(cluster(names(count), placed, rules));
        assert.equal(settled, true);
        const places = new Map(running.guests.map(({ id, node }) => [id, node]));
        for (const [id, node] of Object.entries(expected)) assert.equal(places.get(id), node, id);
      });
    }

    it("guests that would have to swap nodes and may not share one stay (negative3 with node affinity)", () => {
      const { cluster: running } = settleCluster(
        cluster(names(3), guests("node1: vm:101", "node2: vm:102", "node3: vm:103"), [
          "node-affinity r: vm:101 -> node2",
          "node-affinity s: vm:102 -> node3",
          "node-affinity t: vm:103 -> node1",
          "negative u: vm:101 vm:102 vm:103",
        ]),
      );
      assert.deepEqual(
        running.guests.map(({ node }) => node),
        ["node1", "node2", "node3"],
      );
    });
  });

  describe("requested states", () => {
    const placed = [
      guest("vm:1", "node3", { state: "started" }),
      guest("vm:2", "node3", { state: "stopped" }),
      guest("vm:3", "node3", { state: "disabled" }),
      guest("vm:4", "node3", { state: "ignored" }),
      { ...guest("vm:5", "node3"), ha: undefined },
      { ...guest("vm:6", "node3"), ha: undefined, running: false },
    ];

    it("started and stopped leave a dead node, the others do not", () => {
      const { fates } = failNodes(cluster(names(3), placed), ["node3"]);
      assert.deepEqual(
        Object.fromEntries([...fates].map(([id, { kind, node }]) => [id, `${kind} ${node}`])),
        {
          "vm:1": "restarts node1",
          "vm:2": "off node2",
          "vm:3": "off node3",
          "vm:4": "lost node3",
          "vm:5": "lost node3",
          "vm:6": "off node3",
        },
      );
    });

    it("running guests outside HA count as load, stopped ones do not", () => {
      const outside = (id: string, node: string, running: boolean) => ({
        ...guest(id, node),
        ha: undefined,
        running,
      });
      const place = (running: boolean) =>
        placesAfter(
          cluster(names(3), [
            guest("vm:1", "node3"),
            outside("vm:2", "node1", running),
            outside("vm:3", "node1", running),
          ]),
          ["node3"],
        ).get("vm:1");
      assert.equal(place(true), "node2");
      assert.equal(place(false), "node1");
    });

    it("a stopped guest is no load either", () => {
      const stopped = [1, 2].map((n) => guest(`vm:${n}`, "node1", { state: "stopped" }));
      const places = placesAfter(cluster(names(3), [...stopped, guest("vm:9", "node3")]), ["node3"]);
      assert.equal(places.get("vm:9"), "node1");
    });
  });

  describe("guests that do not start (ha-manager.adoc, Start Failure Policy)", () => {
    const fate = (running: HaCluster, starts: (guest: string, node: string) => boolean, id: string) =>
      failNodes(running, ["node3"], starts).fates.get(id);

    it("tries one other node, then gives up: state error", () => {
      const running = cluster(names(3), guests("node3: vm:100"));
      assert.deepEqual(
        fate(running, () => false, "vm:100"),
        { kind: "fails", node: "node2", tried: ["node1", "node2"] },
      );
    });

    it("runs on the second node if it starts there", () => {
      const running = cluster(names(3), guests("node3: vm:100"));
      assert.deepEqual(
        fate(running, (_, node) => node === "node2", "vm:100"),
        { kind: "restarts", node: "node2" },
      );
    });

    it("max_relocate 0: gives up at once", () => {
      const running = cluster(names(3), [guest("vm:100", "node3", { maxRelocate: 0 })]);
      assert.deepEqual(
        fate(running, () => false, "vm:100"),
        { kind: "fails", node: "node1", tried: ["node1"] },
      );
    });

    it("goes through the nodes from the least loaded one, each once (relocate-policy1)", () => {
      const running = cluster(names(4), [
        ...guests("node1: vm:100 vm:101 vm:102", "node2: vm:103 vm:104", "node4: vm:105"),
        guest("vm:130", "node3", { maxRelocate: 3 }),
      ]);
      assert.deepEqual(
        fate(running, () => false, "vm:130"),
        {
          kind: "fails",
          node: "node1",
          tried: ["node4", "node2", "node1", "node1"],
        },
      );
    });

    it("never on a node of lower priority while one of the highest is online: tries there again", () => {
      const running = cluster(names(3), guests("node3: vm:100"), [
        "node-affinity r: vm:100 -> node3:2 node2:1",
      ]);
      assert.deepEqual(
        fate(running, () => false, "vm:100"),
        { kind: "fails", node: "node2", tried: ["node2", "node2"] },
      );
    });

    it("stays where it failed when guests that it is kept apart from have the rest (negative4)", () => {
      const running = cluster(names(3), guests("node2: vm:101", "node3: vm:200", "node1: vm:103 vm:104"), [
        "negative r: vm:101 vm:200",
      ]);
      assert.deepEqual(
        fate(running, () => false, "vm:200"),
        { kind: "fails", node: "node1", tried: ["node1", "node1"] },
      );
    });

    it("its group follows it to the node where it starts (positive3)", () => {
      const running = cluster(
        names(3),
        guests("node3: vm:101 vm:102 vm:120", "node1: vm:104 vm:105", "node2: vm:106"),
        ["positive r: vm:101 vm:102 vm:120"],
      );
      const { fates } = failNodes(running, ["node3"], (id, node) => id !== "vm:120" || node === "node1");
      for (const id of ["vm:101", "vm:102", "vm:120"]) assert.equal(fates.get(id)?.node, "node1", id);
    });
  });

  it("a guest that HA has stopped draws its group nowhere, neither now nor when a node fails", () => {
    const placed = [
      guest("vm:100", "node2", { state: "stopped" }),
      guest("ct:101", "node1", { state: "disabled" }),
      guest("ct:102", "node1"),
    ];
    const { cluster: running } = settleCluster(
      cluster(names(3), placed, ["positive r: vm:100 ct:101 ct:102"]),
    );
    const where = (found: HaCluster) => found.guests.map(({ id, node }) => `${id} ${node}`);
    assert.deepEqual(where(settleCluster(running).cluster), where(running));
    assert.equal(failNodes(running, ["node3"]).fates.get("ct:102")?.kind, "stays");
  });
});
