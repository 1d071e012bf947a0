import { AccessKey, User, UserPolicy } from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

/** A bucket that the nodes write to, and the key that it is encrypted with. */
export interface NodeBucket {
  readonly bucketArn: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
}

export interface NodeIdentityArgs {
  readonly userName: pulumi.Input<string>;
  /** Buckets that the nodes copy to. */
  readonly buckets: readonly NodeBucket[];
  /** Names of the access keys, oldest first; IAM takes two. The nodes use the last. */
  readonly keys: readonly string[];
  /** Namespace of the CloudWatch metrics that the nodes may write. */
  readonly metricNamespace: string;
}

/** What a node says who it is with. */
export interface NodeCredentials {
  readonly id: pulumi.Output<string>;
  /** A secret in state and outputs. */
  readonly secret: pulumi.Output<string>;
}

/**
 * The identity of the Proxmox nodes in AWS: may list, read and write these buckets, tell CloudWatch how old their
 * copies are, and nothing else. It cannot delete, nor touch a lock: a stolen node key cannot destroy the backups.
 *
 * @example
 * new NodeIdentity("nodes", { userName: "example-nodes", buckets: [{ bucketArn: bucket.arn, keyArn: key.arn }],
 *   keys: ["2026-10", "2026-11"], metricNamespace: "HybridEstate" });
 */
export class NodeIdentity extends pulumi.ComponentResource {
  readonly user: User;
  /** The newest key. */
  readonly credentials: NodeCredentials;

  constructor(name: string, args: NodeIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:NodeIdentity", name, {}, opts);
    this.user = new User(name, { name: args.userName, path: "/hybrid-estate/" }, { parent: this });
    new UserPolicy(
      name,
      {
        name: "backups",
        user: this.user.name,
        policy: pulumi
          .output(args.buckets)
          .apply((buckets) => JSON.stringify(nodePolicy(buckets, args.metricNamespace))),
      },
      { parent: this },
    );
    const keys = args.keys.map(
      (slot) =>
        new AccessKey(
          `${name}-${slot}`,
          { user: this.user.name },
          {
            parent: this,
            additionalSecretOutputs: ["secret", "sesSmtpPasswordV4"],
            // The first key of a stack from before there were slots.
            ...(slot === "a" ? { aliases: [{ name }] } : {}),
          },
        ),
    );
    const newest = keys.at(-1);
    if (!newest) throw new Error(`${name} has no key; validation should have refused it`);
    this.credentials = { id: newest.id, secret: newest.secret };
    this.registerOutputs({ userArn: this.user.arn });
  }
}

/** What the nodes may do. The denials hold also against whatever else the user is given one day. */
export function nodePolicy(
  buckets: readonly { readonly bucketArn: string; readonly keyArn: string }[],
  metricNamespace: string,
) {
  const objects = buckets.map(({ bucketArn }) => `${bucketArn}/*`);
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "List",
        Effect: "Allow",
        Action: ["s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:GetBucketLocation"],
        Resource: buckets.map(({ bucketArn }) => bucketArn),
      },
      {
        Sid: "Copy",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
        Resource: objects,
      },
      {
        Sid: "Encrypt",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: buckets.map(({ keyArn }) => keyArn),
      },
      {
        Sid: "Tell",
        Effect: "Allow",
        Action: "cloudwatch:PutMetricData",
        Resource: "*",
        Condition: { StringEquals: { "cloudwatch:namespace": metricNamespace } },
      },
      {
        Sid: "NeverDelete",
        Effect: "Deny",
        Action: [
          "s3:BypassGovernanceRetention",
          "s3:DeleteObject",
          "s3:DeleteObjectVersion",
          "s3:PutLifecycleConfiguration",
          "s3:PutObjectLegalHold",
          "s3:PutObjectRetention",
        ],
        Resource: "*",
      },
    ],
  };
}
