import { BUCKET_TYPES } from "../facts/buckets";
import type { DeclaredResource } from "../facts/declared";
import { flag, get, text } from "../facts/read";
import { linksTo, negated } from "../facts/references";
import { resourcesOf } from "../facts/topology";
import { textsSetting } from "../settings";
import { BACKUP } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

const LOCKED = textsSetting("buckets", {
  description: "Names of buckets that have to be locked, besides those that are.",
  default: [],
});

const CONFIGURATIONS = ["", "V2"].map(
  (version) => `aws:s3/bucketObjectLockConfiguration${version}:BucketObjectLockConfiguration${version}`,
);

export const bucketLockHolds: EstateRule = {
  id: "bucket-lock-holds",
  title: "Locked buckets lock what comes in",
  description:
    "Object Lock without a default retention locks nothing by itself: ransomware that has the keys deletes the backups too.",
  severity: "high",
  level: "mandatory",
  framework: BACKUP,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html",
  tags: ["aws", "backup"],
  remediation:
    "Declare a BucketObjectLockConfiguration with a default retention; Object Lock can only be had when the bucket is made.",
  settings: [LOCKED],
  scope: "estate",
  check: (topology, config) => {
    const asked = LOCKED.in(config);
    const buckets = resourcesOf(topology, ...BUCKET_TYPES).filter(
      (bucket) => flag(bucket.properties, "objectLockEnabled") === true || isAsked(bucket, asked),
    );
    if (buckets.length === 0) return notApplicable("No bucket of this program is locked, or asked to be");
    const retained = resourcesOf(topology, ...CONFIGURATIONS).filter(
      (each) => get(get(get(each.properties, "rule"), "defaultRetention"), "mode") !== undefined,
    );
    const retains = linksTo(retained, "bucket");
    return buckets.flatMap((bucket) => {
      const enabled = flag(bucket.properties, "objectLockEnabled") ?? false;
      const holds = enabled === false ? false : retains(bucket) === true ? enabled : retains(bucket);
      return answer(bucket, negated(holds), {
        wrong:
          enabled === false
            ? `Bucket ${bucket.name} is to be locked, and has no Object Lock.`
            : `Bucket ${bucket.name} has Object Lock and no default retention, which locks nothing by itself.`,
        open: `Whether bucket ${bucket.name} has a default retention is not known yet.`,
      });
    });
  },
};

function isAsked(bucket: DeclaredResource, asked: readonly string[]): boolean {
  const name = text(bucket.properties, "bucket");
  return typeof name === "string" && asked.includes(name);
}
