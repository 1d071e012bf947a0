import { FAILBACK_TAG } from "../runbooks/failback";
import type { Statement } from "../runbooks/rights";
import { CLUSTER_TAG, GUEST_TAG, IMAGE_FOLDER, type ImageResources } from "./settings";

/**
 * Tags by which a snapshot is somebody's: this estate's or another's, one of a failback, one with a name, those of AWS
 * Backup and of the Data Lifecycle Manager.
 */
const MARKS: readonly string[] = [
  CLUSTER_TAG,
  GUEST_TAG,
  FAILBACK_TAG,
  "Name",
  "aws:backup:source-resource",
  "aws:dlm:lifecycle-policy-id",
];

/** What the state machine may do: make images of this estate's guests, and remove none but those. */
export function imageRights(to: ImageResources): Statement[] {
  // Images and snapshots belong to no account in their ARNs.
  const shared = (kind: string) => `arn:${to.partition}:ec2:${to.region}::${kind}/*`;
  const owned = (kind: string) => `arn:${to.partition}:ec2:${to.region}:${to.account}:${kind}`;
  const ours = {
    StringEquals: { [`aws:ResourceTag/${CLUSTER_TAG}`]: to.cluster },
    StringLike: { [`aws:ResourceTag/${GUEST_TAG}`]: "?*" },
  };
  const asOurs = {
    [`aws:RequestTag/${CLUSTER_TAG}`]: to.cluster,
    [`aws:RequestTag/${GUEST_TAG}`]: to.guests,
  };
  return [
    {
      Sid: "Disks",
      Effect: "Allow",
      // EC2 looks whether its caller may read what it is to import, too.
      Action: ["s3:GetObject"],
      Resource: `${to.bucketArn}/${IMAGE_FOLDER}*`,
    },
    {
      Sid: "Bucket",
      Effect: "Allow",
      Action: ["s3:GetBucketLocation", "s3:ListBucket"],
      Resource: to.bucketArn,
    },
    { Sid: "Decrypt", Effect: "Allow", Action: ["kms:Decrypt"], Resource: to.keyArn },
    {
      Sid: "Look",
      Effect: "Allow",
      Action: ["ec2:DescribeImages", "ec2:DescribeImportSnapshotTasks", "ec2:DescribeLaunchTemplateVersions"],
      // None of these knows resources.
      Resource: "*",
    },
    {
      Sid: "Import",
      Effect: "Allow",
      Action: ["ec2:ImportSnapshot"],
      Resource: [owned("import-snapshot-task/*"), shared("snapshot")],
    },
    {
      Sid: "GiveUp",
      Effect: "Allow",
      Action: ["ec2:CancelImportTask"],
      Resource: owned("import-snapshot-task/*"),
    },
    {
      Sid: "TagWhatIsImported",
      Effect: "Allow",
      Action: ["ec2:CreateTags"],
      Resource: shared("snapshot"),
      // An import gives its snapshot no tags, and takes none for it: what somebody has marked as his is none of these.
      Condition: {
        StringEquals: asOurs,
        Null: Object.fromEntries(MARKS.map((tag) => [`aws:ResourceTag/${tag}`, "true"])),
      },
    },
    {
      Sid: "TagAgain",
      Effect: "Allow",
      Action: ["ec2:CreateTags"],
      Resource: shared("snapshot"),
      // After an answer that was lost, or by an execution that goes on where another one was cut off.
      Condition: {
        StringEquals: {
          ...asOurs,
          [`aws:ResourceTag/${CLUSTER_TAG}`]: to.cluster,
          [`aws:ResourceTag/${GUEST_TAG}`]: to.guests,
        },
      },
    },
    {
      Sid: "TagWhatIsRegistered",
      Effect: "Allow",
      Action: ["ec2:CreateTags"],
      Resource: shared("image"),
      Condition: { StringEquals: { ...asOurs, "ec2:CreateAction": "RegisterImage" } },
    },
    { Sid: "Register", Effect: "Allow", Action: ["ec2:RegisterImage"], Resource: shared("image") },
    {
      Sid: "RegisterOwn",
      Effect: "Allow",
      Action: ["ec2:RegisterImage"],
      Resource: shared("snapshot"),
      Condition: ours,
    },
    {
      Sid: "RemoveOwn",
      Effect: "Allow",
      Action: ["ec2:DeregisterImage", "ec2:DeleteSnapshot"],
      Resource: [shared("image"), shared("snapshot")],
      Condition: ours,
    },
    {
      Sid: "Template",
      Effect: "Allow",
      Action: ["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"],
      Resource: to.launchTemplates.map((id) => owned(`launch-template/${id}`)),
    },
    { Sid: "Tell", Effect: "Allow", Action: ["sns:Publish"], Resource: to.topic },
    {
      Sid: "EncryptWhatIsTold",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: to.topicKey,
    },
  ];
}

/** A bucket with the key that it is encrypted with, and names of its objects that are imported. */
export interface ImportSource {
  readonly bucketArn: string;
  readonly keyArn: string;
  readonly objects: readonly string[];
}

/** What EC2 may do while it imports a disk (VM Import's own list), for these objects. */
export function importRights({
  partition,
  region,
  account,
  sources,
}: {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly sources: readonly ImportSource[];
}): Statement[] {
  return [
    {
      Sid: "Buckets",
      Effect: "Allow",
      Action: ["s3:GetBucketLocation", "s3:ListBucket"],
      Resource: sources.map(({ bucketArn }) => bucketArn),
    },
    {
      Sid: "Disks",
      Effect: "Allow",
      Action: ["s3:GetObject"],
      Resource: sources.flatMap(({ bucketArn, objects }) => objects.map((one) => `${bucketArn}/${one}`)),
    },
    {
      Sid: "Decrypt",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:DescribeKey"],
      Resource: sources.map(({ keyArn }) => keyArn),
    },
    {
      Sid: "Encrypt",
      Effect: "Allow",
      Action: [
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
      ],
      // Snapshots are encrypted with the key that AWS manages for EBS: instances of an Auto Scaling group boot from
      // those without a grant.
      Resource: `arn:${partition}:kms:${region}:${account}:key/*`,
      Condition: {
        StringEquals: { "kms:ViaService": `ec2.${region}.amazonaws.com` },
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/aws/ebs" },
      },
    },
    {
      Sid: "Snapshots",
      Effect: "Allow",
      Action: ["ec2:CopySnapshot", "ec2:Describe*", "ec2:ModifySnapshotAttribute", "ec2:RegisterImage"],
      // AWS's service works on snapshots of its own, which have no name yet.
      Resource: "*",
    },
  ];
}
