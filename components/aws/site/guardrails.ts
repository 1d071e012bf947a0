import { MetricAlarm } from "@pulumi/aws/cloudwatch";
import { latencyTarget } from "../../../estate/aws-network";
import { raisedRecoveries } from "../../../estate/recovery";
import type { AlertTopic } from "../alert-topic";
import { AuditTrail } from "../audit-trail";
import { CostBudget } from "../cost-budget";
import { People } from "../people";
import { LATENCY_METRIC, LINK_NAMESPACE } from "../runbooks/latency-watch";
import { type Graph, SiteDashboard } from "../site-dashboard";
import { TunnelAlarms } from "../tunnel-alarms";
import type { SecondSite } from "./context";
import type { Links } from "./link";
import { DATA_METRICS, METRIC_NAMESPACE } from "./metrics";
import type { TrafficParts } from "./traffic";

const HOUR = 3600;
/** Hours without a complete copy of any backup after which somebody is told: a nightly job that failed once. */
const STALE_HOURS = 30;
/** CloudWatch has the account's estimated charges in this region only. */
const BILLING_REGION = "us-east-1";

/** What is watched of other parts. */
export interface WatchedParts {
  readonly alerts: AlertTopic;
  readonly links: Links;
  readonly balancers: TrafficParts["balancers"];
}

/** People, records, money and the eye on all of it. */
export function createGuardrails(site: SecondSite, parts: WatchedParts): void {
  const { alerts, links } = parts;
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
  for (const [gateway, { id }] of Object.entries(links.vpn)) {
    new TunnelAlarms(gateway, { connectionId: id, topic }, { parent });
  }
  if (dashboard) {
    new SiteDashboard(
      `${name}-dashboard`,
      { dashboardName: cluster, region: aws.region, graphs: graphs(site, parts) },
      { parent },
    );
  }
}

function graphs({ aws, estate }: SecondSite, { links, balancers }: WatchedParts): Graph[] {
  const cluster = ["Cluster", estate.cluster.name];
  const own = (metric: string, ...dimensions: string[]) => [METRIC_NAMESPACE, metric, ...dimensions];
  const guests = Object.keys(raisedRecoveries(estate));
  const applications = Object.entries(balancers).filter(
    ([name]) => aws.traffic[name]?.kind === "application",
  );
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
    // Without a dimension CloudWatch has no such metric.
    ...(Object.keys(links.vpn).length === 0
      ? []
      : [
          {
            title: "VPN tunnels (1: both of a connection are up)",
            metrics: Object.values(links.vpn).map(({ id }) => ["AWS/VPN", "TunnelState", "VpnId", id]),
            statistic: "Minimum" as const,
            period: 300,
          },
        ]),
    ...(latencyTarget(estate) === undefined
      ? []
      : [
          {
            title: "Round trip between the sites (ms)",
            metrics: [[LINK_NAMESPACE, LATENCY_METRIC, "Estate", estate.cluster.name]],
            statistic: "Average" as const,
            period: 300,
            limit: aws.latency.limitMs,
          },
        ]),
    ...(applications.length === 0
      ? []
      : [
          {
            title: "Response time of applications, over the VPN where they are on the cluster (s)",
            metrics: applications.map(([, { balancer }]) => [
              ...["AWS/ApplicationELB", "TargetResponseTime", "LoadBalancer"],
              balancer.arnSuffix,
            ]),
            statistic: "Average" as const,
            period: 300,
          },
        ]),
    {
      title: "Estimated charges of the account (USD)",
      metrics: [["AWS/Billing", "EstimatedCharges", "Currency", "USD"]],
      statistic: "Maximum",
      period: 6 * HOUR,
      region: BILLING_REGION,
    },
  ];
}
