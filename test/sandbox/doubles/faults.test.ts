import assert from "node:assert/strict";
import { FaultPlan, parseFaults } from "../../../sandbox/doubles/faults";

describe("faults", () => {
  it("are read from text", () => {
    assert.deepEqual(parseFaults("create:5:fail, aws/update:1:hang-after"), [
      { operation: "create", nth: 5, kind: "fail" },
      { provider: "aws", operation: "update", nth: 1, kind: "hang-after" },
    ]);
    assert.deepEqual(parseFaults(undefined), []);
    assert.deepEqual(parseFaults(" "), []);
  });

  for (const text of [
    "create",
    "create:0:fail",
    "create:1:explode",
    "build:1:fail",
    "create:x:fail",
    "a/b/c:1:fail",
  ]) {
    it(`of the form ${text} are refused with what is allowed`, () => {
      assert.throws(() => parseFaults(text), /not a fault: .*create\|update\|delete\|read:NTH:fail/);
    });
  }

  it("come at the nth operation that they select, once", () => {
    const plan = new FaultPlan(parseFaults("create:2:fail,aws/create:1:kill,delete:1:hang"));
    const seen = [
      plan.next("proxmoxve", "create"),
      plan.next("proxmoxve", "create"),
      plan.next("aws", "create"),
      plan.next("aws", "create"),
      plan.next("aws", "delete"),
      plan.next("aws", "delete"),
      plan.next("aws", "read"),
    ];
    assert.deepEqual(seen, [undefined, "fail", "kill", undefined, "hang", undefined, undefined]);
  });
});
