import { UNKNOWN } from "../facts/read";
import { bucketRule } from "./bucket-rule";
import { AT_REST } from "./frameworks";

const ALGORITHMS: ReadonlySet<string> = new Set(["AES256", "aws:kms", "aws:kms:dsse"]);

export const bucketEncrypted = bucketRule({
  id: "bucket-encrypted",
  title: "Buckets declare their encryption",
  description:
    "S3 encrypts new objects with its own key by default; declared encryption keeps that from being turned to " +
    "another key unnoticed, and says which key a restore needs.",
  severity: "high",
  level: "mandatory",
  framework: AT_REST,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html",
  tags: ["aws", "security"],
  remediation: "Attach a BucketServerSideEncryptionConfiguration with AES256 or aws:kms.",
  scope: "estate",
  satellite: "encryption",
  decide: ({ encryptions }) => {
    if (encryptions.some((algorithm) => typeof algorithm === "string" && ALGORITHMS.has(algorithm))) {
      return { verdict: "fine" };
    }
    return encryptions.includes(UNKNOWN)
      ? { verdict: "undecided", because: "its encryption is not known yet" }
      : { verdict: "violated", because: "no encryption is declared for it" };
  },
});
