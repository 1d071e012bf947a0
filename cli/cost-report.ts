import type { Change } from "../cost/change";
import type { Estimate, Line, Unknown } from "../cost/estimate";
import { Exact } from "../cost/exact";
import type { Unit } from "../cost/meters";
import { type Currency, inCurrency, money, signedMoney } from "../cost/money";
import { colours, table } from "./terminal";

/** What a report is about. */
export interface CostReport {
  readonly title: string;
  readonly estimate: Estimate;
  readonly currency: Currency;
  /** Against what it is compared, and what came out. */
  readonly against?: { readonly name: string; readonly change: Change } | undefined;
}

const UNCONFIRMED = "*";
/** Decimals of a quantity in a table; what is paid is counted from all of them. */
const QUANTITY_DECIMALS = 4;

/** The estimate as tables for people. */
export function costTables(report: CostReport): string {
  const { title, estimate, currency } = report;
  const paint = colours();
  const { book, total, unknown } = estimate;
  const foreign = currency.code !== "USD";
  const head = ["resource", "what", "quantity", "price in USD", "USD", ...(foreign ? [currency.code] : [])];
  const rows = byResource(running(estimate.lines)).flatMap(({ resource, lines }) =>
    lines.map((line, index) => [
      index === 0 ? withSum(resource, lines) : "",
      line.what,
      quantityText(line),
      rateText(line),
      line.amount.toFixed(2, ","),
      ...(foreign ? [inCurrency(line.amount, currency)] : []),
    ]),
  );
  const sum = ["total", "", "", "", total.toFixed(2, ","), ...(foreign ? [inCurrency(total, currency)] : [])];
  const parts = [
    `${paint.bold(title)}: prices of ${book.name} (${book.title}, ${book.date})`,
    table(head, [...rows, sum.map((cell) => paint.bold(cell))]),
    ...atZero(estimate.lines),
    ...marks(estimate.lines),
  ];
  if (unknown.length > 0) {
    parts.push(
      paint.yellow(`Not in the total, as it is not known (${unknown.length}):`),
      table(["resource", "what", "why"], unknown.map(unknownRow)),
    );
  }
  if (estimate.idle.length > 0) {
    const settings = estimate.idle.map((setting) => `aws.usage.${setting}`).join(", ");
    parts.push(paint.yellow(`Stated, but nothing that is declared uses it: ${settings}`));
  }
  parts.push(totalLine(report));
  if (report.against) parts.push(changeTable(report));
  return parts.join("\n");
}

/** One line: the total, what is missing from it, and the change. */
export function totalLine({ estimate, currency, against }: CostReport): string {
  const { total, unknown } = estimate;
  const foreign = currency.code === "USD" ? "" : ` = ${money(total, currency)}`;
  const missing =
    unknown.length === 0 ? "" : `, and ${unknown.length} that ${isAre(unknown.length)} not known`;
  const difference = against ? `; ${signedMoney(against.change.difference)} against ${against.name}` : "";
  return `monthly cost: ${money(total)}${foreign}${missing}${difference}`;
}

function changeTable({ against }: CostReport): string {
  if (against === undefined) return "";
  const { change, name } = against;
  if (change.lines.length === 0) return `Against ${name}: no line differs.`;
  const rows = change.lines.map(({ resource, what, before, after, difference }) => [
    resource,
    what,
    before.toFixed(2, ","),
    after.toFixed(2, ","),
    signed(difference),
  ]);
  const sum = [
    "total",
    "",
    change.before.toFixed(2, ","),
    change.after.toFixed(2, ","),
    signed(change.difference),
  ];
  return `Against ${name}:\n${table(["resource", "what", "before", "after", "change in USD"], [...rows, sum])}`;
}

/** The estimate as Markdown for a pull request: the total, the change, and what is not known. */
export function costMarkdown(report: CostReport): string {
  const { title, estimate, currency, against } = report;
  const { book, total, unknown } = estimate;
  const lines = [`### ${title}: ${money(total)} a month`, ""];
  if (currency.code !== "USD") lines.push(`= ${money(total, currency)}`, "");
  if (against) {
    lines.push(`**${signedMoney(against.change.difference)}** against ${against.name}.`, "");
    if (against.change.lines.length > 0) {
      lines.push("| resource | what | before | after | change |", "|---|---|---:|---:|---:|");
      for (const { resource, what, before, after, difference } of against.change.lines) {
        lines.push(
          `| ${cell(resource)} | ${cell(what)} | ${before.toFixed(2)} | ${after.toFixed(2)} | ${signed(difference)} |`,
        );
      }
      lines.push("");
    }
  }
  lines.push(
    "<details><summary>Every line</summary>",
    "",
    "| resource | what | quantity | USD |",
    "|---|---|---|---:|",
  );
  for (const line of byResource(running(estimate.lines)).flatMap(({ lines: own }) => own)) {
    const { resource, what, amount, source } = line;
    const mark = source.confirmed ? "" : ` ${UNCONFIRMED.replace("*", "\\*")}`;
    lines.push(
      `| ${cell(resource)} | ${cell(what)} | ${cell(quantityText(line))} | ${amount.toFixed(2)}${mark} |`,
    );
  }
  lines.push("", "</details>", "");
  if (unknown.length > 0) {
    lines.push(`Not in the total, as it is not known:`, "");
    for (const { resource, what, why } of unknown)
      lines.push(`- ${cell(resource)}, ${cell(what)}: ${cell(why)}`);
    lines.push("");
  }
  lines.push(`Prices: ${book.name} (${book.title}, ${book.date}), without tax.`);
  return lines.join("\n");
}

/** The estimate as one document for programs; amounts are decimal strings, so that none is rounded. */
export function costJson({ title, estimate, currency, against }: CostReport): object {
  const { book, lines, total, unknown, free, idle } = estimate;
  return {
    ok: true,
    title,
    book: { name: book.name, title: book.title, region: book.region, date: book.date },
    currency: currency.code,
    rate: currency.rate.toString(),
    total: { usd: total.toFixed(2), inCurrency: inCurrency(total, currency, "") },
    resources: byResource(lines).map(({ resource, lines: own }) => ({
      resource,
      usd: Exact.sum(own.map(({ amount }) => amount)).toFixed(2),
    })),
    lines: lines.map((line) => ({
      resource: line.resource,
      type: line.type,
      meter: line.meter,
      what: line.what,
      quantity: line.quantity.toString(),
      unit: line.unit,
      basis: line.basis,
      rates: line.rates.map(({ quantity, usd }) => ({ quantity: quantity.toString(), usd: usd.toString() })),
      usd: line.amount.toFixed(2),
      inCurrency: inCurrency(line.amount, currency, ""),
      source: line.source,
    })),
    unknown,
    free,
    idle,
    change: against && {
      against: against.name,
      before: against.change.before.toFixed(2),
      after: against.change.after.toFixed(2),
      difference: against.change.difference.toFixed(2),
      lines: against.change.lines.map(({ resource, what, before, after, difference }) => ({
        resource,
        what,
        before: before.toFixed(2),
        after: after.toFixed(2),
        difference: difference.toFixed(2),
      })),
      newlyUnknown: against.change.newlyUnknown,
      settled: against.change.settled,
    },
  };
}

/** The totals alone, for another document. */
export function costSummary({ estimate, against }: CostReport): object {
  return {
    usd: estimate.total.toFixed(2),
    before: against?.change.before.toFixed(2),
    difference: against?.change.difference.toFixed(2),
    unknown: estimate.unknown.length,
  };
}

/** Lines in the order that people count in, with the lines of a resource together. */
function byResource(lines: readonly Line[]): { resource: string; lines: Line[] }[] {
  const groups = new Map<string, Line[]>();
  for (const line of lines) groups.set(line.resource, [...(groups.get(line.resource) ?? []), line]);
  return [...groups]
    .map(([resource, own]) => ({ resource, lines: own }))
    .sort(
      (one, other) =>
        Number(isShared(one.resource)) - Number(isShared(other.resource)) ||
        one.resource.localeCompare(other.resource, "en", { numeric: true }),
    );
}

/** What all of a kind share comes after the resources that have lines of their own. */
function isShared(resource: string): boolean {
  return resource.startsWith("(");
}

/** A resource's name, with its sum where that is not the amount beside it. */
function withSum(resource: string, lines: readonly Line[]): string {
  if (lines.length === 1) return resource;
  return `${resource} (${Exact.sum(lines.map(({ amount }) => amount)).toFixed(2, ",")})`;
}

const SHORT: Partial<Record<Unit, string>> = {
  hour: "h",
  month: "",
  request: "requests",
  transition: "transitions",
  message: "messages",
  "LCU-hour": "LCU-hours",
};

/** Such as `720 h`, `2920 h: 4 x 730 h`, `100 GB-month`. */
function quantityText({ quantity, unit, basis }: Line): string {
  const number = quantity.rounded(QUANTITY_DECIMALS).toString(",");
  const text = `${number} ${SHORT[unit] ?? unit}`.trim();
  return basis === "" || basis === text ? text : `${text}: ${basis}`;
}

function running(lines: readonly Line[]): Line[] {
  return lines.filter(({ quantity }) => !quantity.isZero());
}

/** What waits at zero is named in one line: it has no cost, but it is there. */
function atZero(lines: readonly Line[]): string[] {
  const waiting = [
    ...new Set(lines.filter(({ quantity }) => quantity.isZero()).map(({ resource }) => resource)),
  ];
  return waiting.length === 0 ? [] : [`At zero, and so without cost: ${waiting.join(", ")}`];
}

function marks(lines: readonly Line[]): string[] {
  const unconfirmed = running(lines).filter(({ source }) => !source.confirmed);
  return unconfirmed.length === 0 ? [] : [`${UNCONFIRMED} not confirmed: ${unconfirmed[0]?.source.title}`];
}

/** The rates of a line, such as `100 free, 50 x 0.12`; with a mark where the price is not confirmed. */
function rateText({ rates, source, unit }: Line): string {
  const [only] = rates;
  const mark = source.confirmed ? "" : ` ${UNCONFIRMED}`;
  if (only && rates.length === 1) {
    return only.usd.isZero() ? `free up to here${mark}` : `${only.usd} a ${unit}${mark}`;
  }
  const parts = rates.map(({ quantity, usd }) =>
    usd.isZero() ? `${quantity} free` : `${quantity} x ${usd}`,
  );
  return `${parts.join(", ")}${mark}`;
}

function unknownRow({ resource, what, why }: Unknown): string[] {
  return [resource, what, why];
}

function signed(amount: Exact): string {
  return amount.compare(Exact.zero) > 0 ? `+${amount.toFixed(2, ",")}` : amount.toFixed(2, ",");
}

function isAre(count: number): string {
  return count === 1 ? "is" : "are";
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
