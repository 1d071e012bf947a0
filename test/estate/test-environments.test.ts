import assert from "node:assert/strict";
import { testEnvironments } from "../../estate/test-environments";
import { type Change, devEstate, refusesEach } from "../support/description";

const environment = (changes: object): Change => [
  ["aws", "testEnvironments"],
  { upgrade: { recovery: ["alpine"], expires: "2027-01-31T18:00:00Z", ...changes } },
];
const BACKUP_ONLY: Change = [["aws", "recovery", "Ubuntu"], { mode: "backup-only" }];

describe("estate: test environments", () => {
  refusesEach([
    {
      what: "a copy of what does not come back",
      changes: [environment({ recovery: ["nobody"] })],
      mistakes: [["aws.testEnvironments.upgrade.recovery[0]", "alpine"]],
    },
    {
      what: "a copy of what people restore",
      changes: [BACKUP_ONLY, environment({ recovery: ["alpine", "Ubuntu"] })],
      mistakes: [["aws.testEnvironments.upgrade.recovery[1]", "its mode is backup-only"]],
    },
    {
      what: "a copy of nothing",
      changes: [environment({ recovery: [] })],
      mistakes: [["aws.testEnvironments.upgrade.recovery", ""]],
    },
    {
      what: "an entry twice",
      changes: [environment({ recovery: ["alpine", "alpine"] })],
      mistakes: [["aws.testEnvironments.upgrade.recovery[1]", "each only once in the list"]],
    },
    ...[
      "tomorrow",
      "2027-01-31",
      "2027-01-31T18:00:00",
      "2027-02-30T18:00:00Z",
      "2027-01-31T18:00:00+07:00",
    ].map((expires) => ({
      what: `an end of ${expires}`,
      changes: [environment({ expires })],
      mistakes: [
        ["aws.testEnvironments.upgrade.expires", "a moment in UTC such as 2027-01-31T00:00:00Z"] as const,
      ],
    })),
    {
      what: "names that AWS's resources can't have",
      changes: [
        [
          ["aws", "testEnvironments"],
          { "Up grade": { recovery: ["alpine"], expires: "2027-01-31T18:00:00Z" } },
        ],
      ],
      mistakes: [['aws.testEnvironments["Up grade"]', "lower-case letters"]],
    },
    {
      what: "no instances, and something that is no instance type",
      changes: [environment({ instances: 0, instanceType: "large" })],
      mistakes: [
        ["aws.testEnvironments.upgrade.instances", ""],
        ["aws.testEnvironments.upgrade.instanceType", "an EC2 instance type"],
      ],
    },
  ]);

  const estate = devEstate(environment({ instances: 2 }));
  const at = (moment: string) => testEnvironments(estate, new Date(moment));

  it("live until their end", () => {
    const { live, over } = at("2027-01-31T17:49:59Z");
    assert.deepEqual(over, {});
    assert.deepEqual(Object.keys(live.upgrade?.recoveries ?? {}), ["alpine"]);
    assert.equal(live.upgrade?.instances, 2);
  });

  it("are not begun in their last ten minutes: AWS refuses an end that has passed", () => {
    for (const moment of ["2027-01-31T17:50:00Z", "2027-01-31T18:00:00Z", "2028-01-01T00:00:00Z"]) {
      assert.deepEqual(at(moment), { live: {}, over: { upgrade: "2027-01-31T18:00:00Z" } });
    }
  });
});
