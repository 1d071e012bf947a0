import assert from "node:assert/strict";
import { type Capacity, failNodes, type Load, settleCluster, shutDown } from "../../placement";
import { usageOf } from "../../placement/usage";
import { cluster, guest } from "./clusters";

/** Bytes as Proxmox's own test cases have them: only their proportions matter. */
const node = (cpus: number, memory: number): Capacity => ({ cpus, memory });
const load = (cpus: number, memory: number): Load => ({ cpus, memory });

const BIG = 20_000_000_000;

describe("placement: static scheduling", () => {
  /** The cases by which proxmox-perl-rs tests its scheduler. */
  describe("scores", () => {
    const ranking = (
      nodes: Readonly<Record<string, Capacity>>,
      guests: readonly [string, Load][],
      added: Load,
    ) => {
      const online = Object.keys(nodes);
      const usage = usageOf({ nodes: new Map(Object.entries(nodes)), scheduling: "static" }, online);
      for (const [index, [name, taken]] of guests.entries()) usage.add(`vm:${index}`, taken, name);
      const scores = usage.scores(added);
      const score = (name: string) => scores.get(name) ?? Number.NaN;
      return online.toSorted((one, other) => score(one) - score(other) || (one < other ? -1 : 1)).join("");
    };
    const same = load(4, BIG);
    const small = load(1, 536_870_912);
    const memory = (size: number) => node(4, size);
    for (const [what, nodes, guests, added, expected] of [
      ["an empty cluster: the biggest", { A: node(10, 5 * BIG), B: node(20, 10 * BIG) }, [], same, "BA"],
      [
        "in proportion to the nodes' size",
        { A: node(10, 5 * BIG), B: node(20, 10 * BIG) },
        [
          ["B", same],
          ["B", same],
        ],
        same,
        "AB",
      ],
      [
        "three sizes",
        { A: node(10, 5 * BIG), B: node(20, 10 * BIG), C: node(30, 15 * BIG) },
        [
          ["A", same],
          ["A", same],
          ["B", same],
          ["B", same],
          ["C", same],
        ],
        same,
        "CBA",
      ],
      [
        "more than one node has: the least loaded still wins",
        {
          A: memory(4_102_062_080),
          B: memory(4_102_062_080),
          C: memory(4_102_053_888),
          D: memory(4_102_053_888),
        },
        [
          ["A", small],
          ["A", small],
          ["A", small],
          ["B", small],
          ["A", small],
        ],
        small,
        "CDBA",
      ],
      [
        "memory counts more than CPU",
        { A: node(16, 64), B: node(16, 64) },
        [
          ["A", load(1, 12)],
          ["B", load(14, 1)],
        ],
        load(12, 12),
        "BA",
      ],
      [
        "CPU decides where memory does not",
        { A: node(16, 64), B: node(16, 64) },
        [
          ["A", load(2, 1)],
          ["B", load(14, 1)],
        ],
        load(12, 0),
        "AB",
      ],
      [
        "a guest without a CPU limit takes all of a node",
        { A: node(16, 64), B: node(32, 64) },
        [["A", load(8, 1)]],
        load(0, 0),
        "BA",
      ],
    ] as [string, Record<string, Capacity>, [string, Load][], Load, string][]) {
      it(what, () => assert.equal(ranking(nodes, guests, added), expected));
    }
  });

  describe("recovery and shutdown (pve-ha-manager's test-crs-static*)", () => {
    const options = { scheduling: "static" } as const;
    const many = (from: number, to: number, where: string, taken: (n: number) => Load, type = "vm") =>
      Array.from({ length: to - from + 1 }, (_, index) =>
        guest(`${type}:${from + index}`, where, {}, taken(from + index)),
      );

    it("the node with the most memory (static1)", () => {
      const nodes = { node1: node(32, 100e9), node2: node(32, 200e9), node3: node(32, 300e9) };
      const running = cluster(nodes, [guest("vm:102", "node1", {}, load(2, 4e9))], [], options);
      assert.equal(failNodes(running, ["node1"]).fates.get("vm:102")?.node, "node3");
    });

    it("of those the one with more CPUs (static2)", () => {
      const nodes = {
        node1: node(32, 100e9),
        node2: node(32, 200e9),
        node3: node(32, 300e9),
        node4: node(64, 300e9),
      };
      const running = cluster(
        nodes,
        [guest("vm:102", "node1", {}, load(2, 4e9))],
        ["node-affinity r: vm:102 -> node1"],
        options,
      );
      assert.equal(failNodes(running, ["node1"]).fates.get("vm:102")?.node, "node4");
    });

    it("a node of twice the size gets two of three (static3)", () => {
      const nodes = { node1: node(32, 100e9), node2: node(64, 200e9), node3: node(32, 100e9) };
      const running = cluster(
        nodes,
        many(101, 109, "node1", () => load(2, 4e9)),
        [],
        options,
      );
      const fates = shutDown(running, { node: "node1", policy: "migrate", reboot: false });
      assert.deepEqual(
        [...fates.values()].map((fate) => fate.node),
        ["node2", "node2", "node3", "node2", "node2", "node3", "node2", "node2", "node3"],
      );
    });

    it("one heavy guest has a node for itself (static4)", () => {
      const nodes = { node1: node(32, 100e9), node2: node(32, 100e9), node3: node(32, 100e9) };
      const heavy = (n: number) => (n === 101 ? load(0, 40e9) : load(2, 2e9));
      const running = cluster(nodes, many(101, 109, "node1", heavy, "ct"), [], options);
      const fates = shutDown(running, { node: "node1", policy: "migrate", reboot: false });
      assert.deepEqual(
        [...fates.values()].map((fate) => fate.node),
        ["node2", ...Array.from({ length: 8 }, () => "node3")],
      );
    });

    it("without capacities it counts guests, as Proxmox falls back to basic", () => {
      const running = cluster(
        ["node1", "node2", "node3"],
        [
          guest("vm:1", "node1", {}, load(1, 1)),
          guest("vm:2", "node2", {}, load(1, 900)),
          guest("vm:3", "node1", {}, load(1, 1)),
          guest("vm:9", "node3"),
        ],
        [],
        options,
      );
      assert.equal(failNodes(running, ["node3"]).fates.get("vm:9")?.node, "node2");
    });

    it("51 guests spread as they start, and again after a failure (static-rebalance1)", () => {
      const nodes = { node1: node(32, 256e9), node2: node(32, 256e9), node3: node(32, 256e9) };
      const memory = (n: number) => (n === 102 ? 4e9 : (n - 99) * 536_870_912);
      const placed = many(101, 151, "node3", (n) => load(2, memory(n))).map((one) =>
        one.id === "vm:101"
          ? { ...one, node: "node1" }
          : one.id === "vm:102"
            ? {
                ...one,
                node: "node2",
                ha: { state: "stopped" as const, maxRestart: 1, maxRelocate: 1, failback: true },
              }
            : one,
      );
      const { cluster: running } = settleCluster(
        cluster(nodes, placed, [], { ...options, rebalanceOnStart: true }),
      );
      const at = (name: string) =>
        running.guests.filter((one) => one.node === name).map(({ id }) => Number(id.slice(3)));
      // 104 to node1, 105 stays, 106 to node2, and so on in turns.
      assert.deepEqual(at("node1"), [101, 104, ...Array.from({ length: 15 }, (_, index) => 107 + 3 * index)]);
      assert.deepEqual(at("node3"), [103, ...Array.from({ length: 16 }, (_, index) => 105 + 3 * index)]);
      const { fates } = failNodes(running, ["node3"]);
      const recovered = at("node3").map((n) => [n, fates.get(`vm:${n}`)?.node]);
      assert.deepEqual(
        recovered.filter(([, where]) => where === "node1").map(([n]) => n),
        [105, 108, 111, 114, 120, 126, 132, 138, 144, 150],
      );
    });
  });
});
