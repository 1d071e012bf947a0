import path from "node:path";
import { type Usage, usageSchema } from "../estate/schema/aws/usage";
import type { DeclaredResource } from "../policy/facts/declared";
import { get, text, UNKNOWN } from "../policy/facts/read";
import { bookNames, type PriceBook, PriceBookError, priceBook } from "./book";
import { estimate } from "./estimate";
import type { Exact } from "./exact";
import { regionOf } from "./regions";

const ROOT = path.join(__dirname, "..");

/** The component that tells the site's region and the stated use of a month. */
export const RECOVERY_SITE_TYPE = "hybrid-estate:aws:RecoverySite";

/** What a month in AWS costs, as far as it is known. */
export interface MonthlyCost {
  /** US dollars. What is not known is not in it: the month costs no less. */
  readonly usd: Exact;
  /** What costs too, and how much is not known; empty where everything is. */
  readonly open: readonly string[];
}

/** The monthly cost of declared resources; the reason where there is none to tell. Never throws, whatever is declared. */
export function monthlyCost(resources: readonly DeclaredResource[]): MonthlyCost | { readonly why: string } {
  const site = resources.find(({ type }) => type === RECOVERY_SITE_TYPE);
  const told = text(site?.properties, "region");
  const region = typeof told === "string" ? told : regionOf(resources);
  if (region === undefined) return { why: "the region that its prices are of is not known" };
  const usage = usageOf(site);
  const book = bookOf(region, usage.prices);
  if ("why" in book) return book;
  const { total, unknown } = estimate(resources, { usage, book });
  return { usd: total, open: [...new Set(unknown.map(({ resource, what }) => `${what} of ${resource}`))] };
}

/** The stated use; a program that states none, or in another form, has stated nothing. */
function usageOf(site: DeclaredResource | undefined): Usage {
  const parsed = usageSchema.safeParse(plain(get(site?.properties, "usage")));
  return parsed.success ? parsed.data : usageSchema.parse({});
}

function plain(value: unknown): unknown {
  if (value === UNKNOWN) return undefined;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).map((key) => [key, plain(get(value, key))]));
}

/** By name or by path from the checkout: the pack runs in a folder of its own. */
function bookOf(region: string, choice: string | undefined): PriceBook | { readonly why: string } {
  if (choice === undefined && !bookNames().includes(region))
    return { why: `there are no prices of ${region}` };
  try {
    return priceBook(region, choice?.match(/\.ya?ml$/) ? path.resolve(ROOT, choice) : choice);
  } catch (error) {
    if (!(error instanceof PriceBookError)) throw error;
    return { why: "the price book that is named cannot be used" };
  }
}
