import { type Known, knownIn, texts, UNKNOWN, type Value } from "./read";

/** What the recovery of a guest has to achieve, as its tags say: `critical`, `rpo-15m`, `rto-4h`, `rpo-1d`. */
export interface Objectives {
  /** Whether the business stops without the guest. */
  readonly critical: Known<boolean>;
  /** Most data that a disaster may cost, in minutes. */
  readonly rpo: Value<number>;
  /** Longest time to working service, in minutes. */
  readonly rto: Value<number>;
}

const MINUTES: ReadonlyMap<string, number> = new Map([
  ["m", 1],
  ["h", 60],
  ["d", 24 * 60],
]);

/** Reads the tags of a guest; of two that say the same thing the stricter counts. */
export function readObjectives(properties: unknown): Objectives {
  const tags = texts(properties, "tags");
  const known = knownIn(tags);
  const complete = tags === undefined || (tags !== UNKNOWN && known.length === tags.length);
  const otherwise = complete ? undefined : UNKNOWN;
  return {
    critical: known.includes("critical") || (complete ? false : UNKNOWN),
    rpo: shortest("rpo", known) ?? otherwise,
    rto: shortest("rto", known) ?? otherwise,
  };
}

function shortest(name: "rpo" | "rto", tags: readonly string[]): number | undefined {
  const found = tags.flatMap((tag) => {
    const [, amount, unit = ""] = new RegExp(`^${name}-(\\d{1,5})([mhd])$`).exec(tag) ?? [];
    const minutes = MINUTES.get(unit);
    return amount === undefined || minutes === undefined ? [] : [Number(amount) * minutes];
  });
  return found.length === 0 ? undefined : Math.min(...found);
}
