import { MetricAlarm } from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";

export interface TunnelAlarmsArgs {
  /** Id of the VPN connection. */
  readonly connectionId: pulumi.Input<string>;
  /** ARN of the topic that is told. */
  readonly topic: pulumi.Input<string>;
}

/** Seconds that a metric of AWS's VPN is of; a rekey or a gateway's restart is shorter. */
const PERIOD = 300;

/**
 * What says that a VPN connection is down, or that the next failure would be one: AWS keeps two tunnels a connection,
 * works on them one at a time, and says nothing of it to anybody who carries on with the other.
 *
 * @example
 * new TunnelAlarms("north", { connectionId: link.connection.id, topic: topic.arn });
 */
export class TunnelAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: TunnelAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:TunnelAlarms", name, {}, opts);
    const alarm = {
      namespace: "AWS/VPN",
      metricName: "TunnelState",
      // Of the connection, not of a tunnel's address, which AWS changes: 1 is both up, 0 none, between them one.
      dimensions: { VpnId: args.connectionId },
      period: PERIOD,
      alarmActions: [args.topic],
      okActions: [args.topic],
    };
    new MetricAlarm(
      `${name}-tunnels-down`,
      {
        ...alarm,
        alarmDescription: `No tunnel of VPN ${name} is up`,
        statistic: "Maximum",
        comparisonOperator: "LessThanOrEqualToThreshold",
        threshold: 0,
        evaluationPeriods: 1,
        // A connection that says nothing carries nothing.
        treatMissingData: "breaching",
      },
      { parent: this },
    );
    new MetricAlarm(
      `${name}-tunnel-lost`,
      {
        ...alarm,
        alarmDescription: `A tunnel of VPN ${name} is down: the other one carries all of it`,
        statistic: "Minimum",
        comparisonOperator: "LessThanThreshold",
        threshold: 1,
        // AWS's own work on a tunnel takes minutes and is no news.
        evaluationPeriods: 6,
        treatMissingData: "ignore",
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
