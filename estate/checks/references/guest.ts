import type { Step } from "../../problems";
import type { Estate, Lxc, Vm } from "../../schema";
import { optional, type Reference } from "./reference";

export function guestReferences(estate: Estate): Reference[] {
  return Object.entries(estate.guests).flatMap(([name, guest]) => {
    const at = (...steps: Step[]): Step[] => ["guests", name, ...steps];
    return [
      { path: at("node"), name: guest.node, section: "nodes" },
      ...optional(at("tenant"), guest.tenant, "tenants"),
      // A tenant's pool is declared with the tenant.
      ...(guest.tenant === undefined ? optional(at("pool"), guest.pool, "pools") : []),
      ...guest.after.map((other, index) => ({ path: at("after", index), name: other, section: "guests" })),
      ...(guest.kind === "lxc" ? containerReferences(guest, at) : vmReferences(guest, at)),
      ...Object.entries(guest.nics).map(([slot, nic]) => ({
        path: at("nics", slot, "bridge"),
        name: nic.bridge,
        section: "bridges",
        or: "vnets",
      })),
    ];
  });
}

type At = (...steps: Step[]) => Step[];

function containerReferences({ template, rootDisk, mountPoints }: Lxc, at: At): Reference[] {
  return [
    { path: at("template"), name: template, section: "images" },
    { path: at("rootDisk", "storage"), name: rootDisk.storage, section: "storages" },
    ...Object.entries(mountPoints).map(([slot, { storage }]) => ({
      path: at("mountPoints", slot, "storage"),
      name: storage,
      section: "storages",
    })),
  ];
}

function vmReferences(vm: Vm, at: At): Reference[] {
  return [
    ...Object.entries(vm.disks).flatMap(([slot, disk]) => [
      { path: at("disks", slot, "storage"), name: disk.storage, section: "storages" },
      ...optional(at("disks", slot, "image"), disk.image, "images"),
    ]),
    ...optional(at("cdrom"), vm.cdrom, "images"),
    ...optional(at("efiStorage"), vm.efiStorage, "storages"),
    ...optional(at("tpmStorage"), vm.tpmStorage, "storages"),
    ...optional(at("cloudInitStorage"), vm.cloudInitStorage, "storages"),
    ...Object.entries(vm.pci).map(([slot, { mapping }]) => ({
      path: at("pci", slot, "mapping"),
      name: mapping,
      section: "hardware.pci",
    })),
    ...vm.usb.map(({ mapping }, index) => ({
      path: at("usb", index, "mapping"),
      name: mapping,
      section: "hardware.usb",
    })),
    ...vm.directories.map((mapping, index) => ({
      path: at("directories", index),
      name: mapping,
      section: "hardware.directories",
    })),
  ];
}
