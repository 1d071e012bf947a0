import { MetricAlarm } from "@pulumi/aws/cloudwatch";
import { Schedule } from "@pulumi/aws/scheduler";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { ProbeFunction } from "./probe-function";
import { Runbook } from "./runbook";
import { LATENCY_METRIC, LINK_NAMESPACE, latencyDefinition } from "./runbooks/latency-watch";
import { latencyRights } from "./runbooks/rights";
import { startRole } from "./start-role";

export interface LinkLatencyArgs {
  readonly account: string;
  /** Value of the dimension `Estate` of the metric. */
  readonly estate: string;
  readonly vpcId: pulumi.Input<string>;
  /** Subnets whose routes lead to the other site. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** What is asked at the other site: a TCP port that answers or refuses. */
  readonly target: { readonly address: string; readonly port: number };
  /** Milliseconds above which a round trip is reported. */
  readonly limitMs: number;
  /** ARN of the topic that is told. */
  readonly topic: pulumi.Input<string>;
}

/** Seconds between two measures, and of a period of their alarm. */
const PERIOD = 300;
/** Measures in a row: a rekey, a gateway's restart or AWS's own work on a tunnel is shorter. */
const MEASURES = 3;

/**
 * Measures, every five minutes, how long a packet takes from the VPC to the other site and back, and tells where it
 * takes too long or does not come back. It goes the way that everything else goes, whichever tunnel or line that is. The
 * function writes no metric itself: it stands where nothing leads to CloudWatch.
 *
 * @example
 * new LinkLatency("latency", { account, estate: "example", vpcId, subnetIds, limitMs: 100, topic: topic.arn,
 *   target: { address: "192.0.2.5", port: 7 } });
 */
export class LinkLatency extends pulumi.ComponentResource {
  constructor(name: string, args: LinkLatencyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:LinkLatency", name, {}, opts);
    const { account, estate, target, limitMs, topic } = args;
    const { address, port } = target;
    const measure = new ProbeFunction(
      `${name}-probe`,
      {
        program: "latency",
        description: "Measures the way to the other site",
        vpcId: args.vpcId,
        subnetIds: args.subnetIds,
      },
      { parent: this },
    );
    new SecurityGroupEgressRule(
      name,
      {
        securityGroupId: measure.securityGroup.id,
        description: "to what answers at the other site",
        cidrIpv4: `${address}/32`,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
      },
      { parent: this },
    );
    const latencyFunction = measure.function.arn;
    const watch = new Runbook(
      name,
      {
        account,
        definition: latencyFunction.apply((arn) =>
          latencyDefinition({ estate, latencyFunction: arn, address, port }),
        ),
        rights: latencyFunction.apply(latencyRights),
      },
      { parent: this },
    );
    const stateMachine = watch.stateMachine.arn;
    new Schedule(
      name,
      {
        description: "Latency between the sites",
        actionAfterCompletion: "NONE",
        groupName: "default",
        flexibleTimeWindow: { mode: "OFF" },
        scheduleExpression: `rate(${PERIOD / 60} minutes)`,
        scheduleExpressionTimezone: "UTC",
        state: "ENABLED",
        target: {
          arn: stateMachine,
          roleArn: startRole(
            `${name}-start`,
            { service: "scheduler.amazonaws.com", account, stateMachines: [stateMachine] },
            this,
          ),
          input: "{}",
          // A measure of a moment that is over is none.
          retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 1 },
        },
      },
      { parent: this },
    );
    new MetricAlarm(
      name,
      {
        namespace: LINK_NAMESPACE,
        metricName: LATENCY_METRIC,
        dimensions: { Estate: estate },
        alarmDescription: `The way to the other site takes longer than ${limitMs} ms, or nobody answers at its end`,
        statistic: "Average",
        comparisonOperator: "GreaterThanThreshold",
        threshold: limitMs,
        period: PERIOD,
        evaluationPeriods: MEASURES,
        // No answer is worse than a late one.
        treatMissingData: "breaching",
        alarmActions: [topic],
        okActions: [topic],
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
