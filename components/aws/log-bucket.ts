import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { Bucket, type BucketPolicy } from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { accessLogDelivery, tlsOnly } from "./bucket-documents";
import { bucketSettings } from "./bucket-settings";

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
    const policy = pulumi.all([partition, accountId]).apply(([known, account]) => {
      const arn = (one: string) => `arn:${known}:s3:::${one}`;
      return JSON.stringify({
        Version: "2012-10-17",
        Statement: [tlsOnly(arn(bucketName)), accessLogDelivery(arn(bucketName), sources.map(arn), account)],
      });
    });
    const keeping = { noncurrentDays: 30, expireDays };
    this.policy = bucketSettings(name, { bucket: this.bucket, policy, keeping }, this).policy;
    this.registerOutputs({ bucket: this.bucket.bucket });
  }
}
