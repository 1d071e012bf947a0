import { HighAvailability } from "../high-availability";
import type { Site } from "./context";
import type { Guests } from "./guests";

export function createHighAvailability({ estate, parent }: Site, guests: Guests): void {
  const managed = Object.entries(estate.guests).flatMap(([name, guest]) => {
    const vm = guests[name]?.resource;
    return guest.kind === "vm" && guest.ha && vm
      ? [[name, { vmId: guest.id, vm, ...guest.ha }] as const]
      : [];
  });
  new HighAvailability(
    estate.cluster.name,
    { vms: Object.fromEntries(managed), rules: estate.haRules },
    { parent },
  );
}
