import { Trail } from "@pulumi/aws/cloudtrail";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { Alias, Key } from "@pulumi/aws/kms";
import { Bucket } from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { tlsOnly } from "./bucket-documents";
import { bucketSettings } from "./bucket-settings";

export interface AuditTrailArgs {
  /** Name of the trail in the account. */
  readonly trailName: string;
  /** Region that the trail is made in; it records all of them. */
  readonly region: string;
  /** Name of its bucket, unique in all of AWS. */
  readonly bucketName: string;
  /** Days that the records are kept. */
  readonly expireDays: number;
}

/** Days that a record which somebody deleted or wrote over is kept. */
const NONCURRENT_DAYS = 90;

/**
 * CloudTrail of all regions: who did what in the account, with files that show when they were changed, in a bucket of
 * its own that only this trail writes to, encrypted with a key of its own. Bucket and key are protected.
 *
 * @example
 * new AuditTrail("trail", { trailName: "example", region: "eu-central-1", bucketName: "example-trail", expireDays: 365 });
 */
export class AuditTrail extends pulumi.ComponentResource {
  readonly trail: Trail;
  readonly bucket: Bucket;
  readonly key: Key;

  constructor(name: string, args: AuditTrailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:AuditTrail", name, {}, opts);
    const { accountId } = getCallerIdentityOutput({}, { parent: this });
    const { partition } = getPartitionOutput({}, { parent: this });
    const place = pulumi.all([partition, accountId]).apply(([known, account]) => ({
      account,
      root: `arn:${known}:iam::${account}:root`,
      bucket: `arn:${known}:s3:::${args.bucketName}`,
      trail: `arn:${known}:cloudtrail:${args.region}:${account}:trail/${args.trailName}`,
    }));
    this.key = new Key(
      name,
      {
        description: `Records of CloudTrail in ${args.bucketName}`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: place.apply((known) => JSON.stringify(keyDocument(known))),
      },
      { parent: this, protect: true },
    );
    new Alias(name, { name: `alias/${args.bucketName}`, targetKeyId: this.key.keyId }, { parent: this });
    this.bucket = new Bucket(
      name,
      { bucket: args.bucketName, forceDestroy: false },
      { parent: this, protect: true },
    );
    const settings = {
      bucket: this.bucket,
      policy: place.apply((known) => JSON.stringify(bucketDocument(known))),
      keyArn: this.key.arn,
      keeping: { noncurrentDays: NONCURRENT_DAYS, expireDays: args.expireDays },
    };
    const { policy } = bucketSettings(name, settings, this);
    this.trail = new Trail(
      name,
      {
        name: args.trailName,
        s3BucketName: this.bucket.bucket,
        kmsKeyId: this.key.arn,
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        enableLogFileValidation: true,
        enableLogging: true,
      },
      // CloudTrail refuses a bucket that it may not write to.
      { parent: this, dependsOn: policy },
    );
    this.registerOutputs({ trailArn: this.trail.arn, bucket: this.bucket.bucket });
  }
}

/** Where the trail is, in ARNs. */
interface Place {
  readonly account: string;
  readonly root: string;
  readonly bucket: string;
  readonly trail: string;
}

const CLOUDTRAIL = { Service: "cloudtrail.amazonaws.com" };

/** CloudTrail writes for this trail of the account only, and nobody takes a record away. */
function bucketDocument({ account, bucket, trail }: Place) {
  const forThisTrail = { "aws:SourceArn": trail };
  return {
    Version: "2012-10-17",
    Statement: [
      tlsOnly(bucket),
      {
        Sid: "TrailLooks",
        Effect: "Allow",
        Principal: CLOUDTRAIL,
        Action: "s3:GetBucketAcl",
        Resource: bucket,
        Condition: { StringEquals: forThisTrail },
      },
      {
        Sid: "TrailWrites",
        Effect: "Allow",
        Principal: CLOUDTRAIL,
        Action: "s3:PutObject",
        Resource: `${bucket}/AWSLogs/${account}/*`,
        Condition: { StringEquals: { ...forThisTrail, "s3:x-amz-acl": "bucket-owner-full-control" } },
      },
      {
        Sid: "NobodyDeletes",
        Effect: "Deny",
        Principal: "*",
        Action: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
        Resource: `${bucket}/*`,
      },
    ],
  };
}

function keyDocument({ root, account, trail }: Place) {
  return {
    Version: "2012-10-17",
    Statement: [
      { Sid: "AccountDecides", Effect: "Allow", Principal: { AWS: root }, Action: "kms:*", Resource: "*" },
      {
        Sid: "TrailEncrypts",
        Effect: "Allow",
        Principal: CLOUDTRAIL,
        Action: ["kms:GenerateDataKey*", "kms:DescribeKey"],
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceArn": trail, "aws:SourceAccount": account } },
      },
    ],
  };
}
