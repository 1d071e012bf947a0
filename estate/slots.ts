/** Where the CD-ROM drive of a VM is: q35 has ide0 and ide2 only, and ide2 is cloud-init's. */
export const CDROM_SLOT = "ide0";

/** Entries in the order of their slots (scsi2 before scsi10): the order in the file never swaps two disks. */
export function bySlot<T>(slots: Readonly<Record<string, T>>): [slot: string, value: T][] {
  return Object.entries(slots).sort(([one], [other]) => one.localeCompare(other, "en", { numeric: true }));
}
