import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { adopting } from "../../../sandbox/run/adopt";
import type { WorldObject } from "../../../sandbox/world";
import { declare } from "../../support/declared";

const THING = "test:index/thing:Thing";

function orphan(id: string, typesAndName: string): WorldObject {
  const urn = `urn:pulumi:test::hybrid-estate::${typesAndName}`;
  return { type: THING, id, key: id, urn, inputs: {}, outputs: {}, secretOutputs: [], serial: 1 };
}

class Thing extends pulumi.CustomResource {}

/** Resources by type and name with their options, as they are after the transformation under test. */
const seen = new Map<string, pulumi.CustomResourceOptions>();

async function program(): Promise<void> {
  pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
    seen.set(`${type} ${name}`, opts);
    return undefined;
  });
  const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
  new Thing(THING, "orphan", { size: 1 }, { parent, protect: true });
  new Thing(THING, "known", {});
  new Thing(THING, "with::colons", {});
  new Thing("test:index/other:Other", "orphan", {});
}

async function imports(...orphans: readonly WorldObject[]): Promise<string[]> {
  seen.clear();
  await declare(adopting(program, orphans));
  assert.equal([...seen.keys()].filter((key) => !key.startsWith("pulumi:")).length, 5);
  return [...seen].flatMap(([key, opts]) => (opts.import === undefined ? [] : [`${key} ${opts.import}`]));
}

describe("adopting what a cut-off run has made", () => {
  it("imports the orphan, and nothing of another name or type", async () => {
    const orphans = await imports(orphan("id-1", `test:index:Parent$${THING}::orphan`));
    assert.deepEqual(orphans, [`${THING} orphan id-1`]);
    assert.equal(seen.get(`${THING} orphan`)?.protect, true, "the program's own options stay");
  });

  it("imports all of several, at the top level too and with any name", async () => {
    const orphans = await imports(
      orphan("id-1", `${THING}::known`),
      orphan("id-2", `${THING}::with::colons`),
    );
    assert.deepEqual(orphans, [`${THING} known id-1`, `${THING} with::colons id-2`]);
  });

  it("leaves the program as it is where there are none", () => {
    assert.equal(adopting(program, []), program);
  });
});
