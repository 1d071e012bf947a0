import { mapValues, present } from "../../records";
import { type HaRuleSettings, HighAvailability } from "../high-availability";
import type { Site } from "./context";
import type { Guests } from "./guests";
import type { Pools } from "./pools";

/** What HA manages. */
interface Foundations {
  readonly guests: Guests;
  readonly pools: Pools;
}

export function createHighAvailability({ estate, parent }: Site, { guests, pools }: Foundations): void {
  const managed = Object.entries(estate.guests).flatMap(([name, guest]) => {
    const vm = guests[name]?.resource;
    if (guest.kind !== "vm" || !guest.ha || !vm) return [];
    const comment = guest.ha.comment ?? `${name}, declared by hybrid-estate`;
    const membership = guest.pool === undefined ? undefined : pools[guest.pool]?.members[name];
    return [[name, { ...guest.ha, vmId: guest.id, vm, comment, after: present([membership]) }] as const];
  });
  const rules = mapValues(
    estate.haRules,
    ({ comment, ...rule }, name): HaRuleSettings => ({
      ...rule,
      comment: comment ?? `${name}, declared by hybrid-estate`,
    }),
  );
  new HighAvailability(estate.cluster.name, { vms: Object.fromEntries(managed), rules }, { parent });
}
