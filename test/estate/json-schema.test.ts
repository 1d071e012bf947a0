import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ESTATE_KEY, readEnvironmentFile } from "../../estate/file";
import { allowedKeys, environmentFileSchema } from "../../estate/json-schema";
import { DEV_FILE, devDescription, REPOSITORY } from "../support/description";

describe("estate: the JSON Schema for editors", () => {
  it("is in the repository as the schema generates it", () => {
    const committed: unknown = JSON.parse(readFileSync(join(REPOSITORY, "estate.schema.json"), "utf8"));
    assert.deepEqual(
      committed,
      JSON.parse(JSON.stringify(environmentFileSchema())),
      "estate.schema.json is out of date: run npm run schema",
    );
  });

  it("is named by the dev file's first line", () => {
    const [first] = readFileSync(DEV_FILE, "utf8").split("\n");
    assert.equal(first, "# yaml-language-server: $schema=./estate.schema.json");
  });

  // zod reads JSON Schema back: another judgement than the schema that it was made from.
  it("accepts the dev file and refuses what the schema refuses", () => {
    const editor = z.fromJSONSchema(environmentFileSchema());
    const file = readEnvironmentFile(DEV_FILE);
    assert.ok(file.ok);
    const accepted = editor.safeParse({ config: file.config });
    assert.ok(accepted.success, accepted.error?.message);
    for (const description of [
      devDescription([["guests", "alpine", "cores"], "4"]),
      devDescription([["guests", "alpine", "core"], 4]),
      devDescription([["guests", "alpine", "memory"], "1GB"]),
      devDescription([["cluster"], null]),
    ]) {
      assert.equal(editor.safeParse({ config: { [ESTATE_KEY]: description } }).success, false);
    }
    assert.equal(editor.safeParse({ config: {} }).success, false);
  });

  it("answers which keys are allowed, also below list entries, records and variants", () => {
    const raw = devDescription();
    assert.deepEqual(allowedKeys(["networks", "storage"], raw), [
      "cidr",
      "gateway",
      "bridge",
      "interface",
      "vlan",
      "mtu",
      "existing",
      "purpose",
    ]);
    assert.deepEqual(allowedKeys(["storages", "zfs-migrate"], raw), [
      "type",
      "pool",
      "content",
      "thinProvision",
      "blockSize",
      "nodes",
      "existing",
    ]);
    assert.ok(allowedKeys(["guests", "Ubuntu"], raw).includes("rootDisk"));
    assert.ok(!allowedKeys(["guests", "Ubuntu"], raw).includes("disks"));
    assert.deepEqual(allowedKeys(["nowhere", "at", "all"], raw), []);
  });
});
