import assert from "node:assert/strict";
import fc from "fast-check";
import type { DeclaredResource } from "../../policy/facts/declared";
import { haGuestOnSharedStorage } from "../../policy/rules/ha-guest-on-shared-storage";
import { affinity, ask, cluster, directory, ha, nfs, replication, vm, zfspool } from "./estate";

describe("rule ha-guest-on-shared-storage, in any estate", () => {
  it("making every storage shared clears the rule", () => {
    fc.assert(
      fc.property(estates, (estate) => {
        assert.equal(
          ask(haGuestOnSharedStorage, build({ ...estate, kinds: estate.kinds.map(() => "nfs") })).says,
          "fine",
        );
      }),
    );
  });

  it("a node more never clears a violated estate", () => {
    fc.assert(
      fc.property(estates, (estate) => {
        const before = ask(haGuestOnSharedStorage, build(estate)).says;
        const after = ask(
          haGuestOnSharedStorage,
          build({ ...estate, nodes: [...estate.nodes, "added"] }),
        ).says;
        fc.pre(before === "violated");
        assert.equal(after, "violated");
      }),
    );
  });

  it("a replication more never makes a clean estate violated", () => {
    fc.assert(
      fc.property(estates, fc.constantFrom("a", "b", "c", "d"), (estate, target) => {
        fc.pre(ask(haGuestOnSharedStorage, build(estate)).says === "fine" && estate.nodes.includes(target));
        const more = build({ ...estate, targets: [...estate.targets, target] });
        assert.equal(ask(haGuestOnSharedStorage, more).says, "fine");
      }),
    );
  });

  it("agrees with the definition: every eligible node has the data of every disk", () => {
    fc.assert(
      fc.property(estates, (estate) => {
        const said = ask(haGuestOnSharedStorage, build(estate)).says;
        assert.equal(said, survives(estate) ? "fine" : "violated", JSON.stringify(estate));
      }),
      { numRuns: 500 },
    );
  });

  it("does not depend on the order of the resources", () => {
    fc.assert(
      fc.property(estates, fc.infiniteStream(fc.nat()), (estate, random) => {
        const keys = build(estate).map((each) => ({ each, key: random.next().value ?? 0 }));
        const shuffled = keys.sort((a, b) => a.key - b.key).map(({ each }) => each);
        assert.equal(
          ask(haGuestOnSharedStorage, shuffled).says,
          ask(haGuestOnSharedStorage, build(estate)).says,
        );
      }),
    );
  });
});

/** A small estate with one HA guest on node `a`, one disk a storage. */
interface Small {
  readonly nodes: readonly string[];
  readonly kinds: readonly ("nfs" | "zfspool" | "directory")[];
  readonly targets: readonly string[];
  readonly pinned: readonly string[] | undefined;
}

const estates: fc.Arbitrary<Small> = fc
  .subarray(["b", "c", "d"], { minLength: 1 })
  .map((others) => ["a", ...others])
  .chain((nodes) =>
    fc.record({
      nodes: fc.constant(nodes),
      kinds: fc.array(fc.constantFrom("nfs", "zfspool", "directory"), { minLength: 1, maxLength: 4 }),
      targets: fc.subarray(nodes),
      pinned: fc.option(fc.subarray(nodes, { minLength: 1 }), { nil: undefined }),
    }),
  );

function build({ nodes, kinds, targets, pinned }: Small): DeclaredResource[] {
  const make = { nfs, zfspool, directory };
  return [
    cluster(nodes),
    ...kinds.map((kind, index) => make[kind](`storage${index}`)),
    vm("guest", {
      nodeName: "a",
      vmId: 100,
      disks: kinds.map((_, index) => ({ interface: `scsi${index}`, datastoreId: `storage${index}` })),
    }),
    ha("vm:100"),
    ...targets.map((target, index) => replication(`100-${index}`, target)),
    ...(pinned === undefined ? [] : [affinity("pin", ["vm:100"], pinned)]),
  ];
}

/** The definition in proxmox.md, written without looking at how the rule does it. */
function survives({ nodes, kinds, targets, pinned }: Small): boolean {
  return (pinned ?? nodes).every((node) =>
    kinds.every((kind) => kind === "nfs" || node === "a" || (kind === "zfspool" && targets.includes(node))),
  );
}
