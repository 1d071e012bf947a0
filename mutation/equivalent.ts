/** A break that changes nothing that a rule could say, and why. */
interface Equivalent {
  readonly change: string;
  readonly because: string;
}

const NO_STORAGE = "a path of the host has no storage either way, and none is looked up";

export const EQUIVALENT: ReadonlyMap<string, readonly Equivalent[]> = new Map([
  [
    "ha-guest-on-shared-storage",
    [
      {
        change:
          'volume.place !== UNKNOWN && "storage" in volume.place -> volume.place !== UNKNOWN || "storage" in volume.place',
        because: NO_STORAGE,
      },
    ],
  ],
  [
    "aws-cost-ceiling",
    [
      {
        change: "ceiling.compare(smallest.ceiling) < 0 -> ceiling.compare(smallest.ceiling) <= 0",
        because: "of two budgets alike either one says it",
      },
    ],
  ],
  [
    "volume-content-type",
    [
      {
        change: 'place !== UNKNOWN && "storage" in place -> place !== UNKNOWN || "storage" in place',
        because: NO_STORAGE,
      },
    ],
  ],
]);
