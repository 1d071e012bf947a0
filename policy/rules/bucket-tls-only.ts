import { type Known, UNKNOWN } from "../facts/read";
import type { PolicyStatement } from "../facts/s3-policy";
import { bucketRule } from "./bucket-rule";
import { TLS_ONLY } from "./frameworks";

export const bucketTlsOnly = bucketRule({
  id: "bucket-tls-only",
  title: "Buckets refuse unencrypted connections",
  description:
    "S3 answers plain HTTP unless the bucket's policy denies it: backups and keys could travel readable.",
  severity: "high",
  level: "mandatory",
  framework: TLS_ONLY,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
  tags: ["aws", "security"],
  remediation:
    "Attach a BucketPolicy that denies s3:* to everyone on the bucket and its objects when aws:SecureTransport is false.",
  scope: "estate",
  satellite: "policy",
  decide: ({ statements }) => {
    const states = statements.map(deniesPlainHttp);
    if (states.includes(true)) {
      return { verdict: "fine" };
    }
    return states.includes(UNKNOWN)
      ? { verdict: "undecided", because: "its policy is not known yet" }
      : { verdict: "violated", because: "no policy denies unencrypted connections" };
  },
});

function deniesPlainHttp(statement: Known<PolicyStatement>): Known<boolean> {
  if (statement === UNKNOWN) {
    return UNKNOWN;
  }
  const parts = [
    statement.effect === UNKNOWN ? UNKNOWN : statement.effect === "Deny",
    statement.everyone,
    statement.allActions,
    statement.allResources,
    statement.onlyInsecure,
  ];
  return parts.includes(false) ? false : parts.includes(UNKNOWN) ? UNKNOWN : true;
}
