import assert from "node:assert/strict";
import { commandLine } from "../../../components/hosts/host-script";
import type { Properties } from "../../../sandbox/world";
import { assertRefused, EXPORT, POOL, SCRIPTS, Site, T, testChanges } from "./site";

const EXPORTS = "host:nfs-export";
const DATASETS = "host:zfs-dataset";

function script(name: keyof typeof SCRIPTS, host: string, ...args: readonly string[]): Properties {
  return { connection: { host }, stdin: SCRIPTS[name], create: commandLine(args) };
}

describe("a remote command", () => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
  });
  afterEach(() => site.close());

  it("exports a folder, exports it otherwise, and stops exporting it", () => {
    const made = site.create(T.command, EXPORT);
    assert.deepEqual(site.world.find(EXPORTS, "192.0.2.30:/srv/nfs")?.inputs, { "192.0.2.0/24": "rw,sync" });
    assert.equal(made.outputs.stdout, "");
    assert.match(String(made.outputs.stderr), /\/srv\/nfs exported/);
    const again = site.update(made, {
      update: "bash -s -- apply --path /srv/nfs --client 192.0.2.0/25 --options ro",
    });
    assert.deepEqual(site.world.find(EXPORTS, "192.0.2.30:/srv/nfs")?.inputs, { "192.0.2.0/25": "ro" });
    site.delete(again);
    assert.deepEqual(site.world.list(EXPORTS), []);
  });

  it("makes a dataset in a pool of its host, whose arguments the shell quoted", () => {
    const apply = ["apply", "--pool", "tank", "--dataset", "a b", "--property", "org:note=x=y"];
    assertRefused(
      () => site.create(T.command, script("zfs-dataset", "192.0.2.11", ...apply)),
      "zfs-dataset: there is no pool tank on this host",
    );
    site.create(T.command, POOL);
    site.create(T.command, script("zfs-dataset", "192.0.2.11", ...apply));
    assert.deepEqual(site.world.find(DATASETS, "pve1:tank/a b")?.inputs, { "org:note": "x=y" });
  });

  it("makes a pool on the disks of its host, adopts it, and refuses another on them", () => {
    const pool = (name: string, ...devices: readonly string[]) =>
      script(
        "zfs-pool",
        "192.0.2.11",
        ...["apply", "--pool", name, "--raidlevel", "single", "--ashift", "12", "--compression", "on"],
        ...devices.flatMap((device) => ["--device", device]),
      );
    site.create(T.command, pool("tank", "/dev/sdb"));
    site.create(T.command, pool("tank", "/dev/sdb"));
    assert.equal(site.world.list("host:zfs-pool").length, 1);
    assert.ok(site.create(T.zfspool, { resourceId: "tank", zfsPool: "tank" }));
    assertRefused(() => site.create(T.command, pool("tank", "/dev/sdc")), "it is not the declared one");
    assertRefused(() => site.create(T.command, pool("lake", "/dev/sdb")), "it belongs to the ZFS pool tank");
    assertRefused(() => site.create(T.command, pool("lake", "/dev/sdz")), "there is no disk /dev/sdz");
  });

  const refused: readonly [Properties, string][] = [
    [script("nfs-export", "192.0.2.30", "apply"), "nfs-export: --path is missing"],
    [script("nfs-export", "192.0.2.30", "apply", "--path", "/x"), "at least one --client"],
    [script("nfs-export", "192.0.2.30", "apply", "--path", "/x", "--client", "c"), "--options of its own"],
    [script("nfs-export", "192.0.2.30", "apply", "--path"), "--path wants a value"],
    [script("nfs-export", "192.0.2.30", "drop", "--path", "/x"), "want apply or remove, got drop"],
    [
      script("nfs-export", "192.0.2.99", "apply"),
      "after 10 failed attempts: dial tcp 192.0.2.99:22: i/o timeout",
    ],
    [{ create: "true" }, "connection: Missing required property"],
  ];
  for (const [inputs, says] of refused) {
    it(`is refused with "${says}"`, () => assertRefused(() => site.create(T.command, inputs), says));
  }

  it("that is not one of the scripts only succeeds", () => {
    const made = site.create(T.command, { connection: { host: "192.0.2.11" }, create: "apt-get update" });
    assert.deepEqual([made.outputs.stdout, made.outputs.stderr], ["", ""]);
    site.delete(made);
  });

  it("keeps its connection secret, and tells none of it when the host is out of reach", () => {
    const connection = { host: "192.0.2.11", privateKey: "PRIVATE", password: "hunter2" };
    assert.deepEqual(site.create(T.command, { connection, create: "true" }).secretOutputs, ["connection"]);
    const away = { connection: { ...connection, host: "192.0.2.99" }, create: "true" };
    assert.throws(
      () => site.create(T.command, away),
      (error: Error) => !/PRIVATE|hunter2/.test(error.message),
    );
  });

  testChanges([
    {
      what: "is replaced for another trigger only",
      type: T.command,
      olds: { connection: { host: "a" }, create: "one", triggers: [1] },
      news: { connection: { host: "b" }, create: "two", triggers: [2], stdin: "x" },
      does: { "connection.host": "update", create: "update", "triggers[0]": "replace", stdin: "update" },
    },
  ]);
});
