import { AccessKey, User, UserPolicy } from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

export interface NodeIdentityArgs {
  readonly userName: pulumi.Input<string>;
  /** Bucket that the nodes copy backups to. */
  readonly bucketArn: pulumi.Input<string>;
  /** Key that the bucket is encrypted with. */
  readonly keyArn: pulumi.Input<string>;
}

/**
 * The identity of the Proxmox nodes in AWS: may list, read and write one bucket, and nothing else. It cannot
 * delete: a stolen node key cannot destroy the backups.
 *
 * @example
 * new NodeIdentity("nodes", { userName: "example-nodes", bucketArn: bucket.arn, keyArn: key.arn });
 */
export class NodeIdentity extends pulumi.ComponentResource {
  readonly user: User;
  /** The nodes' credentials; the secret part is a secret in state and outputs. */
  readonly accessKey: AccessKey;

  constructor(name: string, args: NodeIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:NodeIdentity", name, args, opts);
    this.user = new User(name, { name: args.userName, path: "/hybrid-estate/" }, { parent: this });
    new UserPolicy(
      name,
      { name: "backups", user: this.user.name, policy: pulumi.jsonStringify(policyDocument(args)) },
      { parent: this },
    );
    this.accessKey = new AccessKey(
      name,
      { user: this.user.name },
      { parent: this, additionalSecretOutputs: ["secret", "sesSmtpPasswordV4"] },
    );
    this.registerOutputs({ userArn: this.user.arn });
  }
}

function policyDocument({ bucketArn, keyArn }: NodeIdentityArgs) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "List",
        Effect: "Allow",
        Action: ["s3:ListBucket", "s3:GetBucketLocation"],
        Resource: bucketArn,
      },
      {
        Sid: "Copy",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
        Resource: pulumi.interpolate`${bucketArn}/*`,
      },
      { Sid: "Encrypt", Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: keyArn },
    ],
  };
}
