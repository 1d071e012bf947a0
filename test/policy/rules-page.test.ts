import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { RULES } from "../../policy/rules";
import { rulesPage } from "../../policy/rules-page";

describe("docs/rules.md", () => {
  it("is what the rules say: npm run rules writes it", () => {
    const page = readFileSync(path.resolve(__dirname, "../../docs/rules.md"), "utf8");
    assert.equal(page, rulesPage());
  });

  it("has every rule with its why, its remedy and its settings", () => {
    const page = rulesPage();
    for (const { id, description, remediation, settings = [] } of RULES) {
      for (const part of [
        `### ${id}\n`,
        description,
        remediation,
        ...settings.map(({ name }) => `\`${name}\``),
      ]) {
        assert.ok(page.includes(part), `${id}: ${part}`);
      }
    }
  });
});
