import assert from "node:assert/strict";
import fc from "fast-check";
import { check } from "../../../sandbox/doubles/check";
import { diff } from "../../../sandbox/doubles/diff";
import { Inputs, withDefaults } from "../../../sandbox/doubles/inputs";
import { flag, json, list, map, number, object, set, text } from "../../../sandbox/doubles/schema";
import { UNKNOWN } from "../../../sandbox/doubles/wire";
import type { Properties } from "../../../sandbox/world";

const SCHEMA = {
  name: text.required.replaces,
  size: number.default(8),
  on: flag,
  kind: text.oneOf("a", "b"),
  zone: text.computed,
  arn: text.output,
  document: json,
  members: set(text),
  labels: map(text),
  password: text.secret,
  disks: list(object({ slot: text.required, size: number.default(8), source: text.replaces.default("") })),
  level: number.between(1, 5),
  slug: text.matching(/^[a-z]+$/, "small letters"),
  some: list(text).atLeast(1),
  keyed: list(object({ slot: text, size: number, path: text.ignored })).keyedBy("slot"),
  block: object({ inner: text, fixed: text.replaces }).replacesWhole,
  wholly: object({ inner: text }).replaces,
};

describe("a check", () => {
  const wrong: readonly (readonly [Properties, string])[] = [
    [{}, "name: Missing required property"],
    [{ name: "n", nmae: "n" }, "nmae: Invalid or unknown key"],
    [{ name: "n", arn: "arn:" }, "arn: Invalid or unknown key"],
    [{ name: "n", size: "big" }, "size: expected a number, got a string"],
    [{ name: "n", on: "yes" }, "on: expected a boolean, got a string"],
    [{ name: "n", kind: "c" }, "kind: expected one of a, b"],
    [{ name: "n", level: 6 }, "level: expected 1 to 5"],
    [{ name: "n", slug: "A" }, "slug: expected small letters"],
    [{ name: "n", some: [] }, "some: expected 1 or more elements"],
    [{ name: "n", members: "m" }, "members: expected a list, got a string"],
    [{ name: "n", labels: { "a.b": ["x"] } }, 'labels["a.b"]: expected text, got a list'],
    [{ name: "n", disks: [{ slot: "s" }, { size: 1 }] }, "disks[1].slot: Missing required property"],
    [{ name: "n", disks: [{ slot: "s", sise: 1 }] }, "disks[0].sise: Invalid or unknown key"],
  ];
  for (const [inputs, failure] of wrong) {
    it(`refuses ${JSON.stringify(inputs)}`, () => {
      assert.deepEqual(
        check(SCHEMA, inputs).map(({ property, reason }) => `${property}: ${reason}`),
        [failure],
      );
    });
  }

  const right: readonly Properties[] = [
    { name: "n" },
    { name: "n", size: "16", on: "true" },
    { name: UNKNOWN, disks: UNKNOWN, labels: { a: UNKNOWN }, on: UNKNOWN },
    { name: "n", document: { Version: "2012-10-17" } },
  ];
  for (const inputs of right) {
    it(`takes ${JSON.stringify(inputs)}`, () => assert.deepEqual(check(SCHEMA, inputs), []));
  }

  it("never tells a value", () => {
    const failures = check(SCHEMA, { name: ["hunter2"], password: ["hunter2"], kind: "hunter2" });
    assert.equal(failures.length, 3);
    assert.ok(!JSON.stringify(failures).includes("hunter2"));
  });
});

describe("a diff", () => {
  const cases: readonly (readonly [string, Properties, Properties, readonly string[]])[] = [
    ["nothing", { size: 8 }, { size: 8 }, []],
    ["a scalar", { size: 8 }, { size: 9 }, ["update size"]],
    ["the spelling of a scalar", { size: 8, on: true }, { size: "8", on: "true" }, []],
    ["the default written out", {}, { size: 8 }, []],
    ["from the default", {}, { size: 9 }, ["update size"]],
    ["what forces replacement", { name: "a" }, { name: "b" }, ["update name replaces"]],
    ["a computed one left to the site", { zone: "z" }, {}, []],
    ["a plain one removed", { kind: "a" }, {}, ["delete kind"]],
    ["an unknown", { name: "a" }, { name: UNKNOWN }, ["update name replaces"]],
    ["the order of a set", { members: ["a", "b"] }, { members: ["b", "a"] }, []],
    ["a set", { members: ["a"] }, { members: ["b"] }, ["update members"]],
    ["the spelling of a document", { document: '{"a": 1}' }, { document: '{"a":1}' }, []],
    ["a document", { document: '{"a": 1}' }, { document: '{"a":2}' }, ["update document"]],
    ["a map", { labels: { a: "1" } }, { labels: { "b/c": "1" } }, ["delete labels.a", 'add labels["b/c"]']],
    ["an empty list and none", { disks: [] }, {}, []],
    [
      "inside a list",
      { disks: [{ slot: "s" }] },
      { disks: [{ slot: "s", size: 9 }] },
      ["update disks[0].size"],
    ],
    ["a new element", { disks: [] }, { disks: [{ slot: "s" }] }, ["add disks[0]"]],
    [
      "another element",
      { disks: [{ slot: "s" }] },
      { disks: [{ slot: "s" }, { slot: "t", source: "x" }] },
      ["add disks[1] replaces"],
    ],
    [
      "the order of a keyed list",
      { keyed: [{ slot: "a" }, { slot: "b" }] },
      { keyed: [{ slot: "b" }, { slot: "a" }] },
      [],
    ],
    ["a keyed list left out", { keyed: [{ slot: "a" }] }, {}, []],
    [
      "an element of a keyed list",
      { keyed: [{ slot: "a" }, { slot: "b" }] },
      { keyed: [{ slot: "b" }, { slot: "c" }] },
      ["update keyed[0].slot", "update keyed[1].slot"],
    ],
    ["what is ignored", { keyed: [{ slot: "a" }] }, { keyed: [{ slot: "a", path: "p" }] }, []],
    ["a block that goes", { block: { inner: "a" } }, {}, ["delete block replaces"]],
    ["a block that comes", {}, { block: { inner: "a" } }, ["add block replaces"]],
    ["inside such a block", { block: { inner: "a" } }, { block: { inner: "b" } }, ["update block.inner"]],
    [
      "what replaces inside it",
      { block: { fixed: "a" } },
      { block: { fixed: "b" } },
      ["update block.fixed replaces"],
    ],
    [
      "anything inside what replaces",
      { wholly: { inner: "a" } },
      { wholly: { inner: "b" } },
      ["update wholly.inner replaces"],
    ],
  ];
  for (const [what, olds, news, expected] of cases) {
    it(`sees ${what}`, () => {
      assert.deepEqual(
        diff(SCHEMA, olds, news).map(
          ({ kind, path, replaces }) => `${kind} ${path}${replaces ? " replaces" : ""}`,
        ),
        expected,
      );
    });
  }

  it("finds nothing between inputs and themselves with defaults filled in", () => {
    const inputs = fc.record(
      {
        name: fc.string(),
        size: fc.integer(),
        members: fc.array(fc.string()),
        disks: fc.array(fc.record({ slot: fc.string(), size: fc.integer() }, { requiredKeys: ["slot"] })),
        labels: fc.dictionary(fc.stringMatching(/^[a-z./]{1,4}$/), fc.string()),
      },
      { requiredKeys: ["name"] },
    );
    fc.assert(
      fc.property(inputs, (olds) => {
        assert.deepEqual(diff(SCHEMA, olds, withDefaults(SCHEMA, olds)), []);
      }),
    );
  });
});

describe("inputs", () => {
  it("read absent and unknown values as absent", () => {
    const inputs = new Inputs({ a: UNKNOWN, b: "b", list: ["x", UNKNOWN, 1] });
    assert.equal(inputs.optionalText("a"), undefined);
    assert.equal(inputs.optionalText("none"), undefined);
    assert.deepEqual(inputs.texts("list"), ["x", "1"]);
    assert.deepEqual([inputs.has("a"), inputs.has("none")], [true, false]);
    assert.throws(() => inputs.text("a"), /does not require/);
  });
});
