import { label } from "../facts/guests";
import { UNKNOWN } from "../facts/read";
import { longestGap } from "../facts/schedule";
import { BACKUP } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

export const backupWithinRpo: EstateRule = {
  id: "backup-within-rpo",
  title: "Backups are as frequent as the objective",
  description: "After a disaster a guest comes back as of its newest backup: what was written since is lost.",
  severity: "high",
  level: "mandatory",
  framework: BACKUP,
  url: "https://pve.proxmox.com/pve-docs/chapter-vzdump.html",
  tags: ["backup"],
  remediation: "Run a job that takes the guest more often than its objective (rpo), or ease the objective.",
  scope: "estate",
  check: (topology) => {
    const guests = topology.guests.filter((guest) => guest.objectives.rpo !== undefined);
    if (guests.length === 0) return notApplicable("No guest of this program has an objective for its data");
    return guests.flatMap((guest) => {
      const { rpo } = guest.objectives;
      const gaps = guest.backups
        .filter(({ certain }) => certain)
        .map(({ job }) => (typeof job.schedule === "string" ? longestGap(job.schedule) : undefined));
      const known = gaps.filter((gap) => gap !== undefined);
      const best = Math.min(...known);
      const kept = typeof rpo === "number" && best <= rpo;
      const open = typeof rpo !== "number" || known.length < guest.backups.length;
      return answer(guest.source, kept ? false : open ? UNKNOWN : true, {
        wrong: `${label(guest)} may lose ${String(rpo)} minutes, and ${known.length === 0 ? "no job takes it" : `is backed up every ${String(best)}`}. Back it up more often.`,
        open: `Whether backups of ${label(guest)} are as frequent as its objective is not known.`,
      });
    });
  },
};
