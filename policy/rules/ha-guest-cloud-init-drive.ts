import { eligibleNodes, recovers } from "../facts/eligible";
import { label } from "../facts/guests";
import { gapOf, placementOf } from "../facts/placement";
import { RECOVERY } from "./frameworks";
import { type EstateRule, notApplicable, violated } from "./rule";

export const haGuestCloudInitDrive: EstateRule = {
  id: "ha-guest-cloud-init-drive",
  title: "Cloud-init drives of HA guests are on shared storage",
  description:
    "Proxmox allocates a missing cloud-init drive anew when a guest starts on another node; that needs the storage " +
    "there, and the drive of the dead node is left behind.",
  severity: "low",
  level: "advisory",
  framework: RECOVERY,
  url: "https://pve.proxmox.com/pve-docs/chapter-qm.html#qm_cloud_init",
  tags: ["ha", "storage"],
  remediation: "Set the datastore of the guest's initialization to shared storage.",
  scope: "estate",
  check: (topology) => {
    const guests = topology.guests.filter(recovers);
    if (guests.length === 0) {
      return notApplicable("No guest of this program is managed by HA");
    }
    return guests.flatMap((guest) =>
      guest.volumes
        .filter((volume) => volume.role === "cloud-init")
        .filter(
          (volume) =>
            gapOf(eligibleNodes(topology, guest), placementOf(topology, guest, volume)).verdict ===
            "violated",
        )
        .map((volume) =>
          violated(
            guest.source,
            `${label(guest)} is managed by HA and its cloud-init drive ${volume.slot} is on local storage: Proxmox ` +
              "makes a new one when it starts the guest elsewhere. Put it on shared storage.",
          ),
        ),
    );
  },
};
