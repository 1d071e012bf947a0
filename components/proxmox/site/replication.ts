import { present } from "../../records";
import { Replication } from "../replication";
import type { Site } from "./context";
import type { Guests } from "./guests";
import type { Storages } from "./storages";

/** A component a guest; its targets need the storages there, which all exist before the guest does. */
export function createReplications(
  { estate, parent }: Site,
  { storages, guests }: { readonly storages: Storages; readonly guests: Guests },
): void {
  const zfs = Object.entries(estate.storages)
    .filter(([, { type }]) => type === "zfspool")
    .map(([id]) => storages[id]?.resource);
  for (const [name, { guests: names, ...job }] of Object.entries(estate.replications)) {
    for (const guestName of names) {
      const guest = estate.guests[guestName];
      if (guest === undefined) continue;
      new Replication(
        `${name}/${guestName}`,
        {
          ...job,
          vmId: guest.id,
          nodeName: guest.node,
          highlyAvailable: guest.kind === "vm" && guest.ha !== undefined,
        },
        { parent, dependsOn: present([guests[guestName]?.resource, ...zfs]) },
      );
    }
  }
}
