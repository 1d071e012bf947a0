import { recovers } from "../facts/eligible";
import { singleServers } from "../facts/single-server";
import type { Storage } from "../facts/storages";
import { ALTERNATE_STORAGE } from "./frameworks";
import { type EstateRule, listed, notApplicable, violated } from "./rule";

export const singleSharedStore: EstateRule = {
  id: "single-shared-store",
  title: "No one server holds the disks of HA guests",
  description:
    "When the one server of a shared storage fails, every guest on it stops, and HA has nowhere to start them.",
  severity: "medium",
  level: "advisory",
  framework: ALTERNATE_STORAGE,
  url: "https://pve.proxmox.com/pve-docs/chapter-pvesm.html",
  tags: ["ha", "storage"],
  remediation: "Use replicated storage (Ceph, or ZFS with replication), or a store with two controllers.",
  scope: "estate",
  check: (topology) => {
    const guests = topology.guests.filter(recovers);
    if (guests.length === 0) return notApplicable("No guest of this program is managed by HA");
    const byServer = new Map<Storage, string[]>();
    for (const guest of guests) {
      for (const storage of singleServers(topology, guest))
        byServer.set(storage, [...(byServer.get(storage) ?? []), guest.name]);
    }
    return [...byServer].map(([storage, names]) =>
      violated(
        storage.source,
        `${names.length} HA guests (${listed(names, 3)}) stop with the one server of storage "${String(storage.id)}".`,
      ),
    );
  },
};
