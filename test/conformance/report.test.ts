import assert from "node:assert/strict";
import type { Excuse } from "../../conformance/excuses";
import { conclude, matrix } from "../../conformance/report";
import type { Outcome, Trial } from "../../conformance/trial";

const same: Trial = {
  type: "t",
  field: "size",
  kind: "higher",
  real: { action: "update" },
  double: { action: "update" },
};
const differing: Trial = {
  ...same,
  field: "name",
  kind: "other",
  double: { action: "replace", why: "name" },
};
const excuse: Excuse = {
  type: "t",
  field: "name",
  kinds: ["other"],
  real: "update",
  double: "replace",
  reason: "the bridge",
};

function outcome(...trials: readonly Trial[]): Outcome {
  return { declared: { type: "t", name: "dev n", inputs: {} }, refusals: [], warnings: [], trials };
}

describe("conclusions of a conformance run", () => {
  it("equal verdicts are no finding", () => {
    const findings = conclude([outcome(same)], [excuse]);
    assert.deepEqual(
      { ...findings, trials: 0 },
      {
        refused: [],
        warnings: [],
        differences: [],
        excused: [],
        stale: [],
        untried: [],
        unmodelled: [],
        trials: 0,
      },
    );
  });

  it("a difference is one, once for all resources of the type", () => {
    const { differences } = conclude([outcome(same, differing), outcome(differing)], []);
    assert.deepEqual(differences, [
      { type: "t", field: "name", kind: "other", real: "update", double: "replace (name)" },
    ]);
  });

  it("a documented difference is excused", () => {
    const findings = conclude([outcome(differing)], [excuse]);
    assert.deepEqual(findings.differences, []);
    assert.deepEqual(findings.excused, [excuse]);
  });

  it("an excuse is for these verdicts only", () => {
    const other: Trial = { ...differing, double: { action: "refused" } };
    assert.equal(conclude([outcome(other)], [excuse]).differences.length, 1);
  });

  it("an excuse for what no longer differs is stale", () => {
    const agreed: Trial = { ...differing, double: { action: "update" } };
    assert.deepEqual(conclude([outcome(agreed)], [excuse]).stale, [excuse]);
  });

  it("a type without a double is told", () => {
    const { double: _, ...alone } = same;
    assert.deepEqual(conclude([outcome(alone)], []).unmodelled, ["t"]);
  });

  it("a field without another valid value is told, unless another resource's was changed", () => {
    const refused: Trial = {
      ...differing,
      real: { action: "refused", why: "no" },
      double: { action: "refused" },
    };
    assert.deepEqual(conclude([outcome(refused)], []).untried, ["t name (no)"]);
    assert.deepEqual(
      conclude([outcome(refused, { ...differing, double: { action: "update" } })], []).untried,
      [],
    );
  });

  it("what the provider refuses as declared is told with the resource", () => {
    const { refused } = conclude([{ ...outcome(), refusals: ["size: too small"] }], []);
    assert.deepEqual(refused, ["t dev n: size: too small"]);
  });

  it("the table shows both verdicts where they differ", () => {
    const drawn = matrix("t", [outcome(same, differing)]);
    assert.match(drawn, /│ field +│ other +│ higher +│/);
    assert.match(drawn, /name +│ update \(double: replace\)/);
    assert.match(drawn, /size +│ +│ update +│/);
  });
});
