import { UNKNOWN } from "../facts/read";
import { bucketRule } from "./bucket-rule";
import { BACKUP } from "./frameworks";

export const bucketVersioned = bucketRule({
  id: "bucket-versioned",
  title: "Buckets keep versions",
  description:
    "Without versions one overwritten or deleted object, by mistake or by an intruder, is a lost backup.",
  severity: "high",
  level: "mandatory",
  framework: BACKUP,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
  tags: ["aws", "backup"],
  remediation: "Attach a BucketVersioning with status Enabled (Object Lock implies it).",
  scope: "estate",
  satellite: "versioning",
  decide: ({ versionings }) => {
    if (versionings.includes(true)) {
      return { verdict: "fine" };
    }
    return versionings.includes(UNKNOWN)
      ? { verdict: "undecided", because: "whether it keeps versions is not known yet" }
      : { verdict: "violated", because: "it keeps no versions" };
  },
});
