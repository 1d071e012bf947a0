import { type PublicAccessBlock, SWITCHES } from "../facts/buckets";
import { UNKNOWN } from "../facts/read";
import { bucketRule } from "./bucket-rule";
import { PRIVATE_BUCKETS } from "./frameworks";

export const bucketPrivate = bucketRule({
  id: "bucket-private",
  title: "Buckets are private",
  description:
    "Backups hold everything that the guests hold. A public access block keeps a bucket closed whatever a later " +
    "policy or access control list says.",
  severity: "critical",
  level: "mandatory",
  framework: PRIVATE_BUCKETS,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  tags: ["aws", "security"],
  remediation:
    "Attach a BucketPublicAccessBlock with all four switches on, and no public access control list.",
  scope: "estate",
  satellite: "public access block",
  decide: (bucket, topology) => {
    if (bucket.publicAcls.includes(true)) {
      return { verdict: "violated", because: "an access control list opens it to the public" };
    }
    const states = [...bucket.publicAccessBlocks, ...topology.accountBlocks].map(closes);
    if (states.includes(true)) {
      return bucket.publicAcls.includes(UNKNOWN)
        ? { verdict: "undecided", because: "its access control list is not known yet" }
        : { verdict: "fine" };
    }
    return states.includes(UNKNOWN)
      ? { verdict: "undecided", because: "a switch of its public access block is not known yet" }
      : { verdict: "violated", because: "no public access block with all four switches on covers it" };
  },
});

function closes(block: PublicAccessBlock) {
  const states = SWITCHES.map((name) => block.switches[name]);
  return states.includes(false) ? false : states.includes(UNKNOWN) ? UNKNOWN : true;
}
