import { label } from "../facts/guests";
import { BACKUP } from "./frameworks";
import { type EstateRule, notApplicable, undecided, violated } from "./rule";

export const guestHasBackup: EstateRule = {
  id: "guest-has-backup",
  title: "Every guest is covered by a backup job",
  description: "What no backup job takes is gone with its storage, or with one wrong command.",
  severity: "medium",
  level: "advisory",
  framework: BACKUP,
  url: "https://pve.proxmox.com/pve-docs/chapter-vzdump.html",
  tags: ["backup"],
  remediation: "Add the guest to a backup job, or let a job take all guests.",
  scope: "estate",
  check: (topology) => {
    const guests = topology.guests.filter((guest) => guest.template !== true);
    if (guests.length === 0) {
      return notApplicable("This program declares no guest");
    }
    return guests
      .filter((guest) => !guest.backups.some((backup) => backup.certain))
      .map((guest) =>
        guest.backups.length === 0
          ? violated(
              guest.source,
              `No enabled backup job of this program takes ${label(guest)}. Add it to one.`,
            )
          : undecided(guest.source, `Whether a backup job takes ${label(guest)} is not known yet.`),
      );
  },
};
