import { Exact } from "./exact";

/** Currencies that are spoken of without a smaller unit. */
const WHOLE = new Set(["IDR", "JPY", "KRW", "VND"]);
const SIGNS: Readonly<Record<string, string>> = { IDR: "Rp", USD: "USD" };

/** A currency that an estimate is shown in besides US dollars. */
export interface Currency {
  /** ISO 4217 code. */
  readonly code: string;
  /** Of it for one US dollar. */
  readonly rate: Exact;
}

export const DOLLARS: Currency = { code: "USD", rate: Exact.one };

/** An amount of US dollars in a currency, such as `USD 65.34` or `Rp 980,100`. */
export function money(usd: Exact, { code, rate }: Currency = DOLLARS): string {
  return `${SIGNS[code] ?? code} ${inCurrency(usd, { code, rate })}`;
}

/** The same without the currency's name. */
export function inCurrency(usd: Exact, { code, rate }: Currency, thousands = ","): string {
  return usd.times(rate).toFixed(WHOLE.has(code) ? 0 : 2, thousands);
}

/** The same with a sign: `+ USD 1.00`, `- USD 1.00`. */
export function signedMoney(usd: Exact, currency: Currency = DOLLARS): string {
  const less = usd.compare(Exact.zero) < 0;
  return `${less ? "-" : "+"} ${money(less ? Exact.zero.minus(usd) : usd, currency)}`;
}
