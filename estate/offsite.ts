import { entry } from "./paths";
import type { Estate, Storage, Vm } from "./schema";
import { bySlot } from "./slots";

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

/** An entry of `aws.recovery` that images are made for, and the VM that they are made of. */
export interface Imaged {
  /** Name of the entry. */
  readonly guest: string;
  readonly vmId: number;
  /** Name of the VM: the first one that the entry stands for. */
  readonly vm: string;
}

/** What images are made for: entries that a failover raises by itself and that stand for a VM. */
export function imagedGuests({ aws, guests }: Estate): Imaged[] {
  if (!aws?.images) return [];
  const wanted = aws.images.guests ?? Object.keys(aws.recovery);
  return wanted.flatMap((name) => {
    const recovery = entry(aws.recovery, name);
    const [vm = name] = recovery?.guests ?? [];
    const guest = entry(guests, vm);
    if (recovery?.mode === "backup-only" || guest?.kind !== "vm") return [];
    return [{ guest: name, vm, vmId: guest.id }];
  });
}

/** The slot of the disk that a VM boots from: the first disk of its boot order, or its first one. */
export function bootDisk({ disks, bootOrder }: Vm): string | undefined {
  const slots = bySlot(disks).map(([slot]) => slot);
  return bootOrder?.find((slot) => slots.includes(slot)) ?? slots[0];
}
