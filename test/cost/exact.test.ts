import assert from "node:assert/strict";
import fc from "fast-check";
import { Exact } from "../../cost/exact";

/** A decimal number as text, with its value as a whole number of 10^-9. */
const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.integer({ min: 0, max: 9 }))
  .map(([digits, scale]) => {
    const negative = digits < 0n;
    const text = String(negative ? -digits : digits).padStart(scale + 1, "0");
    const whole = text.slice(0, text.length - scale);
    const shown = scale === 0 ? whole : `${whole}.${text.slice(-scale)}`;
    return { text: `${negative ? "-" : ""}${shown}`, nano: digits * 10n ** BigInt(9 - scale) };
  });

/** The same value in 10^-9. */
const nano = (value: Exact) => BigInt(value.times(Exact.of("1000000000")).toFixed(0));

describe("cost: exact decimals", () => {
  it("adds, subtracts and multiplies without error", () => {
    fc.assert(
      fc.property(decimals, decimals, (one, other) => {
        const [a, b] = [Exact.of(one.text), Exact.of(other.text)];
        assert.equal(nano(a.plus(b)), one.nano + other.nano);
        assert.equal(nano(a.minus(b)), one.nano - other.nano);
        assert.equal(a.times(b).compare(b.times(a)), 0);
        assert.equal(
          BigInt(a.times(b).times(Exact.of("1000000000000000000")).toFixed(0)),
          one.nano * other.nano,
        );
        assert.equal(Math.sign(a.compare(b)), one.nano < other.nano ? -1 : one.nano > other.nano ? 1 : 0);
      }),
    );
  });

  it("is read back from what it prints", () => {
    fc.assert(
      fc.property(decimals, ({ text }) => Exact.of(Exact.of(text).toString()).compare(Exact.of(text)) === 0),
    );
  });

  it("takes JavaScript's numbers as they are printed, exponents included", () => {
    for (const [number, text] of [
      [0.1, "0.1"],
      [1e-7, "0.0000001"],
      [2.5e-8, "0.000000025"],
      [1e21, "1000000000000000000000"],
      [1.25e21, "1250000000000000000000"],
      [100, "100"],
    ] as const) {
      assert.equal(Exact.of(number).toString(), text);
    }
    fc.assert(
      fc.property(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), (number) => {
        assert.equal(Number(Exact.of(number).toString()), number);
      }),
    );
  });

  it("rounds half away from zero, once", () => {
    for (const [value, places, rounded] of [
      ["24.192", 2, "24.19"],
      ["0.005", 2, "0.01"],
      ["-0.005", 2, "-0.01"],
      ["0.0049999999", 2, "0.00"],
      ["2.5", 0, "3"],
      ["99.995", 2, "100.00"],
      ["7", 2, "7.00"],
    ] as const) {
      assert.equal(Exact.of(value).toFixed(places), rounded, value);
    }
    fc.assert(
      fc.property(decimals, fc.integer({ min: 0, max: 9 }), ({ text }, places) => {
        const value = Exact.of(text);
        const off = value
          .minus(value.rounded(places))
          .times(Exact.of(10 ** places))
          .times(Exact.of(2));
        assert.ok(off.compare(Exact.one) <= 0 && off.compare(Exact.of("-1")) >= 0);
      }),
    );
  });

  it("divides to the digit that is asked for", () => {
    assert.equal(Exact.of(1).dividedBy(Exact.of(730), 12).toString(), "0.001369863014");
    assert.equal(Exact.of("0.5").dividedBy(Exact.of("0.25"), 2).toString(), "2");
    assert.equal(Exact.of(2).dividedBy(Exact.of(3), 2).toString(), "0.67");
    assert.throws(() => Exact.one.dividedBy(Exact.zero, 2), RangeError);
  });

  it("groups thousands", () => {
    assert.equal(Exact.of("980100").toFixed(0, ","), "980,100");
    assert.equal(Exact.of("1234567.5").toFixed(2, ","), "1,234,567.50");
    assert.equal(Exact.of("-1234.5").toFixed(2, ","), "-1,234.50");
    assert.equal(Exact.of("123").toFixed(0, ","), "123");
  });

  for (const text of ["", "1e3", "1,5", " 1", "+1", "0x10", ".5", "5.", "NaN", "--1"]) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => Exact.of(text), RangeError));
  }
});
