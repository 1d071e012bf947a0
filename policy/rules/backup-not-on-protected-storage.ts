import type { BackupJob } from "../facts/backup";
import { label, type Volume } from "../facts/guests";
import { isKnown, UNKNOWN } from "../facts/read";
import { type Storage, sameData } from "../facts/storages";
import type { Topology } from "../facts/topology";
import { BACKUP } from "./frameworks";
import { type EstateRule, type Finding, listed, notApplicable, undecided, violated } from "./rule";

/** What a backup is made of; a cloud-init drive is made anew, an ISO is not backed up. */
const BACKED_UP: ReadonlySet<Volume["role"]> = new Set(["disk", "efi", "tpm", "rootfs", "mount"]);

/** A volume in the words of a message, and the storage that it is on. */
interface Placed {
  readonly name: string;
  readonly storage: string;
}

export const backupNotOnProtectedStorage: EstateRule = {
  id: "backup-not-on-protected-storage",
  title: "Backups are kept apart from what they protect",
  description:
    "A backup on the storage of the guest itself, or on the same ZFS pool or network share under another name, is " +
    "lost together with the guest.",
  severity: "critical",
  level: "mandatory",
  framework: BACKUP,
  url: "https://pve.proxmox.com/pve-docs/chapter-vzdump.html",
  tags: ["backup", "storage"],
  remediation: "Let the backup job write to another pool, another NFS server or a Proxmox Backup Server.",
  scope: "estate",
  check: (topology) => {
    const jobs = topology.backupJobs.filter((job) => job.enabled !== false);
    if (jobs.length === 0) {
      return notApplicable("This program declares no backup job");
    }
    const protects = volumesByJob(topology);
    return jobs.flatMap((job) => checkJob(topology, job, protects.get(job) ?? { sure: [], open: [] }));
  },
};

interface Protected {
  readonly sure: Placed[];
  /** Volumes that the job may take, or whose storage is not known yet. */
  readonly open: Placed[];
}

function volumesByJob(topology: Topology): Map<BackupJob, Protected> {
  const byJob = new Map<BackupJob, Protected>();
  for (const guest of topology.guests) {
    for (const { job, certain } of guest.backups) {
      const volumes = byJob.get(job) ?? { sure: [], open: [] };
      byJob.set(job, volumes);
      for (const volume of guest.volumes) {
        if (BACKED_UP.has(volume.role) && volume.place !== UNKNOWN && "storage" in volume.place) {
          const placed = { name: `${volume.slot} of ${label(guest)}`, storage: volume.place.storage };
          (certain ? volumes.sure : volumes.open).push(placed);
        }
      }
    }
  }
  return byJob;
}

function checkJob(topology: Topology, job: BackupJob, volumes: Protected): Finding[] {
  const target = job.storage;
  if (target === UNKNOWN) {
    return [
      undecided(job.source, `Backup job ${job.source.name}: the storage that it writes to is not known yet.`),
    ];
  }
  const together = togetherWith(topology, target);
  const lost = volumes.sure.filter((volume) => together(volume.storage)).map(describe);
  if (lost.length > 0) {
    return [
      violated(
        job.source,
        `Backup job ${job.source.name} writes to storage "${target}", where its backups are lost together with ` +
          `${listed(lost)}. Write them to storage on other disks or another server.`,
      ),
    ];
  }
  const open = volumes.open.filter((volume) => together(volume.storage)).map(describe);
  return open.length === 0
    ? []
    : [
        undecided(
          job.source,
          `Backup job ${job.source.name} writes to storage "${target}"; whether it takes ${listed(open)}, which lie ` +
            "there too, is not known yet.",
        ),
      ];
}

/** Whether a storage shares its data with the target, answered once a storage. */
function togetherWith(topology: Topology, target: string): (storage: string) => boolean {
  const answers = new Map<string, boolean>([[target, true]]);
  const ownStorage = topology.storages.get(target);
  return (id) => {
    const known = answers.get(id);
    if (known !== undefined) {
      return known;
    }
    const other = topology.storages.get(id);
    const answer = ownStorage !== undefined && other !== undefined && isTogether(ownStorage, other, topology);
    answers.set(id, answer);
    return answer;
  };
}

function isTogether(one: Storage, other: Storage, topology: Topology): boolean {
  return isKnown(one.id) && isKnown(other.id) && sameData(one, other, topology.zfsPools);
}

function describe(volume: Placed): string {
  return `${volume.name} (on "${volume.storage}")`;
}
