import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { Alias, Key } from "@pulumi/aws/kms";
import {
  Bucket,
  BucketLifecycleConfiguration,
  BucketOwnershipControls,
  BucketPolicy,
  BucketPublicAccessBlock,
  BucketServerSideEncryptionConfiguration,
  BucketVersioning,
} from "@pulumi/aws/s3";
import type { input } from "@pulumi/aws/types";
import * as pulumi from "@pulumi/pulumi";

export interface BackupBucketArgs {
  /** Name, unique in all of AWS. */
  readonly bucketName: pulumi.Input<string>;
  /** Days that overwritten and deleted objects are kept. */
  readonly noncurrentDays: pulumi.Input<number>;
  /** Days until objects move to Standard-IA; never when absent. */
  readonly infrequentAccessDays?: pulumi.Input<number>;
  /** Days until objects expire; never when absent. */
  readonly expireDays?: pulumi.Input<number>;
}

/** Days after which the parts of an upload that never finished are dropped. */
const ABORT_UPLOAD_DAYS = 7;

/**
 * A bucket for backups: private, versioned, encrypted with a key of its own that rotates, reachable over TLS only.
 * Bucket and key are protected: without the key every backup is lost.
 *
 * @example
 * new BackupBucket("backups", { bucketName: "example-backups", noncurrentDays: 30, expireDays: 365 });
 */
export class BackupBucket extends pulumi.ComponentResource {
  readonly bucket: Bucket;
  readonly key: Key;
  /** ARN of the bucket, made from its name: known, and so checkable by policies, before the bucket exists. */
  readonly bucketArn: pulumi.Output<string>;

  constructor(name: string, args: BackupBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:BackupBucket", name, args, opts);
    const partition = getPartitionOutput({}, { parent: this }).partition;
    this.bucketArn = pulumi.interpolate`arn:${partition}:s3:::${args.bucketName}`;
    this.key = this.createKey(name, args, partition);
    this.bucket = new Bucket(
      name,
      { bucket: args.bucketName, forceDestroy: false },
      { parent: this, protect: true },
    );
    this.keepPrivate(name);
    this.encrypt(name);
    this.keepVersions(name, args);
    this.registerOutputs({ bucket: this.bucket.bucket, keyArn: this.key.arn });
  }

  private createKey(name: string, args: BackupBucketArgs, partition: pulumi.Output<string>): Key {
    const account = getCallerIdentityOutput({}, { parent: this }).accountId;
    const key = new Key(
      name,
      {
        description: pulumi.interpolate`Backups in ${args.bucketName}`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        // The account's own IAM policies decide; without this statement nobody could use the key.
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "AccountDecides",
              Effect: "Allow",
              Principal: { AWS: pulumi.interpolate`arn:${partition}:iam::${account}:root` },
              Action: "kms:*",
              Resource: "*",
            },
          ],
        }),
      },
      { parent: this, protect: true },
    );
    new Alias(
      name,
      { name: pulumi.interpolate`alias/${args.bucketName}`, targetKeyId: key.keyId },
      { parent: this },
    );
    return key;
  }

  private keepPrivate(name: string): void {
    const { bucket } = this.bucket;
    new BucketOwnershipControls(
      name,
      { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      { parent: this },
    );
    const block = new BucketPublicAccessBlock(
      name,
      {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      { parent: this },
    );
    new BucketPolicy(
      name,
      {
        bucket,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "TlsOnly",
              Effect: "Deny",
              Principal: "*",
              Action: "s3:*",
              Resource: [this.bucketArn, pulumi.interpolate`${this.bucketArn}/*`],
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ],
        }),
      },
      // S3 answers OperationAborted when both are written at once.
      { parent: this, dependsOn: block },
    );
  }

  private encrypt(name: string): void {
    new BucketServerSideEncryptionConfiguration(
      name,
      {
        bucket: this.bucket.bucket,
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: this.key.arn },
            bucketKeyEnabled: true,
          },
        ],
      },
      { parent: this },
    );
  }

  private keepVersions(name: string, args: BackupBucketArgs): void {
    const { bucket } = this.bucket;
    const versioning = new BucketVersioning(
      name,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    // Lifecycle rules for noncurrent versions want versioning to be on first.
    new BucketLifecycleConfiguration(
      name,
      { bucket, rules: lifecycleRules(args) },
      { parent: this, dependsOn: versioning },
    );
  }
}

function lifecycleRules(args: BackupBucketArgs): input.s3.BucketLifecycleConfigurationRule[] {
  const everything = { status: "Enabled", filter: { prefix: "" } };
  const rules: input.s3.BucketLifecycleConfigurationRule[] = [
    {
      id: "tidy",
      ...everything,
      abortIncompleteMultipartUpload: { daysAfterInitiation: ABORT_UPLOAD_DAYS },
      noncurrentVersionExpiration: { noncurrentDays: args.noncurrentDays },
    },
  ];
  if (args.infrequentAccessDays !== undefined) {
    rules.push({
      id: "infrequent-access",
      ...everything,
      transitions: [{ days: args.infrequentAccessDays, storageClass: "STANDARD_IA" }],
    });
  }
  if (args.expireDays !== undefined)
    rules.push({ id: "expire", ...everything, expiration: { days: args.expireDays } });
  return rules;
}
