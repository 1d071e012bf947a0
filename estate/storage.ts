import { entry } from "./paths";
import type { Estate, Storage } from "./schema";

/** Whether every node that has a storage sees the same data there. */
export function isShared(estate: Pick<Estate, "volumeGroups">, storage: Storage): boolean {
  switch (storage.type) {
    case "directory":
      return storage.shared;
    case "lvm":
      return storage.shared ?? entry(estate.volumeGroups, storage.volumeGroup)?.iscsi !== undefined;
    case "zfspool":
    case "lvmthin":
      return false;
    default:
      return true;
  }
}

/** Whether a storage keeps disks as files, which alone can hold qcow2 with its snapshots. */
export function keepsFiles(storage: Storage | undefined): boolean {
  return storage?.type === "nfs" || storage?.type === "cifs" || storage?.type === "directory";
}

/** Whether it is there before anything is declared (the installer's, or that of a cluster built by hand) and adopted. */
export function isAdopted(storage: Storage): storage is Extract<Storage, { existing: boolean }> {
  return "existing" in storage && storage.existing;
}
