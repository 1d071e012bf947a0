import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { type Change, changesOf } from "../../conformance/change";
import { Translator } from "../../conformance/translate";
import type { Properties } from "../../sandbox/world/object";
import { RESOURCES } from "./fragments";

const translator = new Translator(RESOURCES);
const VM = translator.fields("proxmoxve:index/vmLegacy:VmLegacy");
const JOB = translator.fields("proxmoxve:backup/job:Job");

const inputs: Properties = {
  nodeName: "pve1",
  vmId: 100,
  started: true,
  tags: ["a", "b"],
  disks: [{ interface: "scsi0", size: 8 }],
};

describe("changes of declared inputs", () => {
  const changes = changesOf(inputs, VM);
  const find = (field: string, kind: string, among: readonly Change[] = changes) =>
    among.find((change) => change.field === field && change.kind === kind);

  it("every variant differs from what is declared", () => {
    assert.ok(changes.length > 20);
    for (const { field, kind, variants } of changes) {
      assert.ok(variants.length > 0, `${field} ${kind}`);
      for (const variant of variants) assert.ok(!isDeepStrictEqual(variant, inputs), `${field} ${kind}`);
    }
  });

  it("every declared field is left out once and given another value", () => {
    for (const field of [
      "nodeName",
      "vmId",
      "started",
      "tags",
      "disks",
      "disks[].interface",
      "disks[].size",
    ]) {
      assert.ok(find(field, "left out"), field);
    }
    assert.equal(find("nodeName", "other")?.variants[0]?.nodeName, "pve2");
    assert.equal(find("started", "other")?.variants[0]?.started, false);
    assert.equal(find("vmId", "higher")?.variants[0]?.vmId, 101);
    assert.deepEqual(find("disks[].size", "lower")?.variants[0]?.disks, [{ interface: "scsi0", size: 7 }]);
  });

  it("lists get one more and one less, and another order", () => {
    assert.deepEqual(find("tags", "one more")?.variants[0]?.tags, ["a", "b", "bx"]);
    assert.deepEqual(find("tags", "one less")?.variants[0]?.tags, ["a"]);
    assert.deepEqual(find("tags", "reordered")?.variants[0]?.tags, ["b", "a"]);
    assert.deepEqual(find("disks", "one more")?.variants[0]?.disks, [
      { interface: "scsi0", size: 8 },
      { interface: "scsi1", size: 8 },
    ]);
    assert.deepEqual(find("disks", "one less")?.variants[0]?.disks, []);
  });

  it("maps get one more and one less by key", () => {
    const job = changesOf({ resourceId: "j", pruneBackups: { "keep-daily": "7" } }, JOB);
    assert.deepEqual(find("pruneBackups", "one more", job)?.variants[0]?.pruneBackups, {
      "keep-daily": "7",
      "keep-last": "7",
    });
    assert.deepEqual(find("pruneBackups", "one less", job)?.variants[0]?.pruneBackups, {
      "keep-daily": undefined,
    });
    assert.ok(find("pruneBackups.keep-daily", "other", job));
  });

  it("a field that is not declared is set, inside objects too", () => {
    assert.ok(find("initialization", "set"));
    assert.ok(find("disks[].speed", "set"));
    assert.ok(!find("ipv4Addresses", "set"), "only the provider sets it");
  });

  it("takes a value that the provider names, unless it is there already", () => {
    const named = find("nodeName", "other")?.named;
    assert.equal(named?.("pve9")?.nodeName, "pve9");
    assert.equal(named?.("pve1"), undefined);
    assert.deepEqual(find("tags", "one more")?.named?.("c")?.tags, ["a", "b", "c"]);
    assert.equal(find("tags", "one more")?.named?.("a"), undefined);
  });
});
