import type { Estimate, Line, Unknown } from "./estimate";
import { Exact } from "./exact";

/** What changes on the monthly bill of one resource. */
export interface LineChange {
  readonly resource: string;
  readonly what: string;
  /** US dollars; zero where it was not there. */
  readonly before: Exact;
  readonly after: Exact;
  readonly difference: Exact;
}

/** A bill compared with another one. */
export interface Change {
  readonly before: Exact;
  readonly after: Exact;
  readonly difference: Exact;
  /** Lines whose amount differs, the largest difference first. */
  readonly lines: readonly LineChange[];
  /** What is unknown now and was not there, or had a price, before. */
  readonly newlyUnknown: readonly Unknown[];
  /** What was unknown and no longer is. */
  readonly settled: readonly Unknown[];
}

/** Compares two estimates by resource and by what is paid for. */
export function compareEstimates(before: Estimate, after: Estimate): Change {
  const [old, current] = [amounts(before.lines), amounts(after.lines)];
  const lines: LineChange[] = [];
  for (const key of new Set([...old.keys(), ...current.keys()])) {
    const [was, is] = [old.get(key), current.get(key)];
    const { resource, what } = is ?? was ?? { resource: "", what: "" };
    const [from, to] = [was?.amount ?? Exact.zero, is?.amount ?? Exact.zero];
    const difference = to.minus(from);
    if (!difference.isZero()) lines.push({ resource, what, before: from, after: to, difference });
  }
  return {
    before: before.total,
    after: after.total,
    difference: after.total.minus(before.total),
    lines: lines.toSorted((one, other) => size(other).compare(size(one))),
    newlyUnknown: without(after.unknown, before.unknown),
    settled: without(before.unknown, after.unknown),
  };
}

/** Lines of the same resource and kind, such as a volume and a volume of the same type, count as one. */
function amounts(lines: readonly Line[]): Map<string, Pick<Line, "resource" | "what" | "amount">> {
  const found = new Map<string, Pick<Line, "resource" | "what" | "amount">>();
  for (const { resource, type, meter, what, amount } of lines) {
    const key = `${type} ${resource} ${meter}`;
    const sum = (found.get(key)?.amount ?? Exact.zero).plus(amount);
    found.set(key, { resource, what, amount: sum });
  }
  return found;
}

function without(these: readonly Unknown[], those: readonly Unknown[]): Unknown[] {
  const keys = new Set(those.map(key));
  return these.filter((one) => !keys.has(key(one)));
}

function key({ resource, type, what }: Unknown): string {
  return `${type} ${resource} ${what}`;
}

function size({ difference }: LineChange): Exact {
  return difference.compare(Exact.zero) < 0 ? Exact.zero.minus(difference) : difference;
}
