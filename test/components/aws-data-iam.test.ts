import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Declared } from "../support/declared";
import { descriptionOf, estateOf, REPOSITORY } from "../support/description";
import { identityOf, permissions } from "../support/iam";
import { declareEstate } from "../support/program";

const PROD = join(REPOSITORY, "Pulumi.prod.yaml");
const { aws } = estateOf(PROD);
const bucket = `arn:aws:s3:::${aws?.backupBucket.name}`;
const locked = `arn:aws:s3:::${aws?.exports?.name}`;
const replica = `arn:aws:s3:::${aws?.exports?.replica?.name}`;
const DUMP = "dump/nas2-backup/vzdump-qemu-100-2026_11_21-02_00_00.vma.zst";
const KEY = "arn:aws:::aws-backups";

/** The production estate, declared once. */
let declared: Promise<readonly Declared[]> | undefined;
function production(): Promise<readonly Declared[]> {
  declared ??= declareEstate(descriptionOf(PROD)).then(({ resources }) => resources);
  return declared;
}

describe("IAM: the nodes", function () {
  this.timeout(60_000);
  permissions(async () => identityOf(await production(), "aws:iam/user:User", "aws-nodes"), {
    may: [
      ["s3:ListBucket", bucket],
      ["s3:ListBucket", locked],
      ["s3:PutObject", `${bucket}/${DUMP}`],
      ["s3:GetObject", `${bucket}/${DUMP}`],
      ["s3:PutObject", `${locked}/images/web/20261121T020000Z/manifest.json`],
      ["s3:AbortMultipartUpload", `${locked}/images/web/20261121T020000Z/scsi0.raw`],
      ["kms:GenerateDataKey", KEY],
      ["kms:Decrypt", KEY],
      ["cloudwatch:PutMetricData", "*", { context: { "cloudwatch:namespace": "HybridEstate" } }],
    ],
    mayNot: [
      ["s3:DeleteObject", `${bucket}/${DUMP}`],
      ["s3:DeleteObjectVersion", `${bucket}/${DUMP}`],
      ["s3:DeleteObjectVersion", `${locked}/${DUMP}`],
      ["s3:BypassGovernanceRetention", `${locked}/${DUMP}`],
      ["s3:PutObjectRetention", `${locked}/${DUMP}`],
      ["s3:PutObjectLegalHold", `${locked}/${DUMP}`],
      ["s3:PutLifecycleConfiguration", bucket],
      ["s3:PutBucketVersioning", bucket],
      ["s3:PutBucketObjectLockConfiguration", locked],
      ["s3:PutBucketPolicy", bucket],
      ["s3:DeleteBucket", bucket],
      ["s3:GetObject", `${replica}/${DUMP}`],
      ["s3:ListAllMyBuckets", "*"],
      ["s3:PutObject", `arn:aws:s3:::${aws?.accessLogs?.name}/x`],
      ["kms:ScheduleKeyDeletion", KEY],
      ["kms:DisableKey", KEY],
      ["kms:Decrypt", "arn:aws:::aws-alerts"],
      ["cloudwatch:PutMetricData", "*", { context: { "cloudwatch:namespace": "AWS/EC2" } }],
      ["cloudwatch:DeleteAlarms", "*"],
      ["iam:CreateAccessKey", "*"],
      ["ec2:RunInstances", "*"],
      ["sts:AssumeRole", "arn:aws:iam::210987654321:role/hybrid-estate/meridian-backups-replication"],
    ],
  });
});

describe("IAM: the replication of the exports", function () {
  this.timeout(60_000);
  const through = (region: string, arn: string) => ({
    context: { "kms:ViaService": `s3.${region}.amazonaws.com`, "kms:EncryptionContext:aws:s3:arn": arn },
  });
  permissions(async () => identityOf(await production(), "aws:iam/role:Role", "aws-exports-replica"), {
    may: [
      ["s3:GetReplicationConfiguration", locked],
      ["s3:GetObjectVersionForReplication", `${locked}/${DUMP}`],
      ["s3:GetObjectRetention", `${locked}/${DUMP}`],
      ["s3:ReplicateObject", `${replica}/${DUMP}`],
      ["kms:Decrypt", "arn:aws:::aws-exports", through("eu-west-1", `${locked}/${DUMP}`)],
      ["kms:Encrypt", "arn:aws:::aws-exports-replica", through("eu-central-1", replica)],
    ],
    mayNot: [
      ["s3:ReplicateDelete", `${replica}/${DUMP}`],
      ["s3:DeleteObject", `${replica}/${DUMP}`],
      ["s3:ReplicateObject", `${locked}/${DUMP}`],
      ["s3:GetObjectVersionForReplication", `${bucket}/${DUMP}`],
      ["kms:Decrypt", "arn:aws:::aws-exports"],
      ["kms:Decrypt", "arn:aws:::aws-exports-replica", through("eu-central-1", replica)],
    ],
  });
});

describe("IAM: the replication of the backups", function () {
  this.timeout(60_000);
  const copy = `arn:aws:s3:::${aws?.backupBucket.replica?.name}`;
  const through = (region: string, arn: string) => ({
    context: { "kms:ViaService": `s3.${region}.amazonaws.com`, "kms:EncryptionContext:aws:s3:arn": arn },
  });
  permissions(async () => identityOf(await production(), "aws:iam/role:Role", "aws-backups-replica"), {
    may: [
      ["s3:ListBucket", bucket],
      ["s3:GetObjectVersionForReplication", `${bucket}/${DUMP}`],
      ["s3:ReplicateObject", `${copy}/${DUMP}`],
      ["kms:Decrypt", KEY, through("eu-west-1", `${bucket}/${DUMP}`)],
    ],
    mayNot: [
      ["s3:ReplicateDelete", `${copy}/${DUMP}`],
      ["s3:DeleteObjectVersion", `${bucket}/${DUMP}`],
      ["s3:GetObjectVersionForReplication", `${locked}/${DUMP}`],
      ["s3:ReplicateObject", `${replica}/${DUMP}`],
      ["kms:Decrypt", KEY],
    ],
  });
});

describe("IAM: what VPC flow logs write with", function () {
  this.timeout(60_000);
  const stream = (group: string) => `arn:aws:::${group}:log-stream:eni-1-all`;
  permissions(async () => identityOf(await production(), "aws:iam/role:Role", "aws-flows"), {
    may: [
      ["logs:CreateLogStream", stream("aws-flows")],
      ["logs:PutLogEvents", stream("aws-flows")],
    ],
    mayNot: [
      ["logs:PutLogEvents", stream("aws-images")],
      ["logs:DeleteLogStream", stream("aws-flows")],
      ["logs:DeleteLogGroup", "arn:aws:::aws-flows"],
      ["logs:PutRetentionPolicy", "arn:aws:::aws-flows"],
      ["logs:GetLogEvents", stream("aws-flows")],
      ["s3:PutObject", `${bucket}/${DUMP}`],
      ["sts:AssumeRole", "*"],
    ],
  });
});

describe("IAM: every identity", function () {
  this.timeout(60_000);

  it("of the production estate has a table of what it may and may not do", async () => {
    const tables = readdirSync(__dirname)
      .filter((file) => file.endsWith("-iam.test.ts") || file === "guardrails.test.ts")
      .map((file) => readFileSync(join(__dirname, file), "utf8"))
      .join("\n");
    const identities = (await production())
      .filter(({ type }) => ["aws:iam/role:Role", "aws:iam/user:User", "aws:iam/group:Group"].includes(type))
      .map(({ name }) => name);
    assert.ok(identities.length > 10, identities.join(", "));
    assert.deepEqual(
      // People are looked at as the group that they are in.
      identities.filter((name) => name !== "aws-people" && !tables.includes(`"${name}"`)),
      [],
    );
  });
});
