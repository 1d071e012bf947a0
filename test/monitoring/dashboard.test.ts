import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { dashboardJson } from "../../components/hosts/monitoring/dashboard";
import { dashboardExpressions } from "../../components/hosts/monitoring/dashboard-rows";
import { alerts, rulesFile } from "../../components/hosts/monitoring/rules";
import { REPOSITORY } from "../support/description";
import { PLAN } from "./plan";

/** What each exporter tells, of what is used here. */
const EXPORTED: Readonly<Record<string, readonly string[]>> = {
  Prometheus: [
    "up",
    "ALERTS",
    "prometheus_config_last_reload_successful",
    "prometheus_notifications_dropped_total",
  ],
  // Alertmanager 0.28 (Debian 13).
  Alertmanager: ["alertmanager_config_last_reload_successful", "alertmanager_notifications_failed_total"],
  // prometheus-pve-exporter 3.10.2, its collectors' source.
  "the exporter for Proxmox VE": [
    "pve_cpu_usage_ratio",
    "pve_disk_read_bytes_total",
    "pve_disk_size_bytes",
    "pve_disk_usage_bytes",
    "pve_disk_written_bytes_total",
    "pve_guest_info",
    "pve_ha_state",
    "pve_memory_size_bytes",
    "pve_memory_usage_bytes",
    "pve_network_receive_bytes_total",
    "pve_network_transmit_bytes_total",
    "pve_onboot_status",
    "pve_replication_duration_seconds",
    "pve_replication_failed_syncs",
    "pve_replication_last_sync_timestamp_seconds",
    "pve_up",
  ],
  // node_exporter 1.9 (Debian 13), collectors that are on by default.
  "the exporter of a node": [
    "node_boot_time_seconds",
    "node_cpu_seconds_total",
    "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes",
    "node_load5",
    "node_memory_MemAvailable_bytes",
    "node_memory_MemTotal_bytes",
    "node_network_receive_bytes_total",
    "node_network_transmit_bytes_total",
    "node_textfile_mtime_seconds",
    "node_textfile_scrape_error",
  ],
  // blackbox_exporter 0.26 (Debian 13).
  "the exporter of probes": [
    "blackbox_exporter_config_last_reload_successful",
    "probe_duration_seconds",
    "probe_icmp_duration_seconds",
    "probe_ssl_earliest_cert_expiry",
    "probe_success",
  ],
};

/** The metrics that the nodes' own script heads. */
function ownMetrics(): string[] {
  const text = readFileSync(join(REPOSITORY, "components/hosts/monitoring/metrics.sh"), "utf8");
  const headed = [...text.matchAll(/head_of (hybrid_estate_\w+) /g)].map(([, name]) => name ?? "");
  const quorum = [...text.matchAll(/ gauge\("(\w+)", /g)].map(([, name]) => `hybrid_estate_quorum_${name}`);
  assert.ok(headed.length >= 6 && quorum.length === 4);
  return [...headed, ...quorum];
}

interface Rule {
  readonly record?: string;
  readonly expr: string;
}

function rules(): Rule[] {
  const { groups } = parse(rulesFile(PLAN)) as { groups: { rules: Rule[] }[] };
  return groups.flatMap((group) => group.rules);
}

const OPERATORS = new Set(["and", "or", "unless", "bool", "offset"]);

/** The metrics of an expression: its names that are not labels, functions, operators, numbers or units of time. */
function metricsOf(expression: string): string[] {
  const bare = expression
    .replaceAll(/"(?:\\.|[^"\\])*"/g, '""')
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, "")
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*(\([^)]*\))?/g, " ");
  return [...bare.matchAll(/(?<![\w:.])([A-Za-z_:][\w:]*)\b(?!\s*\()/g)]
    .map(([, name]) => name ?? "")
    .filter((name) => !OPERATORS.has(name));
}

describe("monitoring: metrics", () => {
  it("are found in an expression", () => {
    const rows: [string, string[]][] = [
      [`1 - avg by (node) (rate(a{mode="b}c"}[5m])) / on (d) group_left () e:f:g > 5e3`, ["a", "e:f:g"]],
      [`label_replace(max by (id) (x{id=~"y/.+"}), "node", "$1", "id", "z (v)") or vector(0)`, ["x"]],
      [`time() - a unless on (b) min(c) == 1`, ["a", "c"]],
    ];
    for (const [expression, metrics] of rows) assert.deepEqual(metricsOf(expression), metrics, expression);
  });

  const known = () => [
    ...Object.values(EXPORTED).flat(),
    ...ownMetrics(),
    ...rules().flatMap(({ record }) => record ?? []),
  ];

  const users: [string, () => string[]][] = [
    ["the dashboard", () => dashboardExpressions(PLAN)],
    ["the alerts", () => alerts(PLAN).map(({ expression }) => expression)],
    ["the derived series", () => rules().flatMap(({ record, expr }) => (record ? [expr] : []))],
  ];
  for (const [user, expressions] of users) {
    it(`that ${user} use${user === "the dashboard" ? "s" : ""} are exported or derived`, () => {
      const all = expressions();
      assert.ok(all.length > 5);
      const names = new Set(known());
      for (const expression of all) {
        const unknown = metricsOf(expression).filter((metric) => !names.has(metric));
        assert.deepEqual(unknown, [], expression);
      }
      assert.ok(new Set(all.flatMap(metricsOf)).size > 5);
    });
  }

  it("that are listed here or measured on the nodes are used", () => {
    const used = new Set(users.flatMap(([, expressions]) => expressions().flatMap(metricsOf)));
    // Said for whoever asks Prometheus by hand.
    const spare = ["hybrid_estate_quorum_votes_expected"];
    assert.deepEqual(
      known().filter((metric) => !used.has(metric)),
      spare,
    );
  });
});

describe("monitoring: the dashboard", () => {
  interface GrafanaPanel {
    readonly id: number;
    readonly type: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets?: readonly { readonly expr: string; readonly refId: string }[];
  }
  const panels = () => (JSON.parse(dashboardJson(PLAN)) as { panels: GrafanaPanel[] }).panels;

  it("shows every expression, under names that are its own", () => {
    const shown = panels().flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    assert.deepEqual(shown, dashboardExpressions(PLAN));
    const ids = panels().map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const { targets = [] } of panels()) {
      assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length);
    }
  });

  it("lays no panel over another, and none beside the page", () => {
    const cells = panels().flatMap(({ gridPos: { x, y, w, h } }) => {
      assert.ok(x + w <= 24);
      return Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`);
    });
    assert.equal(new Set(cells).size, cells.length);
  });
});
