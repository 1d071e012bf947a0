import { entry } from "./paths";
import type { Guest } from "./schema";

type Guests = Readonly<Record<string, Pick<Guest, "after" | "startup">>>;

/**
 * The startup order of each guest that has one: its own, or one more than the highest of those that it starts after.
 * Guests that others start after, and that say nothing, start first. Without a place in any of this a guest has no
 * order. Cycles are left out: `cycles` finds them.
 */
export function startupOrders(guests: Guests): ReadonlyMap<string, number> {
  const awaited = new Set(Object.values(guests).flatMap(({ after }) => after));
  const orders = new Map<string, number>();
  for (const name of sorted(guests)) {
    const guest = entry(guests, name);
    const before = (guest?.after ?? []).flatMap((other) => orders.get(other) ?? []);
    const own = guest?.startup?.order;
    if (own !== undefined) orders.set(name, own);
    else if (before.length > 0) orders.set(name, Math.max(...before) + 1);
    else if (awaited.has(name)) orders.set(name, FIRST);
  }
  return orders;
}

const FIRST = 1;

/** Names of all guests, each behind those that it starts after; guests on a cycle in the order that they stand in. */
export function sorted(guests: Guests): string[] {
  const done = new Set<string>();
  const visit = (name: string) => {
    if (done.has(name)) return;
    done.add(name);
    for (const other of entry(guests, name)?.after ?? []) visit(other);
    order.push(name);
  };
  const order: string[] = [];
  for (const name of Object.keys(guests)) visit(name);
  return order.filter((name) => Object.hasOwn(guests, name));
}

/** Cycles of `after`, each once, as the names on it with the first one again at the end. */
export function cycles(guests: Readonly<Record<string, Pick<Guest, "after">>>): string[][] {
  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (name: string, path: readonly string[]) => {
    const start = path.indexOf(name);
    if (start >= 0) found.push([...path.slice(start), name]);
    if (start >= 0 || done.has(name)) return;
    for (const other of entry(guests, name)?.after ?? []) visit(other, [...path, name]);
    done.add(name);
  };
  for (const name of Object.keys(guests)) visit(name, []);
  return found;
}
