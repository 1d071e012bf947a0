import type { Line } from "../../cost/estimate";
import { Exact } from "../../cost/exact";

/** A kind of cost with its sum, the dearest first. */
export interface Total {
  readonly what: string;
  readonly usd: string;
  readonly lines: number;
}

/** Sums a bill by what is paid for. */
export function byResourceTotals(lines: readonly Line[]): Total[] {
  const sums = new Map<string, { sum: Exact; lines: number }>();
  for (const { what, amount } of lines) {
    const known = sums.get(what) ?? { sum: Exact.zero, lines: 0 };
    sums.set(what, { sum: known.sum.plus(amount), lines: known.lines + 1 });
  }
  return [...sums]
    .sort(([one, some], [other, others]) => others.sum.compare(some.sum) || (one < other ? -1 : 1))
    .map(([what, { sum, lines: count }]) => ({ what, usd: sum.toFixed(2, ","), lines: count }));
}
