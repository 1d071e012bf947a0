import type { MonitoringPlan } from "./plan";
import { OBJECTIVES, RECORDED } from "./rules";

/** One query of a panel, and what its series are called. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

/** A panel as this program writes it; its place follows from the order. */
export interface Panel {
  readonly title: string;
  readonly kind: "stat" | "table" | "timeseries";
  /** Grafana's name of the unit. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Value from which on it is red. */
  readonly limit?: number;
  /** What a value means, for states. */
  readonly words?: Readonly<Record<string, string>>;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const NODE_ID = `label_replace(max by (id) (METRIC{id=~"node/.+"}), "node", "$1", "id", "node/(.+)")`;
const perNode = (metric: string) => NODE_ID.replace("METRIC", metric);
/** Guests by name: the exporter has the name in a metric of its own. */
const perGuest = (expression: string) =>
  `${expression} * on (id) group_left (name) max by (id, name) (pve_guest_info{template!="1"})`;
const guests = (metric: string) => `max by (id) (${metric}{id=~"(qemu|lxc)/.+"})`;

/** What the dashboard shows, from top to bottom. */
export function dashboardRows({ objectives }: MonitoringPlan): Row[] {
  const panel = (
    title: string,
    unit: string,
    expr: string,
    legend: string,
    more: Partial<Panel> = {},
  ): Panel => ({ title, kind: "timeseries", unit, queries: [{ expr, legend }], ...more });
  /** Two queries of one form, such as bytes received and sent. */
  const both = (
    title: string,
    ways: readonly string[],
    of: string,
    expr: (way: string) => string,
  ): Panel => ({
    title,
    kind: "timeseries",
    unit: "Bps",
    queries: ways.map((way) => ({ expr: expr(way), legend: `{{${of}}} ${way}` })),
  });
  const state = { kind: "stat", words: { 0: "no", 1: "yes" } } as const;
  return [
    {
      title: "Now",
      panels: [
        panel(
          "Alerts",
          "none",
          `count by (severity) (ALERTS{alertstate="firing"}) or vector(0)`,
          "{{severity}}",
          {
            kind: "stat",
            limit: 1,
          },
        ),
        panel("Node is up", "none", perNode("pve_up"), "{{node}}", state),
        panel("Quorum", "none", "hybrid_estate_quorum_quorate", "{{node}}", state),
        panel(
          "Votes to spare",
          "none",
          "max(hybrid_estate_quorum_votes) - max(hybrid_estate_quorum_votes_needed)",
          "votes",
          {
            kind: "stat",
          },
        ),
      ],
    },
    {
      title: "Nodes",
      panels: [
        panel(
          "CPU",
          "percentunit",
          `1 - avg by (node) (rate(node_cpu_seconds_total{mode="idle"}[5m]))`,
          "{{node}}",
        ),
        panel(
          "Memory",
          "percentunit",
          "1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
          "{{node}}",
        ),
        panel(
          "Load per CPU",
          "none",
          `node_load5 / on (node) count by (node) (node_cpu_seconds_total{mode="idle"})`,
          "{{node}}",
        ),
        panel(
          "Root file system",
          "percentunit",
          `1 - node_filesystem_avail_bytes{mountpoint="/"} / node_filesystem_size_bytes{mountpoint="/"}`,
          "{{node}}",
        ),
        both(
          "Network",
          ["receive", "transmit"],
          "node",
          (way) =>
            `sum by (node) (rate(node_network_${way}_bytes_total{device!~"lo|tap.*|veth.*|fw.*|vmbr.*"}[5m]))`,
        ),
        panel("Up since", "s", "time() - node_boot_time_seconds", "{{node}}", { kind: "stat" }),
      ],
    },
    {
      title: "Guests",
      panels: [
        panel("Running", "none", perGuest(guests("pve_up")), "{{name}} ({{id}})", state),
        panel("CPU of what it has", "percentunit", perGuest(guests("pve_cpu_usage_ratio")), "{{name}}"),
        panel(
          "Memory",
          "percentunit",
          perGuest(`${guests("pve_memory_usage_bytes")} / ${guests("pve_memory_size_bytes")}`),
          "{{name}}",
        ),
        both("Disk", ["read", "written"], "name", (way) =>
          perGuest(`max by (id) (rate(pve_disk_${way}_bytes_total{id=~"(qemu|lxc)/.+"}[5m]))`),
        ),
        both("Network", ["receive", "transmit"], "name", (way) =>
          perGuest(`max by (id) (rate(pve_network_${way}_bytes_total{id=~"(qemu|lxc)/.+"}[5m]))`),
        ),
      ],
    },
    {
      title: "Storages and ZFS",
      panels: [
        panel("Used", "percentunit", RECORDED.storageUse, "{{storage}} on {{node}}", {
          limit: objectives.storageFullPercent / 100,
        }),
        panel("ZFS pool is healthy", "none", "hybrid_estate_zfs_pool_healthy", "{{pool}} on {{node}}", state),
        panel(
          "ZFS pool used",
          "percentunit",
          "hybrid_estate_zfs_pool_allocated_bytes / hybrid_estate_zfs_pool_size_bytes",
          "{{pool}} on {{node}}",
          {
            limit: objectives.storageFullPercent / 100,
          },
        ),
        panel(
          "ZFS devices with errors",
          "none",
          "hybrid_estate_zfs_pool_devices_with_errors",
          "{{pool}} on {{node}}",
          { limit: 1 },
        ),
      ],
    },
    {
      title: "Backups and replication",
      panels: [
        panel("Age of the newest backup", "s", RECORDED.backupAge, "{{guest}}"),
        panel(
          "Part of the objective that is used up",
          "percentunit",
          `${RECORDED.backupAge} / on (vmid, guest) ${OBJECTIVES.backup}`,
          "{{guest}}",
          { limit: 1 },
        ),
        panel("Replication behind", "s", RECORDED.replicationLag, "{{id}}", {
          limit: objectives.replicationLagMinutes * 60,
        }),
        panel(
          "Replication: failures in a row",
          "none",
          "max by (id) (pve_replication_failed_syncs)",
          "{{id}}",
          { limit: 1 },
        ),
        panel(
          "Replication: how long it takes",
          "s",
          "max by (id) (pve_replication_duration_seconds)",
          "{{id}}",
        ),
      ],
    },
    {
      title: "High availability",
      panels: [
        panel(
          "HA state",
          "none",
          `max by (id, state) (pve_ha_state{id!~"node/.+"}) == 1`,
          "{{id}}: {{state}}",
          { kind: "table" },
        ),
        panel(
          "In error, fencing or recovery",
          "none",
          `sum(max by (id, state) (pve_ha_state{state=~"error|fence|recovery", id!~"node/.+"})) or vector(0)`,
          "guests",
          {
            kind: "stat",
            limit: 1,
          },
        ),
      ],
    },
    {
      title: "The way between the sites",
      panels: [
        panel("Answers", "none", `probe_success{probe!=""}`, "{{probe}}", state),
        panel("Time to the answer", "s", RECORDED.answer, "{{probe}}"),
        panel(
          "Part of the objective",
          "percentunit",
          `${RECORDED.answer} / on (probe) group_left () ${OBJECTIVES.latency}`,
          "{{probe}}",
          { limit: 1 },
        ),
        panel(
          "Answers in the last day",
          "percentunit",
          `avg_over_time(probe_success{probe!=""}[1d])`,
          "{{probe}}",
        ),
        panel(
          "Nodes: time to the answer",
          "s",
          `probe_icmp_duration_seconds{job="ping", phase="rtt"}`,
          "{{node}}",
        ),
        panel("Certificates: time left", "s", "probe_ssl_earliest_cert_expiry - time()", "{{instance}}", {
          kind: "stat",
        }),
      ],
    },
  ];
}

/** Every expression of the dashboard. */
export function dashboardExpressions(plan: MonitoringPlan): string[] {
  return dashboardRows(plan).flatMap(({ panels }) =>
    panels.flatMap(({ queries }) => queries.map(({ expr }) => expr)),
  );
}
