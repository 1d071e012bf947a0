import { UNKNOWN } from "../facts/read";
import { textsSetting } from "../settings";
import { ALTERNATE_STORAGE } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

const ELSEWHERE = textsSetting("storages", {
  description: "Ids of storages that are at another site.",
  default: [],
});

export const backupOffSite: EstateRule = {
  id: "backup-off-site",
  title: "A copy of the backups is at another site",
  description:
    "Fire, flood and a thief take the guests and their backups together when both are in one building.",
  severity: "high",
  level: "advisory",
  framework: ALTERNATE_STORAGE,
  url: "https://pve.proxmox.com/pve-docs/chapter-vzdump.html",
  tags: ["backup", "recovery"],
  remediation:
    "Copy the backups to a bucket of the second site, or name storages that are elsewhere in the pack's configuration.",
  settings: [ELSEWHERE],
  scope: "estate",
  check: (topology, config) => {
    const jobs = topology.backupJobs.filter((job) => job.enabled !== false);
    if (jobs.length === 0) return notApplicable("This program declares no backup job");
    const elsewhere = ELSEWHERE.in(config);
    const away =
      topology.buckets.length > 0 ||
      jobs.some(({ storage }) => typeof storage === "string" && elsewhere.includes(storage));
    const open = jobs.some(({ storage }) => storage === UNKNOWN) && elsewhere.length > 0;
    return answer(jobs[0]?.source, away ? false : open ? UNKNOWN : true, {
      wrong: "This program declares backups and no place for them at another site.",
      open: "Whether a backup job writes to another site is not known yet.",
    });
  },
};
