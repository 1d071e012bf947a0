import { Dashboard } from "@pulumi/aws/cloudwatch";
import * as pulumi from "@pulumi/pulumi";

/** A graph of metrics. */
export interface Graph {
  readonly title: string;
  /** Metrics as CloudWatch writes them: namespace, name, and dimensions by turns. */
  readonly metrics: readonly (readonly pulumi.Input<string>[])[];
  readonly statistic: "Average" | "Maximum" | "Minimum" | "Sum";
  /** Seconds of a point. */
  readonly period: number;
  /** A line that the metrics should stay below. */
  readonly limit?: number;
  /** Region that the metrics are in; the site's own when absent. */
  readonly region?: string;
}

export interface SiteDashboardArgs {
  /** Name in the account and region. */
  readonly dashboardName: string;
  readonly region: string;
  readonly graphs: readonly Graph[];
}

/** CloudWatch's grid is 24 wide: two graphs beside each other. */
const [WIDTH, HEIGHT, COLUMNS] = [12, 6, 2];

/**
 * A CloudWatch dashboard of graphs, two in a row.
 *
 * @example
 * new SiteDashboard("site", { dashboardName: "example", region: "eu-central-1", graphs: [
 *   { title: "Age of backups", metrics: [["HybridEstate", "NewestCopyAge"]], statistic: "Maximum", period: 3600 }] });
 */
export class SiteDashboard extends pulumi.ComponentResource {
  readonly dashboard: Dashboard;

  constructor(name: string, args: SiteDashboardArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:SiteDashboard", name, {}, opts);
    this.dashboard = new Dashboard(
      name,
      { dashboardName: args.dashboardName, dashboardBody: pulumi.jsonStringify(dashboardBody(args)) },
      { parent: this },
    );
    this.registerOutputs({ dashboard: this.dashboard.dashboardName });
  }
}

function dashboardBody({ region, graphs }: SiteDashboardArgs) {
  return {
    widgets: graphs.map(({ title, metrics, statistic, period, limit, region: own }, index) => ({
      type: "metric",
      x: (index % COLUMNS) * WIDTH,
      y: Math.floor(index / COLUMNS) * HEIGHT,
      width: WIDTH,
      height: HEIGHT,
      properties: {
        title,
        metrics,
        stat: statistic,
        period,
        region: own ?? region,
        view: "timeSeries",
        ...(limit === undefined ? {} : { annotations: { horizontal: [{ label: "limit", value: limit }] } }),
      },
    })),
  };
}
