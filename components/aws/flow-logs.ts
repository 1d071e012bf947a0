import { LogGroup } from "@pulumi/aws/cloudwatch";
import { FlowLog } from "@pulumi/aws/ec2";
import { Role, RolePolicy } from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { trust } from "./runbooks/rights";

export interface FlowLogsArgs {
  readonly account: string;
  readonly region: string;
  readonly vpcId: pulumi.Input<string>;
  /** Which connections are written. */
  readonly traffic: "all" | "accept" | "reject";
  /** Seconds that a record sums up: 60 or 600. */
  readonly intervalSeconds: pulumi.Input<number>;
  /** Days that records are kept. */
  readonly retentionDays: pulumi.Input<number>;
}

/**
 * Who spoke with whom in a VPC, in a CloudWatch log group of its own.
 *
 * @example
 * new FlowLogs("dr-flows", { account, region: "eu-central-1", vpcId, traffic: "reject", intervalSeconds: 600, retentionDays: 30 });
 */
export class FlowLogs extends pulumi.ComponentResource {
  readonly logGroup: LogGroup;

  constructor(name: string, args: FlowLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:FlowLogs", name, args, opts);
    this.logGroup = new LogGroup(
      name,
      { retentionInDays: args.retentionDays, tags: { Name: name } },
      { parent: this },
    );
    const role = this.createRole(name, args);
    new FlowLog(
      name,
      {
        vpcId: args.vpcId,
        trafficType: args.traffic.toUpperCase(),
        maxAggregationInterval: args.intervalSeconds,
        logDestinationType: "cloud-watch-logs",
        logDestination: this.logGroup.arn,
        iamRoleArn: role.arn,
        tags: { Name: name },
      },
      { parent: this },
    );
    this.registerOutputs({ logGroup: this.logGroup.name });
  }

  /** The role that the service writes with: into this group and no other. */
  private createRole(name: string, { account, region }: FlowLogsArgs): Role {
    const role = new Role(
      name,
      {
        description: "VPC flow logs write with it",
        assumeRolePolicy: trust("vpc-flow-logs.amazonaws.com", account, {
          source: `arn:*:ec2:${region}:${account}:vpc-flow-log/*`,
        }),
        tags: { Name: name },
      },
      { parent: this },
    );
    new RolePolicy(
      name,
      {
        role: role.name,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
              Resource: pulumi.interpolate`${this.logGroup.arn}:*`,
            },
          ],
        }),
      },
      { parent: this },
    );
    return role;
  }
}
