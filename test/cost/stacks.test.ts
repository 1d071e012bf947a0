import assert from "node:assert/strict";
import path from "node:path";
import { awsCostings } from "../../cost/aws";
import { priceBook } from "../../cost/book";
import { estimate } from "../../cost/estimate";
import { meterInfo } from "../../cost/meters";
import { readEstate } from "../../estate";
import { readEnvironmentFile } from "../../estate/file";
import { declareEstate } from "../../offline/estate";
import { awsDouble } from "../../sandbox/doubles/aws";
import { ROOT } from "../support/sandbox-cli";

describe("cost: what the stacks declare", () => {
  it("is of kinds that are known here, as is all that the sandbox knows", () => {
    const unknown = awsDouble.behaviours.map(({ type }) => type).filter((type) => !(type in awsCostings));
    assert.deepEqual(unknown, []);
  });

  for (const stack of ["dev", "prod"]) {
    it(`of ${stack} has a cost, and every price it lacks has its reason`, async () => {
      const read = readEnvironmentFile(path.join(ROOT, `Pulumi.${stack}.yaml`));
      assert.ok(read.ok);
      const reading = readEstate(read.description);
      assert.ok(reading.ok && reading.estate.aws);
      const { region, usage, guardrails } = reading.estate.aws;
      const declared = await declareEstate(read.description, stack, { ids: true });
      assert.ok(declared.ok);
      const book = priceBook(region);
      const { lines, total, unknown, idle } = estimate(declared.resources, { usage, book });
      assert.deepEqual(idle, []);
      assert.ok(lines.length > 10);
      for (const { meter } of lines) assert.ok(meterInfo(meter), meter);
      // Nothing that a setting could state is left unsaid, and the budget fits the estimate.
      assert.deepEqual(
        unknown.filter(({ why }) => why.startsWith("state ") || why.includes("not known here")),
        [],
      );
      assert.ok(Number(total.toFixed(2)) < (guardrails.budget?.monthlyUsd ?? 0));
    }).timeout(60_000);
  }
});
