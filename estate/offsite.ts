import type { Estate, Storage } from "./schema";

/** Where a node finds the archives of a storage; undefined for storages that keep none as files. */
export function dumpFolder(id: string, storage: Storage): string | undefined {
  switch (storage.type) {
    case "directory":
      return `${storage.path}/dump`;
    case "cephfs":
    case "cifs":
    case "nfs":
      return `/mnt/pve/${id}/dump`;
    default:
      return undefined;
  }
}

/** The VMs that images are made of, by name, with their ids. */
export function imagedGuests({ aws, guests }: Estate): { readonly guest: string; readonly vmId: number }[] {
  if (!aws?.images) return [];
  const wanted = aws.images.guests ?? Object.keys(aws.recovery);
  return wanted.flatMap((name) => {
    const guest = guests[name];
    return guest?.kind === "vm" ? [{ guest: name, vmId: guest.id }] : [];
  });
}
