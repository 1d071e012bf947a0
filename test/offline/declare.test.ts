import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { declare } from "../../offline/declare";

const FUNCTION = "test:index/known:known";

class Thing extends pulumi.CustomResource {
  declare readonly computed: pulumi.Output<string>;

  constructor(name: string, args: pulumi.Inputs = {}, opts?: pulumi.CustomResourceOptions) {
    super("test:index/thing:Thing", name, { computed: undefined, ...args }, opts);
  }
}

function run(program: () => void, config: Readonly<Record<string, string>> = {}) {
  return declare({
    program: async () => program(),
    config,
    project: "test",
    stack: "dev",
    invokes: { [FUNCTION]: { answer: 42 } },
  });
}

const UNKNOWN = { __pulumiUnknown: true };

describe("offline declaration", () => {
  // Mocha fails on rejections in the background before the code under test, which is about them, is asked.
  const mochas = process.listeners("unhandledRejection");
  before(() => {
    process.removeAllListeners("unhandledRejection");
  });
  after(() => {
    for (const listener of mochas) process.on("unhandledRejection", listener);
  });

  it("keeps what a provider computes unknown", async () => {
    const resources = await run(() => {
      const first = new Thing("first", { size: 1 });
      new Thing("second", { of: first.id, nested: { list: [first.computed] }, size: first.computed });
    });
    const said = resources.map(({ type, name, properties }) => ({ type, name, properties }));
    assert.deepEqual(JSON.parse(JSON.stringify(said)), [
      { type: "test:index/thing:Thing", name: "first", properties: { size: 1 } },
      {
        type: "test:index/thing:Thing",
        name: "second",
        properties: { of: UNKNOWN, nested: { list: [UNKNOWN] }, size: UNKNOWN },
      },
    ]);
  });

  it("says what a pack is told besides: parent, options, and what inputs were computed from", async () => {
    const [first, second] = await run(() => {
      const parent = new Thing("first", {}, { protect: true });
      new Thing("second", { of: parent.id }, { parent, ignoreChanges: ["size"] });
    });
    assert.ok(first && second);
    assert.ok(first.urn?.endsWith("test:index/thing:Thing::first"));
    assert.equal(second.parent, first.urn);
    assert.deepEqual(first.options, { protect: true, ignoreChanges: [] });
    assert.deepEqual(
      second.options,
      { protect: true, ignoreChanges: ["size"] },
      "children are protected too",
    );
    assert.deepEqual(second.propertyDependencies, { of: [first.urn] });
  });

  it("waits for resources that are declared in the background", async () => {
    const resources = await run(() => {
      new Thing("first").urn.apply(() => {
        new Thing("second").urn.apply(() => new Thing("third"));
      });
    });
    assert.deepEqual(
      resources.map(({ name }) => name),
      ["first", "second", "third"],
    );
  });

  it("answers provider functions", async () => {
    const [thing] = await run(() => {
      new Thing("thing", { size: pulumi.output(pulumi.runtime.invoke(FUNCTION, {})).apply((r) => r.answer) });
    });
    assert.deepEqual(thing?.properties, { size: 42 });
  });

  it("hands over configuration, and none of an earlier run's", async () => {
    const read = () => {
      const config = new pulumi.Config("test");
      new Thing("thing", { size: config.get("size") ?? "none" });
    };
    const sized = await run(read, { "test:size": "large" });
    const without = await run(read);
    assert.deepEqual(sized[0]?.properties, { size: "large" });
    assert.deepEqual(without[0]?.properties, { size: "none" });
  });

  const failures: readonly (readonly [what: string, program: () => void, says: RegExp])[] = [
    [
      "throws",
      () => {
        new Thing("thing");
        throw new Error("thrown");
      },
      /thrown/,
    ],
    [
      "throws while an input is computed",
      () => {
        new Thing("thing", { size: pulumi.output(1).apply(() => assert.fail("in an input")) });
      },
      /in an input/,
    ],
    [
      "throws in an apply",
      () => {
        new Thing("thing").urn.apply(() => assert.fail("in an apply"));
      },
      /in an apply/,
    ],
    [
      "calls a function without an answer",
      () => {
        new Thing("thing", { size: pulumi.output(pulumi.runtime.invoke("test:index/other:other", {})) });
      },
      /no offline answer of the function test:index\/other:other/,
    ],
  ];
  for (const [what, program, says] of failures) {
    it(`fails for a program that ${what}, and the next one is declared as ever`, async () => {
      await assert.rejects(run(program), says);
      const next = await run(() => {
        new Thing("next");
      });
      assert.deepEqual(
        next.map(({ name }) => name),
        ["next"],
      );
    });
  }

  it("leaves no listener behind", async () => {
    const before = process.listenerCount("unhandledRejection");
    await run(() => undefined);
    assert.equal(process.listenerCount("unhandledRejection"), before);
  });
});
