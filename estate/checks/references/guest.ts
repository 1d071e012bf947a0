import type { Estate } from "../../schema";
import { optional, type Reference } from "./reference";

export function guestReferences(estate: Estate): Reference[] {
  return Object.entries(estate.guests).flatMap(([name, guest]) => {
    const path = ["guests", name];
    const nics = Object.entries(guest.nics).map(([slot, nic]) => ({
      path: [...path, "nics", slot, "bridge"],
      name: nic.bridge,
      section: "bridges",
    }));
    const node = { path: [...path, "node"], name: guest.node, section: "nodes" };
    if (guest.kind === "lxc") {
      return [
        node,
        { path: [...path, "template"], name: guest.template, section: "images" },
        { path: [...path, "rootDisk", "storage"], name: guest.rootDisk.storage, section: "storages" },
        ...nics,
      ];
    }
    const disks = Object.entries(guest.disks).flatMap(([slot, disk]) => [
      { path: [...path, "disks", slot, "storage"], name: disk.storage, section: "storages" },
      ...optional([...path, "disks", slot, "image"], disk.image, "images"),
    ]);
    return [
      node,
      ...disks,
      ...optional([...path, "efiStorage"], guest.efiStorage, "storages"),
      ...optional([...path, "tpmStorage"], guest.tpmStorage, "storages"),
      ...optional([...path, "cloudInitStorage"], guest.cloudInitStorage, "storages"),
      ...nics,
    ];
  });
}
