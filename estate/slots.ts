/** Where the CD-ROM drive of a VM is: q35 has ide0 and ide2 only, and ide2 is cloud-init's. */
export const CDROM_SLOT = "ide0";
