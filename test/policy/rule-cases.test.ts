import assert from "node:assert/strict";
import { RULES } from "../../policy/rules";
import { cases } from "./estate";
import { CASES, CONFIGURED_CASES, everyCase } from "./rule-cases";

/** Rules that only ask whether something is there, or say nothing of what they do not know (advisories). */
const ALWAYS_DECIDED = new Set([
  "ha-guest-cloud-init-drive",
  "single-shared-store",
  "stable-vm-resource",
  "vpn-both-tunnels",
]);

for (const rule of RULES) {
  const configured = CONFIGURED_CASES[rule.id];
  describe(`rule ${rule.id}, in brief`, () => {
    cases(rule, CASES[rule.id] ?? []);
    if (configured) {
      describe(`with ${JSON.stringify(configured.config)}`, () =>
        cases(rule, configured.cases, configured.config));
    }

    it("passes, fails, and meets a value that is not known", () => {
      const said = new Set(everyCase(rule.id).map(([, expectation]) => expectation));
      assert.ok(said.has("fine") && said.has("violated"), [...said].join());
      assert.equal(said.has("undecided"), !ALWAYS_DECIDED.has(rule.id));
    });
  });
}
