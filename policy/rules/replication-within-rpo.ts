import { label } from "../facts/guests";
import { UNKNOWN } from "../facts/read";
import { longestGap } from "../facts/schedule";
import { BACKUP } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

export const replicationWithinRpo: EstateRule = {
  id: "replication-within-rpo",
  title: "Replication keeps up with the objective",
  description:
    "A replicated disk is as old as its last run when its node dies: what was written since is lost.",
  severity: "high",
  level: "mandatory",
  framework: BACKUP,
  url: "https://pve.proxmox.com/pve-docs/chapter-pvesr.html",
  tags: ["ha", "storage"],
  remediation: "Run the replication more often than the guest's objective (rpo), or ease the objective.",
  scope: "estate",
  check: (topology) => {
    const guests = topology.guests.filter(
      (guest) => guest.replications.length > 0 && guest.objectives.rpo !== undefined,
    );
    if (guests.length === 0) return notApplicable("No replicated guest of this program has an objective");
    return guests.flatMap((guest) =>
      guest.replications
        .filter(({ disabled }) => disabled !== true)
        .flatMap((job) => {
          const { rpo } = guest.objectives;
          const gap = job.schedule === UNKNOWN ? undefined : longestGap(job.schedule);
          return answer(job.source, gap === undefined || typeof rpo !== "number" ? UNKNOWN : gap > rpo, {
            wrong: `${label(guest)} may lose ${String(rpo)} minutes, and is replicated every ${String(gap)}. Replicate it more often.`,
            open: `Whether replication of ${label(guest)} keeps up with its objective is not known.`,
          });
        }),
    );
  },
};
