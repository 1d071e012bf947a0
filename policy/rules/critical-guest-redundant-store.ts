import { label } from "../facts/guests";
import { UNKNOWN } from "../facts/read";
import { singleServers } from "../facts/single-server";
import { ALTERNATE_STORAGE } from "./frameworks";
import { answer, type EstateRule, listed, notApplicable } from "./rule";

export const criticalGuestRedundantStore: EstateRule = {
  id: "critical-guest-redundant-store",
  title: "Critical guests are not on one server's disks",
  description:
    "The business stops without a critical guest, and with one storage server it stops when that server does.",
  severity: "critical",
  level: "mandatory",
  framework: ALTERNATE_STORAGE,
  url: "https://pve.proxmox.com/pve-docs/chapter-pvesm.html",
  tags: ["ha", "storage"],
  remediation: "Move its disks to replicated storage: Ceph, or ZFS with replication.",
  scope: "estate",
  check: (topology) => {
    const guests = topology.guests.filter((guest) => guest.objectives.critical !== false);
    if (guests.length === 0) return notApplicable("No guest of this program is critical");
    return guests.flatMap((guest) => {
      const servers = singleServers(topology, guest).map(({ id }) => String(id));
      const open = guest.volumes.some(({ place }) => place === UNKNOWN);
      const critical = guest.objectives.critical === true;
      return answer(guest.source, servers.length > 0 ? critical || UNKNOWN : open ? UNKNOWN : false, {
        wrong: `${label(guest)} is critical, and stops with the one server of storage ${listed(servers)}. Move its disks to replicated storage.`,
        open: `Whether ${label(guest)} is critical and on the disks of one server is not known yet.`,
      });
    });
  },
};
