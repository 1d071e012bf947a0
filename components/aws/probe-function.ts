import { readFileSync } from "node:fs";
import path from "node:path";
import { LogGroup } from "@pulumi/aws/cloudwatch";
import { SecurityGroup } from "@pulumi/aws/ec2";
import { Role, RolePolicy } from "@pulumi/aws/iam";
import { Function as LambdaFunction } from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import { policyOf, probeRights, trustWithoutSource } from "./runbooks/rights";

export interface ProbeFunctionArgs {
  /** What it runs: `runbooks/<program>.js`. */
  readonly program: "latency" | "probe";
  /** What it is for, as its security group says. */
  readonly description: string;
  readonly vpcId: pulumi.Input<string>;
  /** Subnets that it asks from. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
}

/** Seconds: longer than the function's own patience with an address. */
const TIME_LIMIT = 20;
/** Days that its log is kept: figures and failures are the state machines' to keep. */
const LOG_DAYS = 14;

/**
 * A Lambda function that asks something from inside the VPC, for the state machines: an application whether it works,
 * as nothing outside reaches a recovered guest and an instance's own status checks say nothing of its application; or the
 * other site how long the way to it is. Itself it reaches nothing but what is opened to its group.
 *
 * @example
 * new ProbeFunction("probe", { program: "probe", description: "Asks guests", vpcId, subnetIds });
 */
export class ProbeFunction extends pulumi.ComponentResource {
  readonly function: LambdaFunction;
  /** Who asks: what is probed lets this group in. */
  readonly securityGroup: SecurityGroup;

  constructor(name: string, args: ProbeFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:ProbeFunction", name, {}, opts);
    this.securityGroup = new SecurityGroup(
      name,
      { vpcId: args.vpcId, description: args.description, tags: { Name: name } },
      { parent: this },
    );
    const role = new Role(
      name,
      { assumeRolePolicy: trustWithoutSource("lambda.amazonaws.com") },
      { parent: this },
    );
    const logGroup = new LogGroup(
      name,
      { retentionInDays: LOG_DAYS, tags: { Name: name } },
      { parent: this },
    );
    const rights = new RolePolicy(
      name,
      { role: role.name, policy: logGroup.arn.apply((arn) => policyOf(probeRights(arn))) },
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
          "index.js": new pulumi.asset.StringAsset(code(args.program)),
        }),
        architectures: ["arm64"],
        memorySize: 128,
        timeout: TIME_LIMIT,
        vpcConfig: { subnetIds: args.subnetIds, securityGroupIds: [this.securityGroup.id] },
        // One that Lambda makes itself, which the role may not, would be kept for ever and outlive the function.
        loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
      },
      // AWS refuses a function in a VPC whose role may not have network interfaces yet.
      { parent: this, dependsOn: rights },
    );
    this.registerOutputs({ arn: this.function.arn });
  }
}

function code(program: ProbeFunctionArgs["program"]): string {
  return readFileSync(path.join(__dirname, "runbooks", `${program}.js`), "utf8");
}
