import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { Exact } from "./exact";
import { meterInfo } from "./meters";

const FOLDER = path.join(__dirname, "prices");

const decimal = z
  .string({ error: "a price in quotes, such as '0.0336': a bare number would be rounded" })
  .regex(/^\d+(\.\d+)?$/, { error: "a decimal number without sign or exponent, such as '0.0336'" })
  .transform((text) => Exact.of(text));

const sourceSchema = z.strictObject({
  title: z.string().min(1),
  url: z.url().optional(),
  /** Day on which the figures were read or published. */
  date: z.iso.date(),
  /** Whether the figures were read in the source itself. Lines at unconfirmed prices are marked in every report. */
  confirmed: z.boolean(),
  note: z.string().optional(),
});

const tierSchema = z.strictObject({
  /** Where the tier ends, in the meter's unit, counted over the whole account in a month; the last has no end. */
  upTo: decimal.optional(),
  usd: decimal,
});

const priceSchema = z.strictObject({
  /** US dollars for one unit, or below by tier. */
  usd: decimal.optional(),
  tiers: z.array(tierSchema).min(1).optional(),
  source: z.string(),
});

const bookSchema = z
  .strictObject({
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/),
    title: z.string().min(1),
    /** Day as of which the book is put together. */
    date: z.iso.date(),
    currency: z.literal("USD"),
    sources: z.record(z.string(), sourceSchema),
    prices: z.record(z.string(), priceSchema),
    /** Meters whose price is known to be missing, with why. */
    unknown: z.record(z.string(), z.string().min(1)).default({}),
  })
  .superRefine(({ sources, prices, unknown }, context) => {
    for (const [meter, price] of Object.entries(prices)) {
      const say = (message: string) => context.addIssue({ code: "custom", path: ["prices", meter], message });
      if (meterInfo(meter) === undefined) say("there is no meter of this name");
      if (!Object.hasOwn(sources, price.source)) say(`there is no source ${price.source}`);
      if (Object.hasOwn(unknown, meter)) say("it is listed as unknown too");
      if ((price.usd === undefined) === (price.tiers === undefined)) say("it has either usd or tiers");
      if (price.tiers !== undefined && !ascending(price.tiers)) {
        say("tiers end higher and higher, and only the last has no end");
      }
    }
    for (const meter of Object.keys(unknown)) {
      if (meterInfo(meter) === undefined) {
        context.addIssue({
          code: "custom",
          path: ["unknown", meter],
          message: "there is no meter of this name",
        });
      }
    }
  });

/** Where a price is from. */
export type Source = z.infer<typeof sourceSchema>;
/** A rate up to an amount. */
export type Tier = z.infer<typeof tierSchema>;

/** What one unit of a meter costs. */
export interface Price {
  readonly tiers: readonly Tier[];
  readonly source: Source;
}

/** A region's prices in US dollars without tax, with the date and source of each. */
export interface PriceBook {
  /** Name by which an environment file chooses it; the region's own book has the region's name. */
  readonly name: string;
  readonly region: string;
  readonly title: string;
  readonly date: string;
  price(meter: string): Price | undefined;
  /** Why a meter has no price here. */
  reason(meter: string): string;
}

/** A price book that cannot be used. */
export class PriceBookError extends Error {
  override readonly name = "PriceBookError";
}

/** The text of a price book, checked. @throws PriceBookError that names every mistake */
export function readPriceBook(text: string, name: string): PriceBook {
  const document = parseDocument(text);
  const [mistake] = document.errors;
  if (mistake) throw new PriceBookError(`price book ${name}: ${mistake.message}`);
  const parsed = bookSchema.safeParse(document.toJS());
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path: at, message }) => `${at.join(".")}: ${message}`);
    throw new PriceBookError(`price book ${name}: ${lines.join("; ")}`);
  }
  const { region, title, date, sources, prices, unknown } = parsed.data;
  return {
    name,
    region,
    title,
    date,
    price: (meter) => {
      const found = Object.hasOwn(prices, meter) ? prices[meter] : undefined;
      const source = found && sources[found.source];
      const tiers = found?.tiers ?? (found?.usd && [{ usd: found.usd }]);
      return source && tiers && { tiers, source };
    },
    reason: (meter) =>
      Object.hasOwn(unknown, meter) ? (unknown[meter] ?? "") : `the price book ${name} has no price of it`,
  };
}

/**
 * The price book of a region: `cost/prices/<region>.yaml`, or another one of that region by its name
 * (`cost/prices/<region>.<name>.yaml`) or by the path of a file, such as one with your own contract's prices.
 *
 * @throws PriceBookError where there is none, or it is of another region
 */
export function priceBook(region: string, choice?: string): PriceBook {
  const [name, file] = locate(region, choice);
  if (!existsSync(file)) {
    throw new PriceBookError(
      `there is no price book ${name}; there are ${bookNames().join(", ")}, and any file may be named by its path`,
    );
  }
  const book = readPriceBook(readFileSync(file, "utf8"), name);
  if (book.region !== region) {
    throw new PriceBookError(`price book ${name} is of ${book.region}, and the second site is in ${region}`);
  }
  return book;
}

/** Names of the price books that come with the program. */
export function bookNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .sort();
}

function locate(region: string, choice: string | undefined): [name: string, file: string] {
  if (choice === undefined) return [region, path.join(FOLDER, `${region}.yaml`)];
  if (/\.ya?ml$/.test(choice)) return [choice, path.resolve(choice)];
  const name = `${region}.${choice}`;
  return [name, path.join(FOLDER, `${name}.yaml`)];
}

function ascending(tiers: readonly Tier[]): boolean {
  return tiers.every(({ upTo }, index) => {
    if (index === tiers.length - 1) return upTo === undefined;
    const before = index === 0 ? Exact.zero : tiers[index - 1]?.upTo;
    return upTo !== undefined && before !== undefined && upTo.compare(before) > 0;
  });
}
