import { type Change, type Expected, refusesEach } from "../support/description";

const EXPORTS = { name: "example-exports", lock: { days: 30 } };
const row = (what: string, changes: readonly Change[], ...mistakes: Expected[]) => ({
  what,
  changes,
  mistakes,
});

describe("estate: the second site's buckets", () => {
  refusesEach([
    row(
      "two buckets of one name",
      [[["aws", "exports"], { ...EXPORTS, name: "blckpink-clstr-dev-backups" }]],
      ["aws.exports.name", "a name that no other bucket has"],
    ),
    row(
      "a replica that is its own source, where the source is",
      [
        [
          ["aws", "backupBucket", "replica"],
          { name: "blckpink-clstr-dev-backups", region: "ap-southeast-1" },
        ],
      ],
      ["aws.backupBucket.replica.name", "a name that no other bucket has"],
      ["aws.backupBucket.replica.region", "another region than the site's"],
    ),
    row(
      "a lock without end, in a mode that there is not",
      [[["aws", "exports"], { name: "example-exports", lock: { mode: "legal" } }]],
      ["aws.exports.lock.mode", "governance"],
      ["aws.exports.lock.days", ""],
    ),
    row(
      "a bucket for locked exports without lock",
      [[["aws", "exports"], { name: "example-exports" }]],
      ["aws.exports.lock", ""],
    ),
    row(
      "one key twice",
      [[["aws", "nodeIdentity"], { keys: ["a", "a"] }]],
      ["aws.nodeIdentity.keys[1]", "each only once in the list"],
    ),
    row(
      "more keys than IAM has room for",
      [[["aws", "nodeIdentity"], { keys: ["a", "b", "c"] }]],
      ["aws.nodeIdentity.keys", "2"],
    ),
  ]);
});
