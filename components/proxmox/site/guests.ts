import type * as pulumi from "@pulumi/pulumi";
import type { Guest } from "../../../estate";
import { mapValues, present } from "../../records";
import { Container } from "../container";
import { VirtualMachine } from "../virtual-machine";
import type { Site } from "./context";
import { containerArgs, type GuestContext, virtualMachineArgs } from "./guest-args";
import type { Images } from "./images";
import { bridgesOf, type Nodes } from "./nodes";
import type { Storages } from "./storages";

/** The site's guests by name. */
export type Guests = Readonly<Record<string, Container | VirtualMachine>>;

/** What guests stand on. */
interface Foundations {
  readonly nodes: Nodes;
  readonly storages: Storages;
  readonly images: Images;
}

export function createGuests({ estate, parent }: Site, foundations: Foundations): Guests {
  const context: GuestContext = {
    estate,
    volumeIds: mapValues(foundations.images, (image) => image.volumeId),
  };
  return mapValues(estate.guests, (guest, name) => {
    const opts = { parent, dependsOn: requirements(guest, foundations) };
    return guest.kind === "vm"
      ? new VirtualMachine(name, virtualMachineArgs(context, name, guest), opts)
      : new Container(name, containerArgs(context, name, guest), opts);
  });
}

/** What has to be there before a guest: its storages, its images, and its bridges on every node. */
function requirements(guest: Guest, { nodes, storages, images }: Foundations): pulumi.Resource[] {
  const storageIds =
    guest.kind === "vm"
      ? [
          ...Object.values(guest.disks).map((disk) => disk.storage),
          guest.efiStorage,
          guest.tpmStorage,
          guest.cloudInitStorage,
        ]
      : [guest.rootDisk.storage];
  const imageNames =
    guest.kind === "vm" ? Object.values(guest.disks).map((disk) => disk.image) : [guest.template];
  return present([
    ...[...new Set(storageIds)].map((id) => (id === undefined ? undefined : storages[id]?.resource)),
    ...[...new Set(imageNames)].map((id) => (id === undefined ? undefined : images[id]?.resource)),
    ...bridgesOf(
      nodes,
      Object.values(guest.nics).map((nic) => nic.bridge),
    ),
  ]);
}
