import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";

/** Component classes of a file, each with the text of its doc comment's @example. */
function componentsIn(file: string): { name: string; example: string }[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  return source.statements.filter(ts.isClassDeclaration).flatMap((one) => {
    const parents = (one.heritageClauses ?? []).flatMap(({ types }) => types.map((type) => type.getText()));
    if (!parents.includes("pulumi.ComponentResource")) return [];
    const tag = ts.getJSDocTags(one).find(({ tagName }) => tagName.text === "example");
    return [{ name: one.name?.text ?? "", example: ts.getTextOfJSDocComment(tag?.comment) ?? "" }];
  });
}

describe("components: doc comments", () => {
  const components = readdirSync("components", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => componentsIn(join("components", file)));

  it("are looked at", () => assert.ok(components.some(({ name }) => name === "HybridEstate")));

  for (const { name, example } of components) {
    it(`of ${name} have an example that makes one`, () => {
      assert.ok(example.includes(`new ${name}(`), `the doc comment of ${name} wants an @example with one`);
    });
  }
});
