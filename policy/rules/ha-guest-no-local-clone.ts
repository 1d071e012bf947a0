import { eligibleNodes, recovers } from "../facts/eligible";
import { label } from "../facts/guests";
import { gapOf, placementOf } from "../facts/placement";
import { flag, get, UNKNOWN, whole } from "../facts/read";
import { RECOVERY } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

export const haGuestNoLocalClone: EstateRule = {
  id: "ha-guest-no-local-clone",
  title: "HA guests are no linked clones of a local template",
  description:
    "A linked clone reads what it has not changed from its template's disk: where the template is not, it has no disk either.",
  severity: "high",
  level: "mandatory",
  framework: RECOVERY,
  url: "https://pve.proxmox.com/pve-docs/chapter-qm.html#qm_copy_and_clone",
  tags: ["ha", "storage"],
  remediation: "Make it a full clone, or keep the template on shared storage.",
  scope: "estate",
  check: (topology) => {
    const clones = topology.guests.filter(
      (guest) => recovers(guest) && get(guest.source.properties, "clone") !== undefined,
    );
    if (clones.length === 0) return notApplicable("No clone of this program is managed by HA");
    const byId = new Map(topology.guests.map((guest) => [guest.vmId, guest]));
    return clones.flatMap((guest) => {
      const clone = get(guest.source.properties, "clone");
      const full = flag(clone, "full") ?? true;
      const template = byId.get(whole(clone, "vmId") ?? UNKNOWN);
      const gaps = template?.volumes
        .filter(({ role }) => role === "disk")
        .map(
          (volume) => gapOf(eligibleNodes(topology, guest), placementOf(topology, template, volume)).verdict,
        );
      const local = gaps === undefined || gaps.includes("undecided") ? UNKNOWN : false;
      const wrong =
        full === true ? false : full === UNKNOWN ? UNKNOWN : gaps?.includes("violated") ? true : local;
      return answer(guest.source, wrong, {
        wrong: `${label(guest)} is managed by HA and a linked clone of a template on local storage. Make it a full clone.`,
        open: `Whether ${label(guest)}, which is managed by HA, is a linked clone of a local template is not known yet.`,
      });
    });
  },
};
