import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Installed, openWorld, type WorldObject } from "../../../sandbox/world";

const BRIDGE = "proxmoxve:network/linux/bridge:Bridge";
const STORAGE = "proxmoxve:storage/directory:Directory";

function installed(...nodes: readonly string[]): Installed {
  return {
    nodes: nodes.map((name) => ({
      name,
      address: "192.0.2.10",
      interfaces: ["enp1s0"],
      disks: [],
      bonds: [],
      bridges: [{ name: "vmbr0", ports: ["enp1s0"] }],
    })),
    storages: [{ id: "local", type: "directory", path: "/var/lib/vz", content: ["iso"] }],
    hosts: [],
  };
}

function thing(id: string, serial: number, urn = `urn:${id}`): WorldObject {
  return { type: "t", id, key: id, urn, inputs: { a: 1 }, outputs: { id }, secretOutputs: ["s"], serial };
}

describe("the world", () => {
  let folder: string;
  const open = (...nodes: string[]) => openWorld({ folder, installed: installed(...nodes) });
  const journal = () => join(folder, "world.jsonl");

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hybrid-estate-world-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("starts with what the installer made", () => {
    const world = open("pve1");
    assert.deepEqual(
      world.all().map(({ type, id }) => [type, id]),
      [
        [BRIDGE, "pve1:vmbr0"],
        ["host:apt-entry", "pve1:enterprise"],
        ["host:apt-entry", "pve1:ceph-squid-enterprise"],
        [STORAGE, "local"],
      ],
    );
    world.close();
  });

  it("still holds in the next process what was created in one that never closed it", () => {
    const killed = open("pve1");
    killed.change([{ put: thing("one", 1) }, { put: thing("two", 2) }]);
    killed.change([{ remove: { type: "t", key: "one" } }]);
    const next = open("pve1");
    assert.deepEqual(next.list("t"), [thing("two", 2)]);
    assert.equal(next.nextSerial(), 3);
    killed.close();
    next.close();
  });

  it("is on disk before change returns, in a file that only its owner reads", () => {
    const world = open("pve1");
    world.change([{ put: thing("one", 1) }]);
    assert.match(readFileSync(journal(), "utf8"), /"id":"one"/);
    assert.equal(statSync(journal()).mode & 0o777, 0o600);
    world.close();
  });

  it("forgets an operation whose line was cut off at any byte, whole, and keeps those before it", () => {
    const world = open("pve1");
    world.change([{ put: thing("one", 1) }]);
    const before = statSync(journal()).size;
    world.change([{ put: thing("two", 2) }, { put: thing("three", 3) }]);
    world.close();
    const whole = readFileSync(journal());
    for (let size = before; size < whole.length; size += 1) {
      writeFileSync(journal(), whole);
      truncateSync(journal(), size);
      const reopened = open("pve1");
      assert.deepEqual(reopened.list("t"), [thing("one", 1)], `cut at byte ${size}`);
      reopened.change([{ put: thing("four", 4) }]);
      reopened.close();
      const again = open("pve1");
      assert.deepEqual(again.list("t"), [thing("one", 1), thing("four", 4)], `cut at byte ${size}`);
      again.close();
    }
  });

  it("says which line of a journal is broken, and what to do", () => {
    open("pve1").close();
    appendFileSync(journal(), "[]\nnot json\n[]\n");
    assert.throws(() => open("pve1"), /world\.jsonl:2 is not JSON; run .*reset/);
  });

  it("is compacted when it is opened", () => {
    const world = open("pve1");
    for (let turn = 0; turn < 50; turn += 1) {
      world.change([{ put: thing("one", turn) }]);
      world.change([{ remove: { type: "t", key: "one" } }]);
    }
    world.close();
    open("pve1").close();
    assert.equal(readFileSync(journal(), "utf8"), "");
  });

  it("gets new hardware when it is opened, and keeps what was changed on the old", () => {
    const world = open("pve1");
    const [bridge] = world.list(BRIDGE);
    assert.ok(bridge);
    const managed = { ...bridge, urn: "urn:bridge", inputs: { ...bridge.inputs, mtu: 9000 } };
    world.change([{ put: managed }]);
    world.close();
    const grown = open("pve1", "pve2");
    assert.deepEqual(grown.find(BRIDGE, "pve1:vmbr0"), managed);
    assert.ok(grown.find(BRIDGE, "pve2:vmbr0"));
    grown.close();
  });

  it("resets what the installer made when it is removed", () => {
    const world = open("pve1");
    const factory = world.find(STORAGE, "local");
    assert.ok(factory);
    world.change([{ put: { ...factory, urn: "urn:local", inputs: { path: "/elsewhere" } } }]);
    world.change([{ remove: { type: STORAGE, key: "local" } }]);
    assert.deepEqual(world.find(STORAGE, "local"), factory);
    world.close();
  });

  it("finds the newest object of a resource", () => {
    const world = open("pve1");
    assert.equal(world.findByUrn("urn:web"), undefined);
    world.change([{ put: thing("old", 1, "urn:web") }]);
    world.change([{ put: thing("new", 2, "urn:web") }, { put: thing("other", 3) }]);
    assert.equal(world.findByUrn("urn:web")?.id, "new");
    world.change([{ remove: { type: "t", key: "new" } }]);
    assert.equal(world.findByUrn("urn:web")?.id, "old");
    world.close();
  });

  it("counts the objects of a resource across processes", () => {
    const world = open("pve1");
    world.change([{ put: thing("one", 1) }, { generation: { urn: "urn:one", count: 1 } }]);
    world.change([{ remove: { type: "t", key: "one" } }]);
    world.close();
    const next = open("pve1");
    assert.equal(next.generation("urn:one"), 1);
    assert.equal(next.generation("urn:two"), 0);
    next.close();
  });
});
