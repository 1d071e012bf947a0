import { join } from "node:path";
import type { Declared } from "../support/declared";
import { descriptionOf, estateOf, REPOSITORY } from "../support/description";
import { identityOf, permissions, type Row } from "../support/iam";
import { declareEstate } from "../support/program";

const PROD = join(REPOSITORY, "Pulumi.prod.yaml");
const { aws, cluster } = estateOf(PROD);
const locked = `arn:aws:s3:::${aws?.exports?.name}`;
const backups = `arn:aws:s3:::${aws?.backupBucket.name}`;
const DISK = `${locked}/images/db-1/20261121T020000Z/scsi0.raw`;
const OWNED = `arn:aws:ec2:${aws?.region}:${aws?.account}`;
const SHARED = `arn:aws:ec2:${aws?.region}:`;
const IMAGE = `${SHARED}:image/ami-1`;
const SNAPSHOT = `${SHARED}:snapshot/snap-1`;
const TASK = `${OWNED}:import-snapshot-task/import-snap-1`;
const TEMPLATE = `${OWNED}:launch-template/db-1-id`;

const OURS = {
  context: {
    "aws:ResourceTag/hybrid-estate:cluster": cluster.name,
    "aws:ResourceTag/hybrid-estate:guest": "db-1",
  },
};
/** What the site makes bears the cluster's tag, but no guest's: a one-off image among it. */
const ESTATE = { context: { "aws:ResourceTag/hybrid-estate:cluster": cluster.name } };
const STRANGER = {
  context: { ...OURS.context, "aws:ResourceTag/hybrid-estate:cluster": "another" },
};
const asking = (guest: string, name = cluster.name) => ({
  "aws:RequestTag/hybrid-estate:cluster": name,
  "aws:RequestTag/hybrid-estate:guest": guest,
});
/** Snapshots that are somebody's. */
const MARKED: readonly Readonly<Record<string, string>>[] = [
  ESTATE.context,
  STRANGER.context,
  { "aws:ResourceTag/hybrid-estate:guest": "db-1" },
  { ...ESTATE.context, "aws:ResourceTag/hybrid-estate:guest": "web" },
  { "aws:ResourceTag/hybrid-estate:failback": "failback-1" },
  { "aws:ResourceTag/Name": "before the upgrade" },
  { "aws:ResourceTag/aws:backup:source-resource": "i-1" },
  { "aws:ResourceTag/aws:dlm:lifecycle-policy-id": "policy-1" },
];
const ebs = (alias: string, service = `ec2.${aws?.region}.amazonaws.com`) => ({
  context: { "kms:ViaService": service, "kms:ResourceAliases": [alias] },
});
const SOME_KEY = `arn:aws:kms:${aws?.region}:${aws?.account}:key/1`;

/** The production estate, declared once. */
let declared: Promise<readonly Declared[]> | undefined;
async function role(name: string) {
  declared ??= declareEstate(descriptionOf(PROD)).then(({ resources }) => resources);
  return identityOf(await declared, "aws:iam/role:Role", name);
}

const NEVER: readonly Row[] = [
  ["s3:PutObject", DISK],
  ["s3:DeleteObject", DISK],
  ["s3:GetObject", `${locked}/dump/nas2-backup/vzdump-qemu-1300.vma.zst`],
  ["s3:GetObject", `${backups}/dump/a`],
  ["kms:Decrypt", "arn:aws:::aws-backups"],
  ["kms:ScheduleKeyDeletion", "arn:aws:::aws-exports"],
  ["iam:PassRole", "*"],
  ["ec2:RunInstances", `${OWNED}:instance/i-1`],
  ["ec2:ModifyImageAttribute", IMAGE],
  ["autoscaling:UpdateAutoScalingGroup", "*"],
  ["sts:AssumeRole", "*"],
];

describe("IAM: what makes images of exported disks", function () {
  this.timeout(60_000);
  permissions(() => role("aws-images"), {
    may: [
      ["s3:GetObject", `${locked}/images/db-1/20261121T020000Z/manifest.json`],
      ["s3:GetObject", DISK],
      ["s3:ListBucket", locked],
      ["kms:Decrypt", "arn:aws:::aws-exports"],
      ["ec2:DescribeImages", "*"],
      ["ec2:DescribeImportSnapshotTasks", "*"],
      ["ec2:DescribeLaunchTemplateVersions", "*"],
      ["ec2:ImportSnapshot", TASK],
      ["ec2:ImportSnapshot", SNAPSHOT],
      ["ec2:CancelImportTask", TASK],
      ["ec2:CreateTags", SNAPSHOT, { context: asking("db-1") }],
      // Again, after an answer that was lost.
      ["ec2:CreateTags", SNAPSHOT, { context: { ...asking("db-1"), ...OURS.context } }],
      ["ec2:CreateTags", IMAGE, { context: { ...asking("db-1"), "ec2:CreateAction": "RegisterImage" } }],
      ["ec2:RegisterImage", IMAGE],
      ["ec2:RegisterImage", SNAPSHOT, OURS],
      ["ec2:DeregisterImage", IMAGE, OURS],
      ["ec2:DeleteSnapshot", SNAPSHOT, OURS],
      ["ec2:CreateLaunchTemplateVersion", TEMPLATE],
      ["ec2:ModifyLaunchTemplate", TEMPLATE],
      ["sns:Publish", "arn:aws:::aws-alerts"],
      ["kms:GenerateDataKey", "arn:aws:::aws-alerts"],
    ],
    mayNot: [
      ...NEVER,
      ["ec2:DeregisterImage", IMAGE],
      ["ec2:DeregisterImage", IMAGE, ESTATE],
      ["ec2:DeregisterImage", IMAGE, STRANGER],
      ["ec2:DeleteSnapshot", SNAPSHOT, ESTATE],
      ["ec2:DeleteSnapshot", SNAPSHOT, STRANGER],
      ["ec2:RegisterImage", SNAPSHOT, ESTATE],
      ["ec2:CreateTags", SNAPSHOT],
      ["ec2:CreateTags", SNAPSHOT, { context: asking("web") }],
      ["ec2:CreateTags", SNAPSHOT, { context: asking("db-1", "another") }],
      // Or it could call somebody's snapshot its own, and remove it.
      ...MARKED.map(
        (marks): Row => ["ec2:CreateTags", SNAPSHOT, { context: { ...asking("db-1"), ...marks } }],
      ),
      // Or an image.
      ["ec2:CreateTags", IMAGE, { context: asking("db-1") }],
      ["ec2:CreateTags", `${OWNED}:instance/i-1`, { context: asking("db-1") }],
      ["ec2:CreateLaunchTemplateVersion", `${OWNED}:launch-template/web-id`],
      ["ec2:DeleteLaunchTemplateVersions", TEMPLATE],
      ["states:StartExecution", "arn:aws:::aws-images"],
    ],
  });
});

describe("IAM: what EC2 reads disks with", function () {
  this.timeout(60_000);
  permissions(() => role("aws-import"), {
    may: [
      ["s3:GetBucketLocation", locked],
      ["s3:ListBucket", locked],
      ["s3:GetObject", DISK],
      ["s3:GetObject", `${locked}/once/bastion.vmdk`],
      ["kms:Decrypt", "arn:aws:::aws-exports"],
      ["kms:CreateGrant", SOME_KEY, ebs("alias/aws/ebs")],
      ["ec2:CopySnapshot", SNAPSHOT],
      ["ec2:DescribeImages", "*"],
    ],
    mayNot: [
      ...NEVER,
      ["s3:GetObject", `${locked}/once/another.vmdk`],
      ["s3:ListBucket", backups],
      ["kms:CreateGrant", SOME_KEY],
      ["kms:CreateGrant", SOME_KEY, ebs("alias/secrets")],
      ["kms:Decrypt", SOME_KEY, ebs("alias/aws/ebs", "s3.eu-west-1.amazonaws.com")],
      ["ec2:DeleteSnapshot", SNAPSHOT, OURS],
      ["ec2:DeregisterImage", IMAGE, OURS],
    ],
  });
});

describe("IAM: what starts the making of images", function () {
  this.timeout(60_000);
  permissions(() => role("aws-images-start"), {
    may: [["states:StartExecution", "arn:aws:::aws-images"]],
    mayNot: [
      ["states:StartExecution", "arn:aws:::aws-failover"],
      ["states:StopExecution", "arn:aws:::aws-images"],
      ["s3:GetObject", DISK],
    ],
  });
});
