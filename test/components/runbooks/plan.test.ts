import assert from "node:assert/strict";
import fc from "fast-check";
import { type Turn, waves } from "../../../components/aws/runbooks/plan";

/** Turns whose names are numbers, and that wait for lower numbers of no higher order only. */
const turns = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.array(fc.nat({ max: 30 }), { maxLength: 4 })), {
    maxLength: 30,
  })
  .map((all) =>
    all.map(
      ([order, after], index): Turn => ({
        name: String(index),
        order,
        after: [...new Set(after)]
          .filter((other) => other < index && (all[other]?.[0] ?? 9) <= order)
          .map(String),
      }),
    ),
  );

describe("components: the turns of a failover", () => {
  it("go by order, then by need", () => {
    const found = waves([
      { name: "web", order: 100, after: ["app"] },
      { name: "app", order: 100, after: ["db"] },
      { name: "db", order: 100, after: [] },
      { name: "dns", order: 1, after: [] },
      { name: "cache", order: 100, after: [] },
    ]);
    assert.deepEqual(Object.fromEntries(found), { dns: 0, db: 1, cache: 1, app: 2, web: 3 });
  });

  it("are behind everything of a lower order and everything needed, without a gap, in any order of writing", () => {
    fc.assert(
      fc.property(turns, fc.infiniteStream(fc.nat()), (all, random) => {
        const found = waves(all);
        const turn = (name: string) => found.get(name) ?? Number.NaN;
        for (const one of all) {
          for (const other of one.after) assert.ok(turn(other) < turn(one.name));
          for (const other of all) if (other.order < one.order) assert.ok(turn(other.name) < turn(one.name));
        }
        const used = [...new Set(found.values())].sort((one, other) => one - other);
        assert.deepEqual(used, [...used.keys()]);
        const shuffled = all
          .map((one) => ({ one, at: random.next().value ?? 0 }))
          .sort((one, other) => one.at - other.at)
          .map(({ one }) => one);
        const again = waves(shuffled);
        assert.deepEqual(
          all.map(({ name }) => again.get(name)),
          all.map(({ name }) => found.get(name)),
        );
      }),
    );
  });

  it("refuse those that wait for each other", () => {
    assert.throws(
      () =>
        waves([
          { name: "a", order: 1, after: ["b"] },
          { name: "b", order: 1, after: ["a"] },
        ]),
      /these wait for each other: a, b/,
    );
  });
});
