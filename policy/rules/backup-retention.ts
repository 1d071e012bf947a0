import { get, UNKNOWN } from "../facts/read";
import { BACKUP } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

export const backupRetention: EstateRule = {
  id: "backup-retention",
  title: "Backups are kept for a while, and not for ever",
  description:
    "Without retention the store fills until every backup fails; with one copy an error noticed late has overwritten the good one.",
  severity: "medium",
  level: "advisory",
  framework: BACKUP,
  url: "https://pve.proxmox.com/pve-docs/chapter-vzdump.html#vzdump_retention",
  tags: ["backup"],
  remediation: "Set pruneBackups on the job or backups on its storage, or let the backup server prune.",
  scope: "estate",
  check: (topology) => {
    const jobs = topology.backupJobs.filter((job) => job.enabled !== false);
    if (jobs.length === 0) return notApplicable("This program declares no backup job");
    return jobs.flatMap((job) => {
      const storage = typeof job.storage === "string" ? topology.storages.get(job.storage) : undefined;
      const told =
        get(job.source.properties, "pruneBackups") !== undefined ||
        get(storage?.source?.properties, "backups") !== undefined;
      const open = job.enabled === UNKNOWN || storage === undefined;
      return answer(job.source, told || storage?.type === "pbs" ? false : open ? UNKNOWN : true, {
        wrong: `Backup job ${job.source.name} keeps everything for ever: neither it nor its storage says what is pruned.`,
        open: `Whether what backup job ${job.source.name} makes is pruned is not known.`,
      });
    });
  },
};
