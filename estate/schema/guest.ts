import { z } from "zod";
import { lxcSchema } from "./lxc";
import { hostName } from "./values";
import { vmSchema } from "./vm";

/** A guest: a virtual machine (any OS, own kernel) or a container (Linux only, the node's kernel, lighter). */
export const guestSchema = z.discriminatedUnion("kind", [vmSchema, lxcSchema]);

export const guestSections = {
  guests: z.record(hostName, guestSchema).default({}).describe("Virtual machines and containers by name"),
};

/** A guest as it is written: its offering's values are not filled in yet. */
export type WrittenGuest = z.output<typeof guestSchema>;
type WrittenVm = z.output<typeof vmSchema>;
type WrittenLxc = z.output<typeof lxcSchema>;
type Sized = "cores" | "memory";

/** A disk of a VM with its size. */
export type VmDisk = WrittenVm["disks"][string] & { readonly size: number };

/** A VM with its size, whether that is an offering's or its own. */
export type Vm = Omit<WrittenVm, Sized | "disks"> &
  Required<Pick<WrittenVm, Sized>> & { readonly disks: Readonly<Record<string, VmDisk>> };

/** A container with its size, whether that is an offering's or its own. */
export type Lxc = Omit<WrittenLxc, Sized | "rootDisk" | "swap"> &
  Required<Pick<WrittenLxc, Sized | "swap">> & {
    readonly rootDisk: WrittenLxc["rootDisk"] & { readonly size: number };
  };
