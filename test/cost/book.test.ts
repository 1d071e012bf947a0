import assert from "node:assert/strict";
import { bookNames, PriceBookError, priceBook, readPriceBook } from "../../cost/book";

const BOOK = `
region: eu-west-1
title: test
date: 2026-01-02
currency: USD
sources:
  page: { title: a page, date: 2026-01-01, confirmed: true }
prices:
  nat.hours: { usd: "0.048", source: page }
`;

/** The book with one text put in place of another. */
const without = (old: string, put: string) => {
  assert.ok(BOOK.includes(old));
  return BOOK.replace(old, put);
};

describe("cost: price books", () => {
  for (const name of bookNames()) {
    it(`${name} is sound, and every price has a dated source`, () => {
      const [region = "", choice] = name.split(".");
      const book = priceBook(region, choice);
      assert.equal(book.name, name);
      assert.match(book.date, /^\d{4}-\d{2}-\d{2}$/);
    });
  }

  it("gives the price of a meter with where it is from", () => {
    const { tiers, source } = priceBook("ap-southeast-1").price("nat.hours") ?? assert.fail();
    assert.deepEqual(
      tiers.map(({ upTo, usd }) => [upTo, usd.toString()]),
      [[undefined, "0.059"]],
    );
    assert.equal(source.confirmed, true);
    assert.equal(source.date, "2026-08-12");
  });

  it("has no price for what no source gave, and says so", () => {
    const book = priceBook("ap-southeast-1");
    assert.equal(book.price("s3.deepArchive"), undefined);
    assert.match(book.reason("s3.deepArchive"), /no source gave/);
    assert.match(book.reason("ec2.instance.x9.huge"), /has no price of it/);
    // Names of what every object inherits are no meters.
    assert.equal(book.price("constructor"), undefined);
    assert.match(book.reason("toString"), /has no price of it/);
  });

  const mistakes: [what: string, text: string, message: RegExp][] = [
    [
      "a meter that does not exist",
      without("nat.hours:", "nat.hour:"),
      /prices\.nat\.hour: there is no meter/,
    ],
    ["an instance type that is none", without("nat.hours:", "ec2.instance.big:"), /there is no meter/],
    ["a bare number", without('"0.048"', "0.048"), /a bare number would be rounded/],
    ["a price without a figure", without('usd: "0.048", ', ""), /either usd or tiers/],
    ["a negative price", without('"0.048"', '"-1"'), /without sign/],
    ["an exponent", without('"0.048"', '"1e-3"'), /decimal number/],
    ["a source that is not there", without("source: page", "source: other"), /no source other/],
    ["a source without a date", without(", date: 2026-01-01", ""), /sources\.page\.date/],
    ["a date that is none", without("2026-01-02", "2026-13-02"), /date/],
    ["a key that is unknown", without("title: test", "title: test\nvat: 11"), /vat/],
    ["a price that is also unknown", `${BOOK}unknown: { nat.hours: gone }\n`, /listed as unknown too/],
    [
      "tiers that go down",
      without('usd: "0.048"', 'tiers: [{ upTo: "9", usd: "1" }, { upTo: "5", usd: "2" }, { usd: "3" }]'),
      /tiers end higher/,
    ],
    ["a last tier with an end", without('usd: "0.048"', 'tiers: [{ upTo: "9", usd: "1" }]'), /only the last/],
    ["YAML that is none", "region: [", /price book test/],
  ];
  for (const [what, text, message] of mistakes) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => readPriceBook(text, "test"),
        (error: unknown) => error instanceof PriceBookError && message.test(error.message),
      );
    });
  }

  it("says which books there are where one is missing, and refuses another region's", () => {
    assert.throws(() => priceBook("mars-north-1"), /there are ap-southeast-1, .*eu-west-1/);
    assert.throws(() => priceBook("eu-west-1", "cost/prices/ap-southeast-1.yaml"), /is of ap-southeast-1/);
  });
});
