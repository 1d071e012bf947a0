import type { Guest } from "./links";
import { UNKNOWN } from "./read";
import type { Storage, StorageType } from "./storages";
import type { Topology } from "./topology";

/** Kinds of storage that one server has; Ceph keeps copies, and of a SAN nothing is known. */
const ONE_SERVER: ReadonlySet<StorageType> = new Set(["nfs", "cifs"]);

/** The storages of a guest's disks that are one server's: when that fails, so does the guest. */
export function singleServers(topology: Topology, guest: Guest): Storage[] {
  const found = new Set<Storage>();
  for (const { place, role } of guest.volumes) {
    if (place === UNKNOWN || !("storage" in place) || role === "cloud-init" || role === "cdrom") continue;
    const storage = topology.storages.get(place.storage);
    if (storage !== undefined && ONE_SERVER.has(storage.type)) found.add(storage);
  }
  return [...found];
}
