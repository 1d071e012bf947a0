import assert from "node:assert/strict";
import { declareEstate } from "../support/program";
import { type Effect, Planner } from "./effects";
import { documented, type Outcome } from "./page";
import { changesOf, descriptionWith, firstChange, type Ground, subjects } from "./subjects";
import { table } from "./table";

function outcomeOf(effects: readonly Effect[]): Outcome {
  if (effects.length === 0) return "nothing";
  const ends = effects.filter(({ operation }) => operation === "delete" || operation === "replace");
  if (ends.some(({ protect }) => protect)) return "refused";
  return ends.length > 0 ? "anew" : "updated";
}

/** Changes of one setting that are tried until one has an effect. */
const ENOUGH = 4;

function* take<T>(items: Iterable<T>, count: number): Generator<T> {
  let left = count;
  for (const item of items) {
    if (left-- === 0) return;
    yield item;
  }
}

describe("a changed setting", () => {
  const exceptions = documented();
  const originals = new Map<string, ReturnType<typeof declareEstate>>();
  let planner: Planner;

  /** What is declared before the change; Pulumi's runtime takes one program at a time. */
  function original({ file, given }: Ground): ReturnType<typeof declareEstate> {
    const key = JSON.stringify([file, given]);
    const known = originals.get(key) ?? declareEstate(descriptionWith(file, given));
    originals.set(key, known);
    return known;
  }

  before(async () => {
    planner = await Planner.open();
  });
  after(() => planner.close());

  for (const [pattern, subject] of subjects()) {
    // The kind of an entry is part of what it is: another kind is another entry.
    if (subject.schema.const !== undefined) continue;
    const expected = exceptions.get(pattern) ?? "updated";
    if (table.single[pattern] !== undefined) {
      it(`${pattern}: one value, as ${table.single[pattern]}`, () => {
        assert.equal(firstChange(pattern, subject)?.other, undefined);
      });
      continue;
    }

    it(`${pattern}: ${expected}`, async () => {
      assert.ok(subject.grounds.length > 0, `${pattern} is in no environment file`);
      let shown = "no other valid value is known";
      let outcome: Outcome | undefined;
      // One place may have what makes the setting count, and another may not.
      for (const found of take(changesOf(pattern, subject), ENOUGH)) {
        const before = await original(found.ground);
        const after = await declareEstate(found.description);
        const effects = planner.effects(before.resources, after.resources);
        shown = JSON.stringify([found.steps, found.other, effects.slice(0, 5)], null, 1);
        outcome = outcomeOf(effects);
        if (outcome !== "nothing") break;
      }
      assert.equal(outcome, expected, shown);
    });
  }

  it("is documented only where there is such a setting", () => {
    const known = subjects();
    const named = [
      ...exceptions.keys(),
      ...Object.keys(table.values),
      ...Object.keys(table.together),
      ...Object.keys(table.single),
    ];
    assert.deepEqual(
      named.filter((name) => !known.has(name)),
      [],
    );
  });
});
