import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ESTATE_KEY, readEnvironmentFile } from "../../estate/file";

describe("estate: environment files", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "hybrid-estate-file-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function read(text: string) {
    const file = join(folder, "Pulumi.test.yaml");
    writeFileSync(file, text);
    return { file, reading: readEnvironmentFile(file) };
  }

  it("hands out the description and the rest of the configuration", () => {
    const { reading } = read(`config:\n  ${ESTATE_KEY}:\n    cluster: {name: x}\n  aws:profile: dev\n`);
    assert.deepEqual(reading, {
      ok: true,
      config: { [ESTATE_KEY]: { cluster: { name: "x" } }, "aws:profile": "dev" },
      description: { cluster: { name: "x" } },
    });
  });

  it("leaves an encrypted file's other parts alone", () => {
    const { reading } = read(
      `encryptionsalt: v1:abc=\nconfig:\n  ${ESTATE_KEY}: {}\n  hybrid-estate:secrets:\n    proxmoxApiToken: {secure: v1:x}\n`,
    );
    assert.ok(reading.ok);
    assert.deepEqual(reading.description, {});
  });

  it("says where a file is missing", () => {
    const file = join(folder, "Pulumi.none.yaml");
    assert.deepEqual(readEnvironmentFile(file), {
      ok: false,
      problems: [
        { path: file, message: "found no such file; allowed: an environment file, Pulumi.<env>.yaml" },
      ],
    });
  });

  it("reports every YAML mistake with its line", () => {
    const { file, reading } = read(
      `config:\n  ${ESTATE_KEY}:\n    cluster: {name: x\n    nodes: [a, b\n    nodes: "open\n`,
    );
    assert.ok(!reading.ok);
    assert.ok(reading.problems.length >= 2, JSON.stringify(reading.problems));
    for (const problem of reading.problems) {
      assert.equal(problem.path, file);
      assert.match(problem.message, /at line \d+, column \d+/);
      assert.doesNotMatch(problem.message, /\n/);
    }
  });

  it("reports a key that is there twice, which would silently win", () => {
    const { reading } = read(`config:\n  ${ESTATE_KEY}:\n    guests: {}\n    guests: {}\n`);
    assert.ok(!reading.ok);
    assert.deepEqual(
      reading.problems.map(({ message }) => message),
      ["Map keys must be unique at line 4, column 5:"],
    );
  });

  for (const [what, text] of [
    ["an empty file", ""],
    ["a list", "- config\n"],
    ["no config", "name: x\n"],
    ["config without the description", "config:\n  aws:region: x\n"],
    ["config that is a list", `config:\n  - ${ESTATE_KEY}\n`],
  ] as const) {
    it(`reports ${what}`, () => {
      const { file, reading } = read(text);
      assert.deepEqual(reading, {
        ok: false,
        problems: [
          {
            path: file,
            message: `found no config with the key ${ESTATE_KEY}; allowed: the description of an estate there`,
          },
        ],
      });
    });
  }
});
