import { label } from "../facts/guests";
import { UNKNOWN } from "../facts/read";
import { RECOVERY } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

export const criticalGuestRecovers: EstateRule = {
  id: "critical-guest-recovers",
  title: "Critical guests are recovered by HA",
  description: "A critical guest without HA stays down until a person has repaired its node.",
  severity: "high",
  level: "mandatory",
  framework: RECOVERY,
  url: "https://pve.proxmox.com/pve-docs/chapter-ha-manager.html",
  tags: ["ha", "guests"],
  remediation: "Put the guest under HA with state started.",
  scope: "estate",
  check: (topology) => {
    const guests = topology.guests.filter(
      (guest) => guest.objectives.critical !== false && guest.template !== true,
    );
    if (guests.length === 0) return notApplicable("No guest of this program is critical");
    return guests.flatMap((guest) => {
      const states = [...guest.ha, ...topology.loose.haResources].map((each) => each.state);
      const open =
        guest.objectives.critical === UNKNOWN ||
        states.includes(UNKNOWN) ||
        topology.loose.haResources.length > 0;
      const started = guest.ha.some(({ state }) => state === "started");
      return answer(guest.source, started ? false : open ? UNKNOWN : true, {
        wrong: `${label(guest)} is critical, and HA does not start it elsewhere when its node dies.`,
        open: `Whether ${label(guest)} is critical, or HA starts it elsewhere, is not known yet.`,
      });
    });
  },
};
