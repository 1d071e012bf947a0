import { readFileSync } from "node:fs";
import path from "node:path";
import { SecurityGroup } from "@pulumi/aws/ec2";
import { Role, RolePolicy } from "@pulumi/aws/iam";
import { Function as LambdaFunction } from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import { policyOf, probeRights, trustWithoutSource } from "./runbooks/rights";

export interface ProbeFunctionArgs {
  readonly account: string;
  readonly vpcId: pulumi.Input<string>;
  /** Subnets that it asks from. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
}

const CODE = path.join(__dirname, "runbooks", "probe.js");

/** Seconds: longer than the function's own patience with an address. */
const TIME_LIMIT = 20;

/**
 * A Lambda function that asks an application inside the VPC whether it works, for the runbooks: nothing outside
 * reaches a recovered guest, and an instance's own status checks say nothing of its application. Itself it reaches
 * nothing but what is opened to its group.
 *
 * @example
 * new ProbeFunction("probe", { account: "123456789012", vpcId, subnetIds });
 */
export class ProbeFunction extends pulumi.ComponentResource {
  readonly function: LambdaFunction;
  /** Who asks: what is probed lets this group in. */
  readonly securityGroup: SecurityGroup;

  constructor(name: string, args: ProbeFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:ProbeFunction", name, {}, opts);
    this.securityGroup = new SecurityGroup(
      name,
      { vpcId: args.vpcId, description: "Asks recovered guests whether they work", tags: { Name: name } },
      { parent: this },
    );
    const role = new Role(
      name,
      { assumeRolePolicy: trustWithoutSource("lambda.amazonaws.com") },
      { parent: this },
    );
    const rights = new RolePolicy(
      name,
      {
        role: role.name,
        policy: policyOf(probeRights(`arn:*:logs:*:${args.account}:log-group:/aws/lambda/*`)),
      },
      { parent: this },
    );
    this.function = new LambdaFunction(
      name,
      {
        runtime: "nodejs22.x",
        handler: "index.handler",
        role: role.arn,
        code: new pulumi.asset.AssetArchive({
          // The text and not the file: a checkout elsewhere is no change.
          "index.js": new pulumi.asset.StringAsset(readFileSync(CODE, "utf8")),
        }),
        architectures: ["arm64"],
        memorySize: 128,
        timeout: TIME_LIMIT,
        vpcConfig: { subnetIds: args.subnetIds, securityGroupIds: [this.securityGroup.id] },
        loggingConfig: { logFormat: "JSON" },
      },
      // AWS refuses a function in a VPC whose role may not have network interfaces yet.
      { parent: this, dependsOn: rights },
    );
    this.registerOutputs({ arn: this.function.arn });
  }
}
