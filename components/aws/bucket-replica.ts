import { Role, RolePolicy } from "@pulumi/aws/iam";
import type { Provider } from "@pulumi/aws/provider";
import { BucketReplicationConfig } from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { BackupBucket, type BackupBucketArgs } from "./backup-bucket";
import { replicationPolicy } from "./bucket-documents";
import { trustWithoutSource } from "./runbooks/rights";

export interface BucketReplicaArgs {
  readonly source: BackupBucket;
  /** Region of the source. */
  readonly sourceRegion: string;
  readonly region: string;
  /** The second bucket: as the first, with another name; locked if the first one is. */
  readonly bucket: Omit<BackupBucketArgs, "accessLogs">;
  /** Provider of the second region. */
  readonly regional: Provider;
  /** Name of the role that S3 copies with. */
  readonly roleName: string;
}

/**
 * A second bucket in another region, with a key of its own there, that S3 copies every new object of the first one
 * to. Deletions are not copied: who deletes in the first bucket has not deleted in the second.
 *
 * @example
 * new BucketReplica("backups-replica", { source: backups, sourceRegion: "eu-west-1", region: "eu-central-1",
 *   bucket: { bucketName: "example-backups-2", noncurrentDays: 30 }, regional, roleName: "example-replication" });
 */
export class BucketReplica extends pulumi.ComponentResource {
  readonly target: BackupBucket;

  constructor(name: string, args: BucketReplicaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:BucketReplica", name, {}, opts);
    const { source, sourceRegion, region, bucket, regional, roleName } = args;
    this.target = new BackupBucket(name, bucket, { parent: this, providers: { aws: regional } });
    const role = new Role(
      name,
      {
        name: roleName,
        path: "/hybrid-estate/",
        // It copies from the one bucket into the other, whoever asks.
        assumeRolePolicy: trustWithoutSource("s3.amazonaws.com"),
      },
      { parent: this },
    );
    const policy = new RolePolicy(
      name,
      {
        name: "replication",
        role: role.name,
        policy: pulumi
          .all([source.bucketArn, source.key.arn, this.target.bucketArn, this.target.key.arn])
          .apply(([sourceArn, sourceKey, targetArn, targetKey]) =>
            JSON.stringify(
              replicationPolicy(
                { bucketArn: sourceArn, keyArn: sourceKey, region: sourceRegion },
                { bucketArn: targetArn, keyArn: targetKey, region },
              ),
            ),
          ),
      },
      { parent: this },
    );
    new BucketReplicationConfig(
      name,
      {
        bucket: source.bucket.bucket,
        role: role.arn,
        rules: [
          {
            id: "everything",
            status: "Enabled",
            priority: 1,
            filter: { prefix: "" },
            deleteMarkerReplication: { status: "Disabled" },
            sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
            destination: {
              bucket: this.target.bucketArn,
              encryptionConfiguration: { replicaKmsKeyId: this.target.key.arn },
            },
          },
        ],
      },
      // Both buckets need versioning, and S3 tries the role at once.
      { parent: this, dependsOn: [source.versioning, this.target.versioning, policy] },
    );
    this.registerOutputs({ bucket: this.target.bucket.bucket });
  }
}
