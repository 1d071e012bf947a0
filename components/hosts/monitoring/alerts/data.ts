import type { MonitoringPlan } from "../plan";
import { type Alert, OBJECTIVES, RECORDED } from "../rules";

/** Pools, storages, backups and replication. */
export function dataAlerts({ objectives }: MonitoringPlan): Alert[] {
  const full = objectives.storageFullPercent;
  const critical = Math.ceil((full + 100) / 2);
  return [
    {
      name: "ZfsDegraded",
      expression: "hybrid_estate_zfs_pool_healthy == 0",
      lasting: "1m",
      severity: "critical",
      summary: "ZFS pool {{ $labels.pool }} on {{ $labels.node }} is not healthy",
      description:
        "A disk is missing or broken; the next one may cost data. See zpool status -x on the node, replace the disk (zpool replace), and check that there is a backup.",
    },
    {
      name: "ZfsErrors",
      expression: "hybrid_estate_zfs_pool_devices_with_errors > 0",
      lasting: "1m",
      severity: "warning",
      summary: "{{ $value }} devices of ZFS pool {{ $labels.pool }} on {{ $labels.node }} had errors",
      description:
        "Reads, writes or checksums failed although the pool works. See zpool status -v on the node, check cabling and SMART, then zpool clear and a scrub.",
    },
    {
      name: "StorageNearlyFull",
      expression: `${RECORDED.storageUse} * 100 > ${full}`,
      lasting: "15m",
      severity: "warning",
      summary: `Storage {{ $labels.storage }} on {{ $labels.node }} is {{ printf "%.0f" $value }} % full`,
      description: `More than ${full} % are used. Remove what nobody needs (old backups, unused disks, ISO images) or extend it; thin storages stop their guests when they are full.`,
    },
    {
      name: "StorageFull",
      expression: `${RECORDED.storageUse} * 100 > ${critical}`,
      lasting: "5m",
      severity: "critical",
      summary: `Storage {{ $labels.storage }} on {{ $labels.node }} is {{ printf "%.0f" $value }} % full`,
      description: `More than ${critical} % are used: guests on it will soon fail to write. Free space now, or move a disk away (qm disk move).`,
    },
    {
      name: "StorageUnavailable",
      expression: `label_replace(label_replace(max by (id) (pve_up{id=~"storage/.+"}), "node", "$1", "id", "storage/([^/]+)/.+"), "storage", "$1", "id", "storage/[^/]+/(.+)") == 0`,
      lasting: "5m",
      severity: "critical",
      summary: "Storage {{ $labels.storage }} is not available on {{ $labels.node }}",
      description:
        "Guests there can't start, and running ones may hang. See pvesm status on the node, and for NFS the server and the storage network.",
    },
    {
      name: "RootFileSystemNearlyFull",
      expression: `(1 - node_filesystem_avail_bytes{job="node", mountpoint="/"} / node_filesystem_size_bytes{job="node", mountpoint="/"}) * 100 > ${full}`,
      lasting: "15m",
      severity: "warning",
      summary: `The root file system of {{ $labels.node }} is {{ printf "%.0f" $value }} % full`,
      description:
        "A node whose root is full can't write its cluster configuration. Look for logs, kernels and images below /var.",
    },
    {
      name: "BackupTooOld",
      expression: `${RECORDED.backupAge} > on (vmid, guest) ${OBJECTIVES.backup}`,
      lasting: "10m",
      severity: "critical",
      summary: "The newest backup of {{ $labels.guest }} is {{ $value | humanizeDuration }} old",
      description:
        "That is older than its objective. See the job's log in the task history, the space on its storage, and whether the guest is locked; run the job by hand once it is mended.",
    },
    {
      name: "BackupMissing",
      expression: `${OBJECTIVES.backup} unless on (vmid) hybrid_estate_backup_newest_timestamp_seconds and on () min(hybrid_estate_collector_success{collector="backup"}) == 1`,
      lasting: "26h",
      severity: "critical",
      summary: "There is no backup of {{ $labels.guest }}",
      description:
        "A backup job saves it, but none of the backup storages holds a backup. Run the job by hand and see its log.",
    },
    {
      name: "ReplicationFailed",
      expression: "max by (id) (pve_replication_failed_syncs) > 0",
      lasting: "10m",
      severity: "warning",
      summary: "Replication job {{ $labels.id }} fails",
      description:
        "It failed {{ $value }} times in a row. See pvesr status and the job's log on the source node: the target may be out of space, or its dataset was changed.",
    },
    {
      name: "ReplicationLagging",
      expression: `${RECORDED.replicationLag} > ${objectives.replicationLagMinutes * 60}`,
      lasting: "5m",
      severity: "critical",
      summary: "Replication job {{ $labels.id }} is {{ $value | humanizeDuration }} behind",
      description: `The objective is ${objectives.replicationLagMinutes} minutes: that much would be lost if the source node died now. See pvesr status on the source node.`,
    },
  ];
}
