import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { ENGINE_VERSION, OLDEST_VERSION } from "../../../sandbox/engine";
import { isUsableVersion } from "../../../sandbox/engine/version";

describe("engine versions", () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ["v3.249.0", true],
    ["3.249.0", true],
    ["v3.259.0\n", true],
    ["v3.300.12", true],
    ["v3.248.9", false],
    ["v3.99.99", false],
    ["v4.0.0", false],
    ["v2.300.0", false],
    ["v3.260.0-alpha.1", false],
    ["v3.260.0-dev.0", false],
    ["v3.260.0+dirty", false],
    ["", false],
    ["(devel)", false],
    ["3.260", false],
  ];
  for (const [text, usable] of cases) {
    it(`${usable ? "takes" : "refuses"} ${JSON.stringify(text)}`, () => {
      assert.equal(isUsableVersion(text), usable);
    });
  }

  it("takes exactly the releases of major 3 from the oldest on", () => {
    const number = fc.nat(400);
    fc.assert(
      fc.property(fc.nat(5), number, number, (major, minor, patch) => {
        const oldestMinor = Number(OLDEST_VERSION.split(".")[1]);
        assert.equal(isUsableVersion(`v${major}.${minor}.${patch}`), major === 3 && minor >= oldestMinor);
      }),
    );
  });

  it("begins at the SDK's release, and the pinned build is in range and built from that source", () => {
    const manifest: unknown = JSON.parse(readFileSync(path.join(__dirname, "../../../package.json"), "utf8"));
    assert.ok(manifest && typeof manifest === "object" && "dependencies" in manifest);
    const { dependencies } = manifest;
    assert.ok(dependencies && typeof dependencies === "object" && "@pulumi/pulumi" in dependencies);
    assert.equal(dependencies["@pulumi/pulumi"], OLDEST_VERSION);
    assert.ok(isUsableVersion(ENGINE_VERSION));
    const goMod = readFileSync(path.join(__dirname, "../../../sandbox/engine/build/go.mod"), "utf8");
    assert.match(goMod, new RegExp(`github.com/pulumi/pulumi/pkg/v3 v${ENGINE_VERSION}\\b`));
    assert.match(goMod, new RegExp(`github.com/pulumi/pulumi/sdk/v3 v${ENGINE_VERSION}\\b`));
  });
});
