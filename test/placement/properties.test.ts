import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type AffinityRule,
  failNodes,
  feasibleRules,
  HA_DEFAULTS,
  type HaCluster,
  type PlacedGuest,
  type RequestedState,
  settleCluster,
  shutDown,
} from "../../placement";
import { compileAffinity } from "../../placement/affinity";
import { names } from "./clusters";

const NODES = names(6);

const aGuest = (n: number): fc.Arbitrary<PlacedGuest> =>
  fc
    .record({
      type: fc.constantFrom("vm", "ct"),
      node: fc.constantFrom(...NODES),
      cpus: fc.nat({ max: 8 }),
      memory: fc.integer({ min: 1, max: 64 }),
      state: fc.constantFrom<RequestedState[]>(
        "started",
        "started",
        "started",
        "stopped",
        "disabled",
        "ignored",
      ),
      managed: fc.boolean(),
      failback: fc.boolean(),
      maxRelocate: fc.nat({ max: 3 }),
    })
    .map(({ type, node, cpus, memory, state, managed, failback, maxRelocate }) => ({
      id: `${type}:${100 + n}`,
      node,
      load: { cpus, memory: memory * 512 },
      running: state === "started",
      ...(managed && { ha: { ...HA_DEFAULTS, state, failback, maxRelocate } }),
    }));

const aCluster: fc.Arbitrary<HaCluster> = fc.nat({ max: 14 }).chain((count) =>
  fc
    .record({
      size: fc.integer({ min: 1, max: NODES.length }),
      guests: fc.tuple(...Array.from({ length: count }, (_, n) => aGuest(n))),
      scheduling: fc.constantFrom("basic" as const, "static" as const),
      rebalanceOnStart: fc.boolean(),
      rules: fc.array(
        fc.record({
          kind: fc.constantFrom("node", "node", "positive", "negative"),
          members: fc.array(fc.nat({ max: Math.max(0, count - 1) }), { minLength: 1, maxLength: 5 }),
          nodes: fc.dictionary(fc.constantFrom(...NODES), fc.nat({ max: 1 }), { minKeys: 1 }),
          strict: fc.boolean(),
        }),
        { maxLength: 5 },
      ),
    })
    .map(({ size, guests, rules, ...options }) => {
      const nodes = NODES.slice(0, size);
      const placed = guests.map((guest) => ({
        ...guest,
        node: nodes[NODES.indexOf(guest.node) % size] ?? "node1",
      }));
      return {
        ...options,
        nodes: new Map(nodes.map((node) => [node, { cpus: 16, memory: 65_536 }])),
        guests: placed,
        rules: rules.flatMap(({ kind, members, nodes: where, strict }, index): AffinityRule[] => {
          const ids = [...new Set(members.flatMap((member) => placed[member]?.id ?? []))];
          if (ids.length === 0) return [];
          const common = { id: `rule${index}`, guests: ids };
          return kind === "node"
            ? [{ ...common, type: "node-affinity", nodes: new Map(Object.entries(where)), strict }]
            : [
                {
                  ...common,
                  type: "resource-affinity",
                  affinity: kind === "positive" ? "positive" : "negative",
                },
              ];
        }),
      };
    }),
);

const aFailure = fc.tuple(aCluster, fc.subarray(NODES, { minLength: 1 }));

function byId<T>(entries: Iterable<readonly [string, T]>): [string, T][] {
  return [...entries]
    .map(([id, value]): [string, T] => [id, value])
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/** The same cluster, written down in another order. */
function shuffled(cluster: HaCluster): HaCluster {
  return {
    ...cluster,
    nodes: new Map([...cluster.nodes].reverse()),
    guests: cluster.guests.toReversed(),
    rules: cluster.rules.toReversed().map((rule) => ({ ...rule, guests: rule.guests.toReversed() })),
  };
}

describe("placement (properties)", () => {
  it("nothing runs on a dead node, nor where its rules forbid it, and everything is in one place", () => {
    fc.assert(
      fc.property(aFailure, ([declared, failed]) => {
        const { cluster } = settleCluster(declared);
        const { fates } = failNodes(cluster, failed);
        const { rules } = feasibleRules(cluster.rules, cluster.nodes.keys());
        const allowed = compileAffinity(rules, cluster.nodes.keys()).nodes;
        assert.deepEqual(
          byId(fates).map(([id]) => id),
          cluster.guests.map(({ id }) => id).sort(),
        );
        for (const [id, { kind, node }] of fates) {
          assert.ok(cluster.nodes.has(node), `${id} is on ${node}, which is no member`);
          if (kind === "restarts" || kind === "moves" || kind === "stays") {
            assert.ok(!failed.includes(node), `${id} runs on ${node}, which is dead`);
          }
          if (kind === "restarts" || kind === "moves") {
            assert.ok(allowed.get(id)?.has(node) ?? true, `${id} runs on ${node}, where its rule forbids it`);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("guests that HA restarts keep apart from those that they are to be apart from", () => {
    fc.assert(
      fc.property(aFailure, ([declared, failed]) => {
        const { cluster } = settleCluster(declared);
        const { fates } = failNodes(cluster, failed);
        const managed = new Set(
          cluster.guests.filter(({ ha }) => ha?.state === "started").map(({ id }) => id),
        );
        for (const rule of feasibleRules(cluster.rules, cluster.nodes.keys()).rules) {
          if (rule.type !== "resource-affinity" || rule.affinity !== "negative") continue;
          const restarted = rule.guests.filter((id) => managed.has(id) && fates.get(id)?.kind === "restarts");
          for (const id of restarted) {
            const sharing: string[] = rule.guests.filter(
              (other) =>
                other !== id &&
                managed.has(other) &&
                fates.get(other)?.kind !== "waits" &&
                fates.get(other)?.node === fates.get(id)?.node,
            );
            assert.deepEqual(sharing, [], `${id} on ${fates.get(id)?.node}`);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("a cluster that has settled stays as it is", () => {
    fc.assert(
      fc.property(aCluster, (declared) => {
        const first = settleCluster(declared);
        fc.pre(first.settled);
        assert.deepEqual(settleCluster(first.cluster).cluster.guests, first.cluster.guests);
      }),
      { numRuns: 300 },
    );
  });

  it("the order of nodes, guests and rules does not matter", () => {
    fc.assert(
      fc.property(aFailure, ([declared, failed]) => {
        const one = settleCluster(declared);
        const other = settleCluster(shuffled(declared));
        assert.deepEqual(
          byId(one.cluster.guests.map(({ id, node }) => [id, node])),
          byId(other.cluster.guests.map(({ id, node }) => [id, node])),
        );
        assert.deepEqual(one.dropped, other.dropped);
        const starts = (id: string, node: string) =>
          (id.length * node.charCodeAt(4) + id.charCodeAt(5)) % 3 > 0;
        assert.deepEqual(
          byId(failNodes(one.cluster, failed, starts).fates),
          byId(failNodes(other.cluster, failed.toReversed(), starts).fates),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("a guest gives up only after as many nodes as it may try, and each of them refused it", () => {
    fc.assert(
      fc.property(aFailure, ([declared, failed]) => {
        const { cluster } = settleCluster(declared);
        const { fates } = failNodes(cluster, failed, () => false);
        for (const { id, ha } of cluster.guests) {
          const fate = fates.get(id);
          if (fate?.kind !== "fails") continue;
          assert.equal(fate.tried.length, (ha?.maxRelocate ?? 0) + 1);
          for (const node of fate.tried) assert.ok(!failed.includes(node), `${id} was tried on ${node}`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("a planned shutdown leaves no guest running on the node", () => {
    const policies = fc.constantFrom(
      "conditional" as const,
      "failover" as const,
      "freeze" as const,
      "migrate" as const,
    );
    fc.assert(
      fc.property(aCluster, policies, fc.boolean(), (declared, policy, reboot) => {
        const { cluster } = settleCluster(declared);
        for (const [id, { kind, node }] of shutDown(cluster, { node: "node1", policy, reboot })) {
          const runs = kind === "migrates" || kind === "restarts" || kind === "moves" || kind === "stays";
          assert.ok(!runs || node !== "node1", `${id} ${kind} on node1`);
        }
      }),
      { numRuns: 300 },
    );
  });
});
