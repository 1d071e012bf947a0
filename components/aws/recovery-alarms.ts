import { MetricAlarm } from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";
import { METRIC_NAMESPACE } from "./runbooks/plan";

export interface RecoveryAlarmsArgs {
  /** Value of the dimension `Estate`. */
  readonly estate: string;
  readonly guest: string;
  /** Objectives in minutes; no alarm for one that is absent. */
  readonly rpo: number | undefined;
  readonly rto: number | undefined;
  /** ARN of the topic that is told. */
  readonly topic: pulumi.Input<string>;
}

/** Seconds that the age of points is looked at over: two rounds of the watch. */
const WATCHED = 1800;
/** Seconds of a period of drills' measures; they come rarely, and the last one counts until the next. */
const DRILLED = 3600;

/**
 * What says that a guest would not come back as promised: its newest recoverable point is too old, a drill took too
 * long, or a drill failed.
 *
 * @example
 * new RecoveryAlarms("db", { estate: "example", guest: "db", rpo: 360, rto: 60, topic: topic.arn });
 */
export class RecoveryAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: RecoveryAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:RecoveryAlarms", name, {}, opts);
    const { guest, rpo, rto } = args;
    const alarm = {
      namespace: METRIC_NAMESPACE,
      dimensions: { Estate: args.estate, Guest: guest },
      statistic: "Maximum",
      evaluationPeriods: 1,
      alarmActions: [args.topic],
      okActions: [args.topic],
    };
    if (rpo !== undefined) {
      new MetricAlarm(
        `${name}-point-age`,
        {
          ...alarm,
          metricName: "PointAge",
          alarmDescription: `The newest recoverable point of ${guest} is older than its RPO of ${rpo} min`,
          comparisonOperator: "GreaterThanThreshold",
          threshold: rpo * 60,
          period: WATCHED,
          // No point, or no watch, is as bad as an old one.
          treatMissingData: "breaching",
        },
        { parent: this },
      );
    }
    if (rto !== undefined) {
      new MetricAlarm(
        `${name}-recovery-time`,
        {
          ...alarm,
          metricName: "RecoveryTime",
          alarmDescription: `In the last drill ${guest} was not back within its RTO of ${rto} min`,
          comparisonOperator: "GreaterThanThreshold",
          threshold: rto * 60,
          period: DRILLED,
          treatMissingData: "ignore",
        },
        { parent: this },
      );
    }
    new MetricAlarm(
      `${name}-drill`,
      {
        ...alarm,
        metricName: "DrillFailed",
        alarmDescription: `${guest} did not come up in the last drill`,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold: 1,
        period: DRILLED,
        treatMissingData: "ignore",
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
