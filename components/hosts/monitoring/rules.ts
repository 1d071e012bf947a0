import { stringify } from "yaml";
import { clusterAlerts } from "./alerts/cluster";
import { dataAlerts } from "./alerts/data";
import { networkAlerts } from "./alerts/network";
import { watcherAlerts } from "./alerts/watchers";
import type { MonitoringPlan, Severity } from "./plan";

/** An alert as this program writes it. */
export interface Alert {
  readonly name: string;
  /** PromQL: every series that it gives is one alert. */
  readonly expression: string;
  /** How long it has to hold, such as `5m`. */
  readonly lasting: string;
  readonly severity: Severity;
  /** What is wrong, in one line. */
  readonly summary: string;
  /** What it means and what to do. */
  readonly description: string;
}

/** Series that hold the objectives, so that expressions and the dashboard compare with one and the same number. */
export const OBJECTIVES = {
  backup: "hybrid_estate_backup_objective_seconds",
  latency: "hybrid_estate_latency_objective_seconds",
} as const;

/** Series that the rules make of others, for expressions and the dashboard alike. */
export const RECORDED = {
  backupAge: "hybrid_estate:backup_age:seconds",
  storageUse: "hybrid_estate:storage_use:ratio",
  replicationLag: "hybrid_estate:replication_lag:seconds",
  answer: "hybrid_estate:probe_answer:seconds",
} as const;

/** Every alert of a plan. */
export function alerts(plan: MonitoringPlan): Alert[] {
  return [...clusterAlerts(), ...dataAlerts(plan), ...networkAlerts(plan), ...watcherAlerts()];
}

/** rules/hybrid-estate.yml: the objectives as series, what is derived, and the alerts. */
export function rulesFile(plan: MonitoringPlan): string {
  return stringify(
    {
      groups: [
        // Rules of one group are evaluated in order: what is derived sees the objectives of the same moment.
        { name: "derived", rules: [...objectives(plan), ...derived()] },
        { name: "alerts", rules: alerts(plan).map(asRule) },
      ],
    },
    // Prometheus reads expressions; people read these files too.
    { lineWidth: 0 },
  );
}

function asRule({ name, expression, lasting, severity, summary, description }: Alert): object {
  return {
    alert: name,
    expr: expression,
    for: lasting,
    labels: { severity },
    annotations: { summary, description },
  };
}

function objectives({ backups, probes }: MonitoringPlan): object[] {
  return [
    ...backups.map(({ guest, vmId, hours }) => ({
      record: OBJECTIVES.backup,
      expr: `vector(${hours * 3600})`,
      labels: { guest, vmid: String(vmId) },
    })),
    ...Object.entries(probes).map(([probe, { latencyMs }]) => ({
      record: OBJECTIVES.latency,
      expr: `vector(${latencyMs / 1000})`,
      labels: { probe },
    })),
  ];
}

function derived(): object[] {
  const record = (name: string, expr: string) => ({ record: name, expr });
  return [
    // Several storages may hold backups of a guest: the newest counts. The objective brings the guest's name.
    record(
      RECORDED.backupAge,
      `time() - max by (vmid) (hybrid_estate_backup_newest_timestamp_seconds) + on (vmid) group_right () 0 * ${OBJECTIVES.backup}`,
    ),
    // Proxmox VE calls a storage storage/NODE/NAME; a shared one is there once a node.
    record(
      RECORDED.storageUse,
      `label_replace(label_replace(max by (id) (pve_disk_usage_bytes{id=~"storage/.+"}) / (max by (id) (pve_disk_size_bytes{id=~"storage/.+"}) > 0), "node", "$1", "id", "storage/([^/]+)/.+"), "storage", "$1", "id", "storage/[^/]+/(.+)")`,
    ),
    record(RECORDED.replicationLag, "time() - max by (id) (pve_replication_last_sync_timestamp_seconds)"),
    // ICMP says how long the answer took; for the others it is the whole probe.
    record(
      RECORDED.answer,
      `max by (probe, tunnel, instance) (avg_over_time(probe_icmp_duration_seconds{phase="rtt", probe!=""}[5m])) or max by (probe, tunnel, instance) (avg_over_time(probe_duration_seconds{probe!="", job!="probe-icmp"}[5m]))`,
    ),
  ];
}
