import { Policy } from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

const ROLE = "aws:iam/role:Role";

/** What no role of the estate may do, whatever its own policies say. */
const NEVER = [
  "account:*",
  "budgets:ModifyBudget",
  "cloudtrail:DeleteTrail",
  "cloudtrail:StopLogging",
  "cloudtrail:UpdateTrail",
  "iam:Add*",
  "iam:Attach*",
  "iam:Create*",
  "iam:Deactivate*",
  "iam:Delete*",
  "iam:Detach*",
  "iam:Put*",
  "iam:Remove*",
  "iam:Set*",
  "iam:Update*",
  "kms:DisableKey",
  "kms:PutKeyPolicy",
  "kms:ScheduleKeyDeletion",
  "organizations:*",
  "s3:BypassGovernanceRetention",
  "s3:DeleteBucket",
  "s3:DeleteBucketPolicy",
  "s3:PutBucketPolicy",
  "s3:PutLifecycleConfiguration",
];

export interface RoleBoundaryArgs {
  /** Name of the policy in the account. */
  readonly policyName: string;
}

/**
 * The permission boundary of the estate's roles: a role whose own policies were widened by mistake, or by somebody,
 * still cannot touch identities, records, keys or the settings of buckets.
 *
 * @example
 * const boundary = new RoleBoundary("boundary", { policyName: "example-boundary" });
 * new SomeComponent("part", {}, { transformations: [boundary.apply] });
 */
export class RoleBoundary extends pulumi.ComponentResource {
  readonly policy: Policy;

  constructor(name: string, args: RoleBoundaryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:RoleBoundary", name, {}, opts);
    this.policy = new Policy(
      name,
      {
        name: args.policyName,
        path: "/hybrid-estate/",
        description: "What roles of the estate may do at most",
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            // A boundary grants nothing: what a role may do is what its own policies allow of this.
            { Sid: "AllBut", Effect: "Allow", NotAction: NEVER, Resource: "*" },
            { Sid: "Never", Effect: "Deny", Action: NEVER, Resource: "*" },
          ],
        }),
      },
      { parent: this },
    );
    this.registerOutputs({ policyArn: this.policy.arn });
  }

  /** A transformation that gives the boundary to every role that has none of its own. */
  readonly apply: pulumi.ResourceTransformation = ({ type, props, opts }) =>
    type === ROLE && props.permissionsBoundary === undefined
      ? { props: { ...props, permissionsBoundary: this.policy.arn }, opts }
      : undefined;
}
