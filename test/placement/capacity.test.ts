import assert from "node:assert/strict";
import { afterEachNode } from "../../placement";
import { cluster, guest, guests } from "./clusters";

const GIB = 1024;

describe("placement: capacity after each node", () => {
  const three = (cpus: number, memory: number) =>
    Object.fromEntries(["node1", "node2", "node3"].map((name) => [name, { cpus, memory: memory * GIB }]));
  const heavy = (id: string, node: string, memory: number, cpus = 1) =>
    guest(id, node, {}, { cpus, memory: memory * GIB });

  it("counts what runs where, and what is missing", () => {
    const running = cluster(three(8, 16), [
      heavy("vm:1", "node1", 10),
      heavy("vm:2", "node2", 10),
      heavy("vm:3", "node3", 4),
    ]);
    const [first] = afterEachNode(running);
    assert.deepEqual(first?.failed, ["node1"]);
    assert.deepEqual(
      first.nodes.map(({ node, guests: count, memory, missingMemory }) => [
        node,
        count,
        memory / GIB,
        missingMemory / GIB,
      ]),
      [
        ["node2", 2, 20, 6], // basic scheduling counts guests: equals, so the first by name, whatever its memory
        ["node3", 1, 4, 0],
      ],
    );
  });

  it("static scheduling avoids that", () => {
    const placed = [heavy("vm:1", "node1", 10), heavy("vm:2", "node2", 10), heavy("vm:3", "node3", 4)];
    const [first] = afterEachNode(cluster(three(8, 16), placed, [], { scheduling: "static" }));
    assert.deepEqual(
      first?.nodes.map(({ missingMemory }) => missingMemory),
      [0, 0],
    );
  });

  it("memory has to be there once, a node's own share apart; CPUs may be promised several times", () => {
    const placed = [heavy("vm:1", "node1", 1, 16), heavy("vm:2", "node2", 14, 16)];
    const second = (limits: Parameters<typeof afterEachNode>[1]) =>
      afterEachNode(
        cluster(three(8, 16), placed, ["node-affinity r strict: vm:1 vm:2 -> node1 node2"]),
        limits,
      ).find(({ failed }) => failed[0] === "node1")?.nodes[0];
    assert.deepEqual([second({})?.missingMemory, second({})?.missingCpus], [GIB, 0]);
    assert.equal(second({ reservedMemory: 0 })?.missingMemory, 0);
    assert.equal(second({ reservedMemory: 1024, cpuFactor: 3 })?.missingMemory, 0);
    assert.equal(second({ cpuFactor: 3 })?.missingCpus, 8);
  });

  it("affinity is honoured although another node has room", () => {
    const placed = [heavy("vm:1", "node1", 10), heavy("vm:2", "node2", 10)];
    const running = cluster(three(8, 16), placed, ["node-affinity r strict: vm:1 -> node1 node2"]);
    assert.equal(afterEachNode(running)[0]?.nodes[0]?.missingMemory, 6 * GIB);
  });

  it("a container without CPU limit counts as the whole node; a guest that waits or fails takes nothing", () => {
    const placed = [guest("ct:1", "node1", {}, { cpus: 0, memory: 512 }), heavy("vm:2", "node1", 30)];
    const running = cluster(three(8, 16), placed, ["node-affinity r strict: vm:2 -> node1"]);
    const [first] = afterEachNode(running, { cpuFactor: 0.5 });
    assert.deepEqual(
      first?.nodes.map(({ cpus, missingCpus, memory }) => [cpus, missingCpus, memory]),
      [
        [8, 4, 512],
        [0, 0, 0],
      ],
    );
  });

  it("a node that says nothing of what it has misses nothing", () => {
    const [first] = afterEachNode(cluster(["node1", "node2"], guests("node1: vm:1")));
    assert.deepEqual(first?.nodes, [
      {
        node: "node2",
        guests: 1,
        cpus: 1,
        memory: 1024,
        capacity: undefined,
        missingMemory: 0,
        missingCpus: 0,
      },
    ]);
  });
});
