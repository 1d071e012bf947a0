import { MetricAlarm } from "@pulumi/aws/cloudwatch";
import { raisedRecoveries } from "../../../estate/recovery";
import type { AlertTopic } from "../alert-topic";
import { AuditTrail } from "../audit-trail";
import { CostBudget } from "../cost-budget";
import { People } from "../people";
import { type Graph, SiteDashboard } from "../site-dashboard";
import type { SecondSite } from "./context";
import { DATA_METRICS, METRIC_NAMESPACE } from "./metrics";

const HOUR = 3600;
/** Hours without a complete copy of any backup after which somebody is told: a nightly job that failed once. */
const STALE_HOURS = 30;
/** CloudWatch has the account's estimated charges in this region only. */
const BILLING_REGION = "us-east-1";

/** People, records, money and the eye on all of it. */
export function createGuardrails(site: SecondSite, alerts: AlertTopic): void {
  const { name, aws, estate, parent } = site;
  const { people, trail, budget, dashboard } = aws.guardrails;
  const cluster = estate.cluster.name;
  const topic = alerts.topic.arn;
  if (people) new People(`${name}-people`, people, { parent });
  if (trail) {
    new AuditTrail(
      `${name}-trail`,
      {
        trailName: cluster,
        region: aws.region,
        bucketName: trail.name,
        expireDays: trail.expireDays,
      },
      { parent },
    );
  }
  if (budget) new CostBudget(`${name}-budget`, { ...budget, budgetName: cluster, topic }, { parent });
  new MetricAlarm(
    `${name}-copies-age`,
    {
      namespace: METRIC_NAMESPACE,
      metricName: DATA_METRICS.bucketAge,
      dimensions: { Cluster: cluster },
      statistic: "Minimum",
      comparisonOperator: "GreaterThanThreshold",
      threshold: STALE_HOURS * HOUR,
      period: HOUR,
      evaluationPeriods: 1,
      // Nodes that say nothing copy nothing either.
      treatMissingData: "breaching",
      alarmDescription: `No complete copy of any backup for ${STALE_HOURS} h`,
      alarmActions: [topic],
      okActions: [topic],
    },
    { parent },
  );
  if (dashboard) {
    new SiteDashboard(
      `${name}-dashboard`,
      { dashboardName: cluster, region: aws.region, graphs: graphs(site) },
      { parent },
    );
  }
}

function graphs({ estate }: SecondSite): Graph[] {
  const cluster = ["Cluster", estate.cluster.name];
  const own = (metric: string, ...dimensions: string[]) => [METRIC_NAMESPACE, metric, ...dimensions];
  const guests = Object.keys(raisedRecoveries(estate));
  const measured = (metric: string) =>
    guests.map((guest) => own(metric, "Estate", estate.cluster.name, "Guest", guest));
  return [
    {
      title: "Age of the newest complete copy (s)",
      metrics: [own(DATA_METRICS.bucketAge, ...cluster)],
      statistic: "Maximum",
      period: HOUR,
    },
    {
      title: "Copies that differ from what was copied",
      metrics: [own(DATA_METRICS.corrupt, ...cluster)],
      statistic: "Maximum",
      period: HOUR,
    },
    ...(guests.length === 0
      ? []
      : [
          {
            title: "Age of the newest recoverable point (s)",
            metrics: measured("PointAge"),
            statistic: "Maximum" as const,
            period: HOUR / 2,
          },
          {
            title: "Recovery time of drills (s)",
            metrics: measured("RecoveryTime"),
            statistic: "Maximum" as const,
            period: HOUR,
          },
        ]),
    {
      title: "VPN tunnels (1 is up)",
      metrics: [["AWS/VPN", "TunnelState"]],
      statistic: "Minimum",
      period: 300,
    },
    {
      title: "Estimated charges of the account (USD)",
      metrics: [["AWS/Billing", "EstimatedCharges", "Currency", "USD"]],
      statistic: "Maximum",
      period: 6 * HOUR,
      region: BILLING_REGION,
    },
  ];
}
