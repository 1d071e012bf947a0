import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { ROOT, runNode } from "./support/sandbox-cli";

const readme = readFileSync(path.join(ROOT, "README.md"), "utf8");
const { scripts } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

/** Every `npm run NAME`, `npm start` and `npm test` that a page names. */
function namedScripts(page: string): string[] {
  const named = [...page.matchAll(/npm (?:run(?: --silent)? )?([a-z]+(?::[a-z]+)?)/g)].map(
    (match) => match[1] ?? "",
  );
  return [...new Set(named)].filter((name) => name !== "ci" && name !== "run");
}

describe("the README", () => {
  it("names only scripts that exist", () => {
    const named = namedScripts(readme);
    assert.ok(named.length > 6);
    assert.deepEqual(
      named.filter((name) => !(name in scripts)),
      [],
    );
  });

  it("its check of the cluster as built says what it prints, with that exit code", async function () {
    this.timeout(60_000);
    assert.ok(readme.includes("npm run check -- --file examples/as-built.yaml   # exit code 1"));
    const { code, stdout } = await runNode(["cli/check.ts", "--file", "examples/as-built.yaml"]);
    assert.equal(code, 1);
    assert.match(stdout, /ha-guest-on-shared-storage/);
  });

  it("names only folders and files that exist", () => {
    const named = [...readme.matchAll(/`([a-z.]+(?:\/[a-z.-]+)*\/?)`/g)]
      .map((match) => match[1] ?? "")
      .filter((name) => name.includes("/") && !name.startsWith("."));
    const missing = named.filter((name) => !existsSync(path.join(ROOT, name)));
    // Folders below another one that the sentence names.
    const below = ["proxmox/", "hosts/", "aws/", "facts/", "rules/", "engine/", "doubles/", "world/", "run/"];
    assert.deepEqual(
      missing.filter((name) => !below.includes(name)),
      [],
    );
  });
});

describe("the workflow for users", () => {
  it("is sound YAML that runs only scripts that exist", () => {
    const text = readFileSync(path.join(ROOT, ".github", "workflows", "estate.yml"), "utf8");
    assert.ok(parse(text).jobs.check);
    assert.deepEqual(
      namedScripts(text).filter((name) => !(name in scripts)),
      [],
    );
  });
});
