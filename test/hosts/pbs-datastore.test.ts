import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { type Datastore, datastoreArguments } from "../../components/hosts/backup-server";
import { scriptText } from "../../components/hosts/host-script";
import { needs } from "../support/needs";
import { changes, PbsHost } from "../support/pbs-host";
import { lackingForScratchHost, type Run } from "../support/scratch-host";

const MAIN: Datastore = {
  path: "/srv/backup",
  namespaces: ["prod", "prod/web"],
  prune: { schedule: "06:00", retention: { daily: 14, weekly: 8, yearly: 0 } },
  garbageCollection: "sat 08:00",
  verify: { schedule: "sun 08:00", outdatedAfterDays: 30 },
};

describe("host scripts: pbs-datastore", function () {
  this.timeout(60_000);
  needs(lackingForScratchHost());
  let host: PbsHost;
  beforeEach(() => {
    host = new PbsHost();
  });
  afterEach(() => host.remove());

  const apply = (datastore: Partial<Datastore> = {}, text?: string) =>
    host.run("pbs-datastore", datastoreArguments("main", { ...MAIN, ...datastore }), text);

  async function succeeds(datastore: Partial<Datastore> = {}): Promise<Run> {
    const run = await apply(datastore);
    assert.equal(run.code, 0, run.stderr);
    return run;
  }

  async function refused(datastore: Partial<Datastore>, says: RegExp): Promise<void> {
    const before = host.snapshot();
    const run = await apply(datastore);
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.stderr, says);
    assert.deepEqual(changes(run), []);
    assert.deepEqual(host.snapshot(), before);
  }

  it("makes a datastore with its jobs and namespaces", async () => {
    await succeeds();
    assert.deepEqual(host.kept("datastore"), [
      { name: "main", path: "/srv/backup", "gc-schedule": "sat 08:00" },
    ]);
    assert.deepEqual(host.kept("prune-job"), [
      { id: "prune-main", store: "main", schedule: "06:00", "keep-daily": 14, "keep-weekly": 8 },
    ]);
    assert.deepEqual(host.kept("verify-job"), [
      {
        id: "verify-main",
        store: "main",
        schedule: "sun 08:00",
        "ignore-verified": true,
        "outdated-after": 30,
      },
    ]);
    assert.equal(host.read("pbs/namespaces-main"), "prod\nprod/web\n");
  });

  it("changes nothing the second time, and says nothing", async () => {
    await succeeds({ device: "/dev/sda" });
    const before = host.snapshot();
    const run = await succeeds({ device: "/dev/sda" });
    assert.deepEqual(changes(run), []);
    assert.equal(run.stderr, "");
    assert.deepEqual(host.snapshot(), before);
  });

  it("changes only what is declared otherwise, and takes out what is no longer kept", async () => {
    await succeeds();
    const prune = { schedule: "06:00", retention: { daily: 7, monthly: 6 } };
    const run = await succeeds({ prune, namespaces: ["prod", "prod/web", "drill"] });
    assert.deepEqual(changes(run), [
      "proxmox-backup-manager prune-job update prune-main --keep-daily 7 --keep-monthly 6 --delete keep-weekly",
      "proxmox-backup-debug api create /admin/datastore/main/namespace --name drill",
    ]);
  });

  it("leaves a namespace that is not declared", async () => {
    await succeeds();
    assert.deepEqual(changes(await succeeds({ namespaces: [] })), []);
    assert.equal(host.read("pbs/namespaces-main"), "prod\nprod/web\n");
  });

  it("adopts a datastore that is in the folder, with its backups", async () => {
    host.write("/srv/backup/.chunks/0000/chunk", "data");
    const run = await succeeds();
    assert.ok(
      run.calls.includes("proxmox-backup-manager datastore create main /srv/backup --reuse-datastore true"),
    );
    assert.equal(host.read("/srv/backup/.chunks/0000/chunk"), "data");
  });

  it("refuses a folder with other things, and a name or a folder that is taken", async () => {
    host.write("/srv/backup/letter.txt", "data");
    await refused({}, /refused \/srv\/backup: there are files in it that are no datastore/);
    await succeeds({ path: "/srv/other" });
    await refused({}, /there is a datastore main already, at \/srv\/other/);
    const run = await host.run(
      "pbs-datastore",
      datastoreArguments("second", { ...MAIN, path: "/srv/other" }),
    );
    assert.match(run.stderr, /\/srv\/other is the datastore main already; nothing was changed/);
  });

  it("formats an empty disk once, and mounts it", async () => {
    const run = await succeeds({ device: "/dev/sda" });
    assert.equal(run.calls.filter((call) => call.startsWith("mkfs")).length, 1);
    assert.match(host.read("/etc/systemd/system/srv-backup.mount"), /^Where=\/srv\/backup$/m);
    assert.equal(host.read("disks/sda/mounted"), "/srv/backup\n");
  });

  it("mounts again the disk that it made, as after a rebuilt system", async () => {
    await succeeds({ device: "/dev/sda" });
    const label = host.read("disks/sda/fslabel");
    host.remove();
    host = new PbsHost();
    host.write("disks/sda/fslabel", label);
    const run = await succeeds({ device: "/dev/sda" });
    assert.equal(run.calls.filter((call) => call.startsWith("mkfs")).length, 0);
    assert.equal(host.read("disks/sda/mounted"), "/srv/backup\n");
  });

  it("refuses a disk with anything on it, untouched", async () => {
    const device = "/dev/sda";
    host.write("disks/sda/wipefs", "xfs\n");
    await refused({ device }, /refused \/dev\/sda: it has a signature \(xfs\); nothing was changed/);
    host.write("disks/sda/wipefs", "");
    host.write("disks/sda/children", "sda1\n");
    await refused({ device }, /refused \/dev\/sda: it holds sda1; nothing was changed/);
    host.write("disks/sda/children", "");
    host.write("disks/sda/fslabel", "pbs-0123456789ab\n");
    await refused({ device }, /nothing was changed/);
    await refused({ device: "/dev/sdx" }, /there is no disk \/dev\/sdx/);
  });

  it("refuses to hide files under a mounted disk, and another disk at the path", async () => {
    host.write("/srv/backup/letter.txt", "data");
    await refused({ device: "/dev/sda" }, /there are files in it, which \/dev\/sda would hide/);
    host.write("disks/sdb/mounted", "/srv/backup\n");
    await refused({ device: "/dev/sda" }, /\/dev\/sdb is mounted there, not \/dev\/sda/);
  });

  it("runs nothing when the connection is lost before the script is there", async () => {
    const text = scriptText("pbs-datastore").trimEnd();
    for (const share of [0.4, 0.8]) {
      assert.deepEqual((await apply({}, text.slice(0, Math.floor(text.length * share)))).calls, []);
    }
  });

  it("has no way to remove a datastore, a namespace or a file system", () => {
    assert.doesNotMatch(
      scriptText("pbs-datastore"),
      /datastore remove|destroy-data|api delete|\brm\b|wipefs -a|umount/,
    );
  });

  it("refuses what is not what it says, and does nothing", async () => {
    const pwn = "$(touch /srv/pwned)";
    const before = host.snapshot();
    const base = datastoreArguments("main", MAIN);
    for (const [option, values] of Object.entries({
      "--name": ["", "ab", "-x", "a b", pwn, "x".repeat(25), "main\n"],
      "--path": ["srv", "/srv/..", `/srv/${pwn}`, "/srv/a b", "/srv/a\nb"],
      "--device": ["sda", "/dev/../etc", `/dev/${pwn}`, "/dev/sd a"],
      "--prune": ["", "-x", "06:00; x", pwn, "a\nb"],
      "--keep": ["daily=0", "daily", "never=1", "daily=1;", `daily=${pwn}`],
      "--outdated-after": ["0", "-1", "1d", pwn],
      "--namespace": ["", "/prod", "prod/", "a//b", "../x", "a b", pwn, "a/b/c/d/e/f/g/h"],
    })) {
      for (const value of values) {
        const run = await host.run("pbs-datastore", [...base, option, value]);
        assert.equal(run.code, 1, `${option} ${JSON.stringify(value)}: ${run.stderr}`);
        assert.match(run.stderr, /^pbs-datastore: refused /);
        assert.deepEqual(run.calls, []);
      }
    }
    assert.match((await host.run("pbs-datastore", ["apply"])).stderr, /want --name/);
    assert.equal(existsSync(host.path("/srv/pwned")), false);
    assert.deepEqual(host.snapshot(), before);
  });
});
