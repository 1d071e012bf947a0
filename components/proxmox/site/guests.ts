import type * as pulumi from "@pulumi/pulumi";
import type { Guest } from "../../../estate";
import { sorted, startupOrders } from "../../../estate/startup";
import { mapValues, present } from "../../records";
import { Container } from "../container";
import { VirtualMachine } from "../virtual-machine";
import type { Site } from "./context";
import { containerArgs, type GuestContext, virtualMachineArgs } from "./guest-args";
import type { HardwareMappings } from "./hardware";
import type { Images } from "./images";
import { type NetworkParts, pluggedInto } from "./plugs";
import type { Storages } from "./storages";

/** The site's guests by name. */
export type Guests = Readonly<Record<string, Container | VirtualMachine>>;

/** What guests stand on. */
interface Foundations extends NetworkParts {
  readonly storages: Storages;
  readonly images: Images;
  readonly hardware: HardwareMappings;
}

export function createGuests({ estate, parent }: Site, foundations: Foundations): Guests {
  const context: GuestContext = {
    estate,
    volumeIds: mapValues(foundations.images, (image) => image.volumeId),
    orders: startupOrders(estate.guests),
  };
  const made: Record<string, Container | VirtualMachine> = {};
  for (const name of sorted(estate.guests)) {
    const guest = estate.guests[name];
    if (guest === undefined) continue;
    const before = present(guest.after.map((other) => made[other]?.resource));
    const opts = { parent, dependsOn: [...requirements(guest, foundations), ...before] };
    made[name] =
      guest.kind === "vm"
        ? new VirtualMachine(name, virtualMachineArgs(context, name, guest), opts)
        : new Container(name, containerArgs(context, name, guest), opts);
  }
  return made;
}

/** What has to be there before a guest: its storages, images and devices, and its networks on every node. */
function requirements(
  guest: Guest,
  { nodes, sdn, storages, images, hardware }: Foundations,
): pulumi.Resource[] {
  return present([
    ...[...new Set(storagesOf(guest))].map((id) => (id === undefined ? undefined : storages[id]?.resource)),
    ...[...new Set(imagesOf(guest))].map((id) => (id === undefined ? undefined : images[id]?.resource)),
    ...pluggedInto(
      { nodes, sdn },
      Object.values(guest.nics).map((nic) => nic.bridge),
    ),
    ...(guest.kind === "vm"
      ? [
          ...Object.values(guest.pci).map(({ mapping }) => hardware.pci[mapping]),
          ...guest.usb.map(({ mapping }) => hardware.usb[mapping]),
          ...guest.directories.map((mapping) => hardware.directories[mapping]),
        ]
      : []),
  ]);
}

function storagesOf(guest: Guest): (string | undefined)[] {
  return guest.kind === "vm"
    ? [
        ...Object.values(guest.disks).map((disk) => disk.storage),
        guest.efiStorage,
        guest.tpmStorage,
        guest.cloudInitStorage,
      ]
    : [guest.rootDisk.storage, ...Object.values(guest.mountPoints).map(({ storage }) => storage)];
}

function imagesOf(guest: Guest): (string | undefined)[] {
  return guest.kind === "vm"
    ? [...Object.values(guest.disks).map((disk) => disk.image), guest.cdrom]
    : [guest.template];
}
