import type { input } from "@pulumi/aws/types";

/** Days after which the parts of an upload that never finished are dropped. */
const ABORT_UPLOAD_DAYS = 7;

/** How long a bucket keeps what. */
export interface Keeping {
  /** Days that overwritten and deleted objects are kept. */
  readonly noncurrentDays: number;
  /** Days until objects move to Standard-IA; never when absent. */
  readonly infrequentAccessDays?: number;
  /** Days until objects expire; never when absent. */
  readonly expireDays?: number;
}

/** The lifecycle rules of a versioned bucket. A locked version stays until its lock ends, whatever they say. */
export function lifecycleRules(keeping: Keeping): input.s3.BucketLifecycleConfigurationRule[] {
  const everything = { status: "Enabled", filter: { prefix: "" } };
  const rules: input.s3.BucketLifecycleConfigurationRule[] = [
    {
      id: "tidy",
      ...everything,
      abortIncompleteMultipartUpload: { daysAfterInitiation: ABORT_UPLOAD_DAYS },
      noncurrentVersionExpiration: { noncurrentDays: keeping.noncurrentDays },
    },
  ];
  if (keeping.infrequentAccessDays !== undefined) {
    rules.push({
      id: "infrequent-access",
      ...everything,
      transitions: [{ days: keeping.infrequentAccessDays, storageClass: "STANDARD_IA" }],
    });
  }
  if (keeping.expireDays !== undefined)
    rules.push({ id: "expire", ...everything, expiration: { days: keeping.expireDays } });
  return rules;
}

/** The statement of a bucket policy that lets nobody in without TLS. */
export function tlsOnly(bucketArn: string) {
  return {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/** The statement that lets S3 write down accesses to these buckets of the account, and nobody else's. */
export function accessLogDelivery(bucketArn: string, sources: readonly string[], account: string) {
  return {
    Sid: "AccessLogs",
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `${bucketArn}/*`,
    Condition: { ArnLike: { "aws:SourceArn": [...sources] }, StringEquals: { "aws:SourceAccount": account } },
  };
}

/** The policy of a key about which the account's own IAM policies decide; without it nobody could use the key. */
export function keyPolicy(partition: string, account: string) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AccountDecides",
        Effect: "Allow",
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  };
}

/** One side of a replication. */
export interface Replicated {
  readonly bucketArn: string;
  readonly keyArn: string;
  readonly region: string;
}

/** What S3 needs for copying objects with their locks and tags from one bucket to the other; never a deletion. */
export function replicationPolicy(source: Replicated, target: Replicated) {
  const through = (region: string, arn: string) => ({
    StringLike: {
      "kms:ViaService": `s3.${region}.amazonaws.com`,
      "kms:EncryptionContext:aws:s3:arn": [arn, `${arn}/*`],
    },
  });
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Bucket",
        Effect: "Allow",
        Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
        Resource: source.bucketArn,
      },
      {
        Sid: "Read",
        Effect: "Allow",
        Action: [
          "s3:GetObjectLegalHold",
          "s3:GetObjectRetention",
          "s3:GetObjectVersionAcl",
          "s3:GetObjectVersionForReplication",
          "s3:GetObjectVersionTagging",
        ],
        Resource: `${source.bucketArn}/*`,
      },
      {
        Sid: "Write",
        Effect: "Allow",
        Action: ["s3:ReplicateObject", "s3:ReplicateTags"],
        Resource: `${target.bucketArn}/*`,
      },
      {
        Sid: "Decrypt",
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: source.keyArn,
        Condition: through(source.region, source.bucketArn),
      },
      {
        Sid: "Encrypt",
        Effect: "Allow",
        Action: ["kms:Encrypt", "kms:GenerateDataKey"],
        Resource: target.keyArn,
        Condition: through(target.region, target.bucketArn),
      },
    ],
  };
}
