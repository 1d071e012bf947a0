import assert from "node:assert/strict";
import { Provider } from "@pulumi/aws/provider";
import { BackupBucket } from "../../components/aws/backup-bucket";
import { BucketReplica } from "../../components/aws/bucket-replica";
import { LogBucket } from "../../components/aws/log-bucket";
import { type Declared, declare, only } from "../support/declared";

const LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
const BUCKET = "aws:s3/bucket:Bucket";

const inputs = (resources: readonly Declared[], type: string, name?: string) =>
  only(resources, type, name).inputs;

describe("components: a locked BackupBucket", () => {
  const locked = () =>
    declare(
      () =>
        new BackupBucket("b", {
          bucketName: "example.exports",
          noncurrentDays: 30,
          lock: { mode: "compliance", days: 90 },
          accessLogs: "example-logs",
        }),
    );

  it("is made with Object Lock, which nobody takes away by mistake", async () => {
    const { resources } = await locked();
    assert.deepEqual(inputs(resources, BUCKET), {
      bucket: "example.exports",
      forceDestroy: false,
      objectLockEnabled: true,
    });
    const lock = only(resources, LOCK);
    assert.deepEqual(lock.inputs, {
      bucket: "example.exports",
      objectLockEnabled: "Enabled",
      rule: { defaultRetention: { mode: "COMPLIANCE", days: 90 } },
    });
    assert.equal(lock.options.protect, true);
    assert.deepEqual(lock.options.dependsOn, ["aws:s3/bucketVersioning:BucketVersioning b"]);
  });

  it("has its accesses written down, and a key whose alias has no dots", async () => {
    const { resources } = await locked();
    assert.deepEqual(inputs(resources, "aws:s3/bucketLogging:BucketLogging"), {
      bucket: "example.exports",
      targetBucket: "example-logs",
      targetPrefix: "example.exports/",
      targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
    });
    assert.equal(inputs(resources, "aws:kms/alias:Alias").name, "alias/example-exports");
  });
});

describe("components: LogBucket", () => {
  it("takes logs of the named buckets of the account only, over TLS, privately, for a while", async () => {
    const { resources } = await declare(
      () =>
        new LogBucket("logs", {
          bucketName: "example-logs",
          sources: ["example-backups", "example-exports"],
          expireDays: 90,
        }),
    );
    assert.equal(only(resources, BUCKET).options.protect, true);
    const policy = only(resources, "aws:s3/bucketPolicy:BucketPolicy");
    assert.deepEqual(JSON.parse(String(policy.inputs.policy)).Statement, [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::example-logs", "arn:aws:s3:::example-logs/*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Sid: "AccessLogs",
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::example-logs/*",
        Condition: {
          ArnLike: { "aws:SourceArn": ["arn:aws:s3:::example-backups", "arn:aws:s3:::example-exports"] },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      },
    ]);
    const encryption = inputs(
      resources,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    );
    assert.deepEqual(encryption.rules, [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }]);
    const { rules } = inputs(resources, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
    assert.ok(Array.isArray(rules));
    assert.deepEqual(rules.at(-1), {
      id: "expire",
      status: "Enabled",
      filter: { prefix: "" },
      expiration: { days: 90 },
    });
  });
});

describe("components: BucketReplica", () => {
  const replicated = () =>
    declare(() => {
      const source = new BackupBucket("b", { bucketName: "one", noncurrentDays: 30 });
      new BucketReplica("b2", {
        source,
        sourceRegion: "eu-west-1",
        region: "eu-central-1",
        bucket: { bucketName: "two", noncurrentDays: 7, lock: { mode: "governance", days: 14 } },
        regional: new Provider("second", { region: "eu-central-1" }),
        roleName: "replication",
      });
    });

  it("is a bucket of its own in the other region, as locked and as private as the first", async () => {
    const { resources } = await replicated();
    const target = only(resources, BUCKET, "b2");
    assert.match(target.provider, /second/);
    assert.doesNotMatch(only(resources, BUCKET, "b").provider, /second/);
    assert.equal(target.options.protect, true);
    assert.equal(target.inputs.objectLockEnabled, true);
    assert.match(only(resources, "aws:kms/key:Key", "b2").provider, /second/);
    assert.match(only(resources, LOCK, "b2").provider, /second/);
  });

  it("copies everything encrypted with the other key, and no deletion", async () => {
    const { resources } = await replicated();
    const config = only(resources, "aws:s3/bucketReplicationConfig:BucketReplicationConfig");
    assert.doesNotMatch(config.provider, /second/);
    assert.deepEqual(config.inputs, {
      bucket: "one",
      role: "arn:aws:::b2",
      rules: [
        {
          id: "everything",
          status: "Enabled",
          priority: 1,
          filter: { prefix: "" },
          deleteMarkerReplication: { status: "Disabled" },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
          destination: {
            bucket: "arn:aws:s3:::two",
            encryptionConfiguration: { replicaKmsKeyId: "arn:aws:::b2" },
          },
        },
      ],
    });
    assert.deepEqual(config.options.dependsOn, [
      "aws:s3/bucketVersioning:BucketVersioning b",
      "aws:s3/bucketVersioning:BucketVersioning b2",
      "aws:iam/rolePolicy:RolePolicy b2",
    ]);
  });
});
