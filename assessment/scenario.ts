import { EFFECTS, type Effect, type Figure, figureRank, type GuestEffect, type Scenario } from "./model";

type Head = Pick<Scenario, "id" | "kind" | "title" | "what"> & Partial<Pick<Scenario, "capacity" | "notes">>;

/** Sums up what a failure does to all running guests. */
export function scenario(head: Head, effects: readonly GuestEffect[]): Scenario {
  const counts: Record<Effect, number> = {
    stays: 0,
    moves: 0,
    restarts: 0,
    pauses: 0,
    "cut-off": 0,
    stalls: 0,
    aws: 0,
    down: 0,
  };
  for (const { effect } of effects) counts[effect] += 1;
  const guests = effects
    .filter(({ effect }) => effect !== "stays")
    .sort(
      (one, other) =>
        Number(other.critical) - Number(one.critical) ||
        EFFECTS.indexOf(other.effect) - EFFECTS.indexOf(one.effect) ||
        byId(one.id, other.id),
    );
  const downtime = worst(guests.map((guest) => guest.downtime));
  const dataLoss = worst(guests.map((guest) => guest.dataLoss));
  return {
    ...head,
    counts,
    guests,
    ...(downtime === undefined ? {} : { downtime }),
    ...(dataLoss === undefined ? {} : { dataLoss }),
    notes: head.notes ?? [],
  };
}

/**
 * The worst first: critical guests that are down, data gone for good, guests that are down, in AWS, restarted. What is
 * done on purpose comes after everything that fails.
 */
export function bySeverity(one: Scenario, other: Scenario): number {
  const [some, others] = [severity(one), severity(other)];
  for (const [index, value] of some.entries()) {
    const difference = (others[index] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

function severity({ counts, guests, dataLoss, kind }: Scenario): number[] {
  const down = (guest: GuestEffect) => HARD.has(guest.effect);
  return [
    kind === "site" ? 1 : kind === "reboot" ? -1 : 0,
    guests.filter((guest) => guest.critical && down(guest)).length,
    guests.filter((guest) => guest.dataLoss.minutes === "all").length,
    counts.down + counts.stalls + counts["cut-off"],
    counts.aws,
    counts.restarts + counts.pauses,
    dataLoss === undefined ? 0 : figureRank(dataLoss),
    counts.moves,
  ];
}

const HARD: ReadonlySet<Effect> = new Set<Effect>(["cut-off", "down", "stalls"]);

function worst(figures: readonly Figure[]): Figure | undefined {
  let found: Figure | undefined;
  for (const figure of figures) {
    if (found === undefined || figureRank(figure) > figureRank(found)) found = figure;
  }
  return found;
}

/** `vm:99` before `vm:100`: for people, unlike HA's own order. */
export const byId = new Intl.Collator("en", { numeric: true }).compare;
