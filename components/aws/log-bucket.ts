import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import {
  Bucket,
  BucketLifecycleConfiguration,
  BucketOwnershipControls,
  BucketPolicy,
  BucketPublicAccessBlock,
  BucketServerSideEncryptionConfiguration,
  BucketVersioning,
} from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { accessLogDelivery, lifecycleRules, tlsOnly } from "./bucket-documents";

export interface LogBucketArgs {
  /** Name, unique in all of AWS. */
  readonly bucketName: string;
  /** Names of the buckets whose accesses are written down here. */
  readonly sources: readonly string[];
  /** Days that the logs are kept. */
  readonly expireDays: number;
}

/**
 * A bucket that S3 writes accesses to other buckets in: private, TLS only, and only for these buckets of the account.
 * Encrypted with S3's own key, as S3 delivers logs to no bucket with another.
 *
 * @example
 * new LogBucket("logs", { bucketName: "example-logs", sources: ["example-backups"], expireDays: 365 });
 */
export class LogBucket extends pulumi.ComponentResource {
  readonly bucket: Bucket;
  /** Who logs here waits for it: S3 refuses a bucket that it may not write to. */
  readonly policy: BucketPolicy;

  constructor(name: string, args: LogBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:LogBucket", name, {}, opts);
    const { bucketName, sources, expireDays } = args;
    const { accountId } = getCallerIdentityOutput({}, { parent: this });
    const { partition } = getPartitionOutput({}, { parent: this });
    this.bucket = new Bucket(
      name,
      { bucket: bucketName, forceDestroy: false },
      { parent: this, protect: true },
    );
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
    this.policy = new BucketPolicy(
      name,
      {
        bucket,
        policy: pulumi.all([partition, accountId]).apply(([known, account]) => {
          const arn = (one: string) => `arn:${known}:s3:::${one}`;
          return JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              tlsOnly(arn(bucketName)),
              accessLogDelivery(arn(bucketName), sources.map(arn), account),
            ],
          });
        }),
      },
      { parent: this, dependsOn: block },
    );
    new BucketServerSideEncryptionConfiguration(
      name,
      { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      { parent: this },
    );
    const versioning = new BucketVersioning(
      name,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    new BucketLifecycleConfiguration(
      name,
      { bucket, rules: lifecycleRules({ noncurrentDays: 30, expireDays }) },
      { parent: this, dependsOn: versioning },
    );
    this.registerOutputs({ bucket });
  }
}
