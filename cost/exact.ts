/**
 * An exact decimal number: money is never held in floating point, in which 0.1 + 0.2 is not 0.3. The value is
 * `digits` divided by ten to the power of `scale`.
 */
export class Exact {
  static readonly zero = new Exact(0n, 0);
  static readonly one = new Exact(1n, 0);

  private constructor(
    private readonly digits: bigint,
    private readonly scale: number,
  ) {}

  /**
   * Reads a decimal such as `0.0336`; a number is taken as JavaScript prints it.
   *
   * @throws RangeError for what is no decimal number
   */
  static of(value: string | number): Exact {
    const text = typeof value === "number" ? plainDecimal(value) : value;
    const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
    if (match === null) throw new RangeError(`no decimal number: ${text}`);
    const [, sign = "", whole = "", fraction = ""] = match;
    return new Exact(BigInt(`${sign}${whole}${fraction}`), fraction.length);
  }

  static sum(values: Iterable<Exact>): Exact {
    let total = Exact.zero;
    for (const value of values) total = total.plus(value);
    return total;
  }

  plus(other: Exact): Exact {
    const scale = Math.max(this.scale, other.scale);
    return new Exact(this.at(scale) + other.at(scale), scale);
  }

  minus(other: Exact): Exact {
    return this.plus(new Exact(-other.digits, other.scale));
  }

  times(other: Exact): Exact {
    return new Exact(this.digits * other.digits, this.scale + other.scale);
  }

  /**
   * The quotient, rounded half away from zero to that many decimals: a division may have no last digit.
   *
   * @throws RangeError for a division by zero
   */
  dividedBy(other: Exact, decimals: number): Exact {
    if (other.digits === 0n) throw new RangeError("division by zero");
    const dividend = this.digits * 10n ** BigInt(other.scale + decimals);
    return new Exact(halfUp(dividend, other.digits * 10n ** BigInt(this.scale)), decimals);
  }

  /** Rounded half away from zero, as bills are. */
  rounded(decimals: number): Exact {
    if (decimals >= this.scale) return new Exact(this.at(decimals), decimals);
    return new Exact(halfUp(this.digits, 10n ** BigInt(this.scale - decimals)), decimals);
  }

  /** Negative where this is less, zero where equal, positive where more. */
  compare(other: Exact): number {
    const scale = Math.max(this.scale, other.scale);
    const difference = this.at(scale) - other.at(scale);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  isZero(): boolean {
    return this.digits === 0n;
  }

  /** All digits that matter, without zeros at the end: `0.0336`; with a separator between thousands if one is given. */
  toString(thousands = ""): string {
    return grouped(this.text(this.scale), thousands)
      .replace(/(\.\d*?)0+$/, "$1")
      .replace(/\.$/, "");
  }

  /** With that many decimals, rounded: `24.19`; with a separator between thousands if one is given. */
  toFixed(decimals: number, thousands = ""): string {
    return grouped(this.rounded(decimals).text(decimals), thousands);
  }

  toJSON(): string {
    return this.toString();
  }

  private at(scale: number): bigint {
    return this.digits * 10n ** BigInt(scale - this.scale);
  }

  private text(scale: number): string {
    const negative = this.digits < 0n;
    const digits = String(negative ? -this.digits : this.digits).padStart(scale + 1, "0");
    const whole = digits.slice(0, digits.length - scale);
    const text = scale === 0 ? whole : `${whole}.${digits.slice(-scale)}`;
    return negative ? `-${text}` : text;
  }
}

function grouped(text: string, thousands: string): string {
  const [whole = "", ...fraction] = text.split(".");
  return [whole.replace(/\B(?=(\d{3})+$)/g, thousands), ...fraction].join(".");
}

function halfUp(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n;
  const [top, bottom] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  const rounded = (2n * top + bottom) / (2n * bottom);
  return negative ? -rounded : rounded;
}

/** JavaScript writes small and large numbers with an exponent: 1e-7 is 0.0000001. */
function plainDecimal(value: number): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(String(value));
  if (match === null) return String(value);
  const [, sign = "", whole = "", fraction = "", exponent = ""] = match;
  const point = whole.length + Number(exponent);
  const digits = `${whole}${fraction}`;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, "0").slice(0, point)}${digits.length > point ? `.${digits.slice(point)}` : ""}`;
}
