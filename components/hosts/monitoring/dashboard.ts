import { dashboardRows, type Panel } from "./dashboard-rows";
import { DATA_SOURCE } from "./grafana";
import type { MonitoringPlan } from "./plan";

/** The dashboard as Grafana reads it from a file. */
export function dashboardJson(plan: MonitoringPlan): string {
  const panels: object[] = [];
  let y = 0;
  for (const row of dashboardRows(plan)) {
    panels.push({
      id: panels.length + 1,
      type: "row",
      title: row.title,
      collapsed: false,
      gridPos: { h: 1, w: 24, x: 0, y },
      panels: [],
    });
    y += 1;
    row.panels.forEach((panel, index) => {
      const gridPos = { h: 7, w: 8, x: (index % 3) * 8, y: y + Math.floor(index / 3) * 7 };
      panels.push(grafanaPanel(panels.length + 1, panel, gridPos));
    });
    y += Math.ceil(row.panels.length / 3) * 7;
  }
  const dashboard = {
    uid: "hybrid-estate-cluster",
    title: `Cluster ${plan.cluster}`,
    tags: ["hybrid-estate"],
    timezone: "browser",
    editable: false,
    graphTooltip: 1,
    refresh: "1m",
    schemaVersion: 39,
    time: { from: "now-24h", to: "now" },
    templating: { list: [] },
    annotations: { list: [] },
    panels,
  };
  return `${JSON.stringify(dashboard, undefined, 2)}\n`;
}

function grafanaPanel(
  id: number,
  { title, kind, unit, queries, limit, words }: Panel,
  gridPos: object,
): object {
  const datasource = { type: "prometheus", uid: DATA_SOURCE };
  const steps = words
    ? [
        { color: "red", value: null },
        { color: "green", value: 1 },
      ]
    : [{ color: "green", value: null }, ...(limit === undefined ? [] : [{ color: "red", value: limit }])];
  return {
    id,
    title,
    type: kind,
    gridPos,
    datasource,
    fieldConfig: {
      defaults: {
        unit,
        min: kind === "timeseries" ? 0 : undefined,
        thresholds: { mode: "absolute", steps },
        mappings: words
          ? [
              {
                type: "value",
                options: Object.fromEntries(Object.entries(words).map(([value, text]) => [value, { text }])),
              },
            ]
          : [],
        custom:
          kind === "timeseries" ? { thresholdsStyle: { mode: limit === undefined ? "off" : "line" } } : {},
      },
      overrides: [],
    },
    options:
      kind === "stat"
        ? {
            colorMode: "value",
            textMode: "value_and_name",
            reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
          }
        : {},
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr,
      legendFormat: legend,
      ...(kind === "timeseries"
        ? { range: true }
        : { instant: true, range: false, format: kind === "table" ? "table" : "time_series" }),
    })),
  };
}
