import type { Estate, Monitoring } from "../../../estate";
import { splitInterface } from "../../../estate/addresses";
import { coveredGuests } from "../../../estate/backup";
import { networkOf } from "../../../estate/checks/addresses";
import type { BackupObjective, MonitoringPlan, Probe } from "../../hosts/monitoring/plan";
import { mapValues } from "../../records";
import { managementAddress } from "./context";

/** What the monitoring guest is to watch. */
export function monitoringPlan(estate: Estate, monitoring: Monitoring): MonitoringPlan {
  const { objectives, certificateAuthority, retentionDays, scrapeSeconds, receivers, grafana } = monitoring;
  return {
    cluster: estate.cluster.name,
    nodes: mapValues(estate.nodes, (_, node) => managementAddress(estate, node)),
    certificateAuthority,
    retentionDays,
    scrapeSeconds,
    probes: mapValues(
      monitoring.probes,
      (probe): Probe => ({ ...probe, latencyMs: probe.latencyMs ?? objectives.latencyMs }),
    ),
    backups: backupObjectives(estate, monitoring),
    objectives,
    receivers,
    grafanaPort: grafana?.port,
  };
}

/** How old the newest backup of each guest may be that a job saves. */
function backupObjectives(estate: Estate, { objectives }: Monitoring): BackupObjective[] {
  const { backupAgeHours, backupAgeOfJobs, backupAgeOfGuests } = objectives;
  const jobs = Object.entries(estate.backupJobs).map(([name, job]) => ({
    hours: backupAgeOfJobs[name] ?? backupAgeHours,
    guests: new Set(coveredGuests(estate, job)),
  }));
  return Object.entries(estate.guests).flatMap(([guest, { id }]) => {
    const saving = jobs.filter(({ guests }) => guests.has(guest)).map(({ hours }) => hours);
    return saving.length === 0
      ? []
      : [{ guest, vmId: id, hours: backupAgeOfGuests[guest] ?? Math.min(...saving) }];
  });
}

/** Storages of a node that jobs save to. */
export function backupStorages(estate: Estate, node: string): string[] {
  const used = new Set(Object.values(estate.backupJobs).map(({ storage }) => storage));
  return Object.entries(estate.storages)
    .filter(([id, { nodes }]) => used.has(id) && (nodes === undefined || nodes.includes(node)))
    .map(([id]) => id);
}

/** The address that the monitoring guest answers on: that in the management network, or else its first. */
export function monitoringAddress(estate: Estate, { guest }: Monitoring): string | undefined {
  const nics = Object.values(estate.guests[guest]?.nics ?? {}).filter(({ address }) => address !== "dhcp");
  const management = Object.values(estate.networks).find(({ purpose }) => purpose === "management");
  const near =
    nics.find((nic) => management !== undefined && networkOf(estate, nic)?.cidr === management.cidr) ??
    nics[0];
  return near && splitInterface(near.address).address;
}
