import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { Alias, Key } from "@pulumi/aws/kms";
import { Bucket, BucketLogging, BucketObjectLockConfiguration, type BucketVersioning } from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { type Keeping, keyPolicy, tlsOnly } from "./bucket-documents";
import { bucketSettings } from "./bucket-settings";

export interface BackupBucketArgs extends Keeping {
  /** Name, unique in all of AWS. */
  readonly bucketName: pulumi.Input<string>;
  /** Object Lock: what nobody can delete or overwrite, and how long. A bucket is made with it, or never has it. */
  readonly lock?: { readonly mode: "compliance" | "governance"; readonly days: number };
  /** Name of the bucket that accesses are written down in; below this bucket's own name there. */
  readonly accessLogs?: pulumi.Input<string>;
}

/**
 * A bucket for backups: private, versioned, encrypted with a key of its own that rotates, reachable over TLS only.
 * Bucket and key are protected: without the key every backup is lost. With a lock nothing in it goes before its time.
 *
 * @example
 * new BackupBucket("backups", { bucketName: "example-backups", noncurrentDays: 30, expireDays: 365 });
 * new BackupBucket("exports", { bucketName: "example-exports", noncurrentDays: 30, lock: { mode: "governance", days: 30 } });
 */
export class BackupBucket extends pulumi.ComponentResource {
  readonly bucket: Bucket;
  readonly key: Key;
  /** ARN of the bucket, made from its name: known, and so checkable by policies, before the bucket exists. */
  readonly bucketArn: pulumi.Output<string>;
  /** Replication wants it first. */
  readonly versioning: BucketVersioning;

  constructor(name: string, args: BackupBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:BackupBucket", name, args, opts);
    const partition = getPartitionOutput({}, { parent: this }).partition;
    this.bucketArn = pulumi.interpolate`arn:${partition}:s3:::${args.bucketName}`;
    this.key = this.createKey(name, args, partition);
    this.bucket = new Bucket(
      name,
      { bucket: args.bucketName, forceDestroy: false, ...(args.lock ? { objectLockEnabled: true } : {}) },
      { parent: this, protect: true },
    );
    const settings = {
      bucket: this.bucket,
      policy: this.bucketArn.apply((arn) =>
        JSON.stringify({ Version: "2012-10-17", Statement: [tlsOnly(arn)] }),
      ),
      keyArn: this.key.arn,
      keeping: args,
    };
    this.versioning = bucketSettings(name, settings, this).versioning;
    if (args.lock) this.lock(name, args.lock);
    if (args.accessLogs !== undefined) this.writeDownAccess(name, args.accessLogs);
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
        policy: pulumi
          .all([partition, account])
          .apply(([known, owner]) => JSON.stringify(keyPolicy(known, owner))),
      },
      { parent: this, protect: true },
    );
    new Alias(
      name,
      {
        // An alias takes no dots.
        name: pulumi.output(args.bucketName).apply((bucket) => `alias/${bucket.replaceAll(".", "-")}`),
        targetKeyId: key.keyId,
      },
      { parent: this },
    );
    return key;
  }

  private lock(name: string, { mode, days }: NonNullable<BackupBucketArgs["lock"]>): void {
    new BucketObjectLockConfiguration(
      name,
      {
        bucket: this.bucket.bucket,
        objectLockEnabled: "Enabled",
        rule: { defaultRetention: { mode: mode.toUpperCase(), days } },
      },
      // Removing it would leave new objects unlocked.
      { parent: this, dependsOn: this.versioning, protect: true },
    );
  }

  private writeDownAccess(name: string, targetBucket: pulumi.Input<string>): void {
    const { bucket } = this.bucket;
    new BucketLogging(
      name,
      {
        bucket,
        targetBucket,
        targetPrefix: pulumi.interpolate`${bucket}/`,
        targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
      },
      { parent: this },
    );
  }
}
