import type { Usage } from "../estate/schema/aws/usage";
import type { DeclaredResource } from "../policy/facts/declared";
import { awsCostings, costSite } from "./aws";
import type { Price, PriceBook, Source } from "./book";
import type { Circumstances, Demand, Needs } from "./demand";
import { Exact } from "./exact";
import { linksOf } from "./links";
import { meterInfo, type Unit } from "./meters";
import { regionFinder } from "./regions";

/** Money is rounded to cents, a line at a time, as on a bill; the total is the sum of the rounded lines. */
const CENTS = 2;

/** A part of the monthly bill. */
export interface Line {
  /** Logical name of the resource, or in brackets what all of a kind share. */
  readonly resource: string;
  readonly type: string;
  readonly meter: string;
  /** What is paid for. */
  readonly what: string;
  readonly quantity: Exact;
  readonly unit: Unit;
  /** How the quantity came about. */
  readonly basis: string;
  /** Quantities at each rate; several where the price has tiers. */
  readonly rates: readonly Rate[];
  /** US dollars in cents, rounded. */
  readonly amount: Exact;
  readonly source: Source;
}

/** A quantity at one rate. */
export interface Rate {
  readonly quantity: Exact;
  readonly usd: Exact;
}

/** Something that costs and is not in the total. */
export interface Unknown {
  readonly resource: string;
  readonly type: string;
  readonly what: string;
  readonly why: string;
}

/** Resources of a type that cost nothing by themselves. */
export interface FreeKind {
  readonly type: string;
  readonly count: number;
  readonly why: string;
}

/** What a program costs in a month. */
export interface Estimate {
  readonly book: PriceBook;
  readonly lines: readonly Line[];
  /** US dollars. What is unknown is not in it. */
  readonly total: Exact;
  readonly unknown: readonly Unknown[];
  readonly free: readonly FreeKind[];
  /** Settings below `aws.usage` that state the use of something that is not declared. */
  readonly idle: readonly string[];
}

export interface EstimateOptions {
  readonly usage: Usage;
  readonly book: PriceBook;
  /** Whether groups of instances are taken at the size that a failover may raise them to. */
  readonly failedOver?: boolean;
}

/** A demand or gap with the resource that it is of. */
type Named<T> = T & { readonly resource: string; readonly type: string };

/**
 * The monthly cost of the AWS resources among those declared. Pure, and the same for any order of the resources:
 * lines are sorted by name, and tiers are filled in that order.
 */
export function estimate(resources: readonly DeclaredResource[], options: EstimateOptions): Estimate {
  const { usage, book, failedOver = false } = options;
  const circumstances: Circumstances = {
    usage,
    hours: Exact.of(usage.hours),
    links: linksOf(resources),
    failedOver,
  };
  const demands: Named<Demand>[] = [];
  const shared = new Set<string>();
  // A failover is no drill: they are not counted then, and rightly stated all the same.
  const used = new Set(failedOver ? ["drills"] : []);
  const gaps = new Map<string, Unknown>();
  const free = new Map<string, FreeKind>();

  const take = (needs: Needs, resource: string, type: string) => {
    for (const demand of needs.demands ?? []) {
      if (demand.setting !== undefined) used.add(demand.setting);
      // What all of a kind share is asked for by each of them, and counted once.
      const key = `${demand.resource} ${demand.meter}`;
      if (demand.resource !== undefined && shared.has(key)) continue;
      shared.add(key);
      demands.push({ ...demand, resource: demand.resource ?? resource, type });
    }
    for (const gap of needs.gaps ?? []) {
      const named = { ...gap, resource: gap.resource ?? resource, type };
      gaps.set(`${gap.resource ?? `${type} ${resource}`} ${gap.what}`, named);
    }
    if (needs.free !== undefined) {
      free.set(type, { type, count: (free.get(type)?.count ?? 0) + 1, why: needs.free });
    }
  };

  const own = resources.filter(({ type }) => type.startsWith("aws:")).toSorted(byName);
  const regionFor = regionFinder(resources);
  for (const resource of own) {
    take(needsOf(resource, circumstances, book, regionFor(resource)), resource.name, resource.type);
  }
  if (own.length > 0) take(costSite(circumstances), "(whole site)", "traffic");

  const { lines, unpriced } = price(demands, book);
  return {
    book,
    lines,
    total: Exact.sum(lines.map(({ amount }) => amount)),
    unknown: [...gaps.values(), ...unpriced],
    free: [...free.values()].toSorted((one, other) => (one.type < other.type ? -1 : 1)),
    idle: settingsOf(usage).filter((setting) => !used.has(setting)),
  };
}

/** Names of the settings that state an amount above zero. */
function settingsOf({
  buckets,
  loadBalancerUnits,
  drills,
  hours: _hours,
  prices: _prices,
  ...amounts
}: Usage): string[] {
  const nested = Object.entries(buckets).flatMap(([name, use]) => named(use, `buckets.${name}.`));
  const balancers = named(loadBalancerUnits, "loadBalancerUnits.");
  const drilled = drills !== undefined && drills.count * drills.hours > 0 ? ["drills"] : [];
  return [...named(amounts, ""), ...nested, ...balancers, ...drilled];
}

function named(amounts: Readonly<Record<string, number | undefined>>, prefix: string): string[] {
  return Object.entries(amounts).flatMap(([key, amount]) => (amount ? [`${prefix}${key}`] : []));
}

function needsOf(
  resource: DeclaredResource,
  circumstances: Circumstances,
  book: PriceBook,
  region: string | undefined,
): Needs {
  const { type } = resource;
  const costing = Object.hasOwn(awsCostings, type) ? awsCostings[type] : undefined;
  if (costing === undefined)
    return { gaps: [{ what: "everything", why: "what this kind costs is not known here" }] };
  const needs = costing(resource, circumstances);
  if (region !== undefined && region !== book.region && needs.free === undefined) {
    return {
      gaps: [{ what: "everything", why: `it is in ${region}, and the prices are of ${book.region}` }],
    };
  }
  return needs;
}

function price(demands: readonly Named<Demand>[], book: PriceBook): { lines: Line[]; unpriced: Unknown[] } {
  const used = new Map<string, Exact>();
  const lines: Line[] = [];
  const unpriced: Unknown[] = [];
  for (const demand of demands) {
    const { resource, type, meter, quantity, basis } = demand;
    const info = meterInfo(meter);
    const found = book.price(meter);
    if (info === undefined || found === undefined) {
      // Nothing of something costs nothing, whatever its price.
      if (!quantity.isZero()) {
        unpriced.push({ resource, type, what: info?.what ?? meter, why: book.reason(meter) });
      }
      continue;
    }
    const before = used.get(meter) ?? Exact.zero;
    used.set(meter, before.plus(quantity));
    const rates = ratesOf(found, before, quantity);
    const exact = Exact.sum(rates.map((rate) => rate.quantity.times(rate.usd)));
    const amount = exact.rounded(CENTS);
    lines.push({ resource, type, meter, ...info, quantity, basis, rates, amount, source: found.source });
  }
  return { lines, unpriced };
}

/** Splits a quantity over the tiers of a price, of which the account has used some before. */
function ratesOf({ tiers }: Price, before: Exact, quantity: Exact): Rate[] {
  const rates: Rate[] = [];
  const end = before.plus(quantity);
  let from = before;
  for (const { upTo, usd } of tiers) {
    const to = upTo !== undefined && upTo.compare(end) < 0 ? upTo : end;
    if (to.compare(from) > 0) {
      rates.push({ quantity: to.minus(from), usd });
      from = to;
    }
  }
  return rates.length > 0 ? rates : [{ quantity, usd: tiers[0]?.usd ?? Exact.zero }];
}

function byName(one: DeclaredResource, other: DeclaredResource): number {
  const [a, b] = [one, other].map(({ name, type, urn = "" }) => `${name} ${type} ${urn}`) as [string, string];
  return a < b ? -1 : a > b ? 1 : 0;
}
