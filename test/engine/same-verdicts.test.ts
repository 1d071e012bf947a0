import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import path from "node:path";
import { NO_CONFIG } from "../../policy/config";
import { existingPolicyConfig, policyConfigFile } from "../../policy/config-file";
import type { DeclaredResource } from "../../policy/facts/declared";
import { judge } from "../../policy/judge";
import { RULES } from "../../policy/rules";
import { readPackConfig } from "../policy/configuration";
import { resource } from "../policy/estate";
import { CASES, CONFIGURED_CASES } from "../policy/rule-cases";
import { type Batch, batchesOf } from "../support/foreign/batches";
import { ForeignEngine } from "../support/foreign/engine";
import { ROOT, runNode, TestEnvironment } from "../support/sandbox-cli";

/** What is said of one thing, in a form that sorts. */
type Said = {
  readonly policy: string;
  readonly level: string;
  readonly resource: string;
  readonly message: string;
};

const line = ({ policy, level, resource: name, message }: Said) =>
  `${policy} | ${level} | ${name} | ${message}`;
const lines = (said: readonly Said[]) => said.map(line).sort();

/** Name of the root of the stack, which the engine gives for a finding about no resource. */
const STACK = "test-dev";

/** The pack on the real engine and the offline check say the same of every estate that the tests have. */
describe("the same verdicts on the real engine and offline", function () {
  this.timeout(600_000);

  describe("of every case of every rule, declared by a program that is not ours", () => {
    const ruleCases = (table: Readonly<Record<string, { readonly cases: (typeof CASES)[string] }>>) =>
      RULES.flatMap((rule) => (table[rule.id]?.cases ?? []).map((one) => [rule, one] as const));
    let engine: ForeignEngine;

    before(async () => {
      engine = await ForeignEngine.start();
    });
    after(() => engine.stop());

    /** @param raw configuration of the pack in the form of its file */
    async function assertAlike({ resources, cases }: Batch, raw: object): Promise<void> {
      const config = Object.keys(raw).length === 0 ? NO_CONFIG : readPackConfig(raw);
      const { violations, errors } = await engine.preview(resources, raw);
      assert.deepEqual(errors, []);
      const offline = judge([...resources, ...defaultProviders(resources)], { config });
      const said = violations.map(({ resource: name, ...rest }) => ({
        ...rest,
        resource: name === STACK ? "" : name,
      }));
      assert.deepEqual(lines(said), lines(offline));
      for (const { rule, what, expectation, resources: own } of cases) {
        const names = new Set(["", ...own.map(({ name }) => name)]);
        const spoke = said.some(({ policy, resource: name }) => policy === rule.id && names.has(name));
        assert.ok(expectation !== "violated" || spoke, `${rule.id}: ${what}`);
      }
    }

    it("as rules come", async () => {
      const all = ruleCases(Object.fromEntries(Object.entries(CASES).map(([id, cases]) => [id, { cases }])));
      const batches = batchesOf(all);
      assert.equal(batches.flatMap(({ cases }) => cases).length, all.length);
      for (const batch of batches) await assertAlike(batch, {});
    });

    it("under a team's settings", async () => {
      const raw = Object.fromEntries(
        Object.entries(CONFIGURED_CASES).map(([id, { config }]) => [id, config]),
      );
      for (const batch of batchesOf(ruleCases(CONFIGURED_CASES), readPackConfig(raw))) {
        await assertAlike(batch, raw);
      }
    });
  });

  for (const [stack, file] of [
    ["dev", "Pulumi.dev.yaml"],
    ["prod", "Pulumi.prod.yaml"],
    ["as-built", "examples/as-built.yaml"],
    ["even-cluster", "examples/even-cluster.yaml"],
    ["split", "examples/split.yaml"],
  ] as const) {
    it(`of ${file}`, async () => {
      const environment = await TestEnvironment.open(`test-same-${stack}`, file);
      const config = existingPolicyConfig(path.join(ROOT, file));
      if (config !== undefined) copyFileSync(config, policyConfigFile(environment.file));
      try {
        const { document, stderr } = await environment.run("preview");
        assert.ok(document, stderr);
        assert.deepEqual(document.errors, []);
        const offline: { violations: Said[] } = JSON.parse(
          (await runNode(["cli/check.ts", "--file", environment.file, "--json"])).stdout,
        );
        assert.ok(offline.violations.length > 0, "something is said");
        assert.deepEqual(lines(document.violations), lines(offline.violations));
      } finally {
        await environment.close();
      }
    });
  }
});

/** What the engine declares for resources of which no provider is said. */
function defaultProviders(resources: readonly DeclaredResource[]): DeclaredResource[] {
  const packages = resources
    .map(({ type }) => type.slice(0, type.indexOf(":")))
    .filter((name) => name === "aws" || name === "proxmoxve");
  return [...new Set(packages)].map((name) => resource(`pulumi:providers:${name}`, "default", {}));
}
