import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { scriptText } from "../../components/hosts/host-script";
import { type VolumeGroupArgs, volumeGroupArguments } from "../../components/hosts/volume-group";
import { cutShort, HOSTILE_WORDS } from "../support/broken-input";
import { needs } from "../support/needs";
import { LABELLED, PoolHost } from "../support/pool-host";
import { lackingForScratchHost, type Run } from "../support/scratch-host";

type Layout = Omit<VolumeGroupArgs, "connection">;

const GROUP: Layout = { group: "fast", devices: ["/dev/sda", "/dev/sdb"] };

/** Calls that change something. */
const changes = ({ calls }: Run) =>
  calls.filter((call) => /^(vgcreate|lvcreate|pvcreate|wipefs -a)/.test(call));

describe("host scripts: volume-group", () => {
  needs(lackingForScratchHost());

  let host: PoolHost;
  beforeEach(() => {
    host = new PoolHost();
  });
  afterEach(() => host.remove());

  async function succeeds(layout: Layout): Promise<Run> {
    const run = await host.run("volume-group", volumeGroupArguments(layout));
    assert.equal(run.code, 0, run.stderr);
    return run;
  }

  async function refuses(args: Layout | readonly string[], says: RegExp): Promise<void> {
    const before = host.snapshot();
    const run = await host.run("volume-group", "group" in args ? volumeGroupArguments(args) : args);
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.stderr, says);
    assert.deepEqual(changes(run), []);
    assert.deepEqual(host.snapshot(), before);
    assert.equal(existsSync(host.path("/srv/pwned")), false);
  }

  it("makes a group, and says and changes nothing the second time", async () => {
    const run = await succeeds(GROUP);
    assert.deepEqual(changes(run), ["vgcreate -- fast /dev/sda /dev/sdb"]);
    assert.equal(run.stderr, "volume-group: fast created\n");
    const before = host.snapshot();
    const again = await succeeds({ ...GROUP, devices: ["/dev/sdb", "/dev/sda"] });
    assert.deepEqual([changes(again), again.stderr], [[], ""]);
    assert.deepEqual(host.snapshot(), before);
  });

  it("makes a thin pool of all of the room or of some, once", async () => {
    const layout = { ...GROUP, thinPool: { name: "data" } };
    assert.deepEqual(changes(await succeeds(layout)).slice(1), [
      "lvcreate --type thin-pool --extents 100%FREE --name data -- fast",
    ]);
    assert.deepEqual(changes(await succeeds({ ...layout, thinPool: { name: "data", size: 9 } })), []);
    assert.deepEqual(changes(await succeeds({ ...layout, thinPool: { name: "more", size: 512 } })), [
      "lvcreate --type thin-pool --size 512g --name more -- fast",
    ]);
  });

  it("adopts a group that was made with other paths of its disks", async () => {
    host.write("groups/fast/disks", "/dev/sdb\n/dev/sda\n");
    host.write("disks/sda/links", "/dev/disk/by-id/ata-A\n");
    assert.deepEqual(
      changes(await succeeds({ ...GROUP, devices: ["/dev/disk/by-id/ata-A", "/dev/sdb"] })),
      [],
    );
  });

  it("has Proxmox connect the target that brings the disk", async () => {
    host.write("/etc/pve/storage.cfg", "iscsi: san\n\tportal 192.0.2.1\n\n");
    host.write("lun", "null");
    const run = await succeeds({ group: "vg-san", activate: "san", devices: ["/dev/null"] });
    assert.equal(run.calls[0], "pvesm status --storage san");
    assert.deepEqual(changes(run), ["vgcreate -- vg-san /dev/null"]);
    await refuses({ ...GROUP, activate: "other" }, /the storage other can't be activated on this host/);
  });

  describe("refuses, with nothing changed", () => {
    it("a group of that name on other disks", async () => {
      host.write("groups/fast/disks", "/dev/sda\n/dev/sdc\n");
      await refuses(
        GROUP,
        /\/dev\/sdb is not one of its disks; it has \/dev\/sdc, which is not declared; nothing/,
      );
    });

    it("a volume that is no thin pool", async () => {
      host.write("groups/fast/disks", "/dev/sda\n/dev/sdb\n");
      host.write("groups/fast/lv-data", "linear\n");
      await refuses(
        { ...GROUP, thinPool: { name: "data" } },
        /fast\/data already, and it is no thin pool but linear/,
      );
    });

    for (const [what, file, text, says] of [
      [
        "a LUN of another group",
        "wipefs",
        "LVM2_member\n",
        /refused \/dev\/sdb: it has a signature \(LVM2_member\)/,
      ],
      ["a file system", "wipefs", "ext4\n", /refused \/dev\/sdb: it has a signature \(ext4\)/],
      ["what only blkid finds", "blkid", "0 xfs\n", /blkid finds something on it \(xfs\)/],
      ["partitions", "children", "sdb1\nsdb2\n", /refused \/dev\/sdb: it holds sdb1 sdb2/],
      ["a mount", "mountpoint", "/srv\n", /refused \/dev\/sdb: it is in use at \/srv/],
      ["a partition", "type", "part\n", /\/dev\/sdb is not a whole disk/],
    ] as const) {
      it(what, async () => {
        host.write(`disks/sdb/${file}`, text);
        await refuses(GROUP, says);
      });
    }

    it("a disk of a ZFS pool", async () => {
      host.withPool(LABELLED, "pools");
      await refuses(GROUP, /refused \/dev\/sda: it belongs to the ZFS pool tank/);
    });

    it("no disk at all, or one twice", async () => {
      await refuses({ ...GROUP, devices: ["/dev/sdz"] }, /there is no disk \/dev\/sdz/);
      await refuses({ ...GROUP, devices: ["/dev/sda", "/dev/sda"] }, /are the same disk/);
      await refuses({ ...GROUP, devices: [] }, /apply wants at least one --device/);
    });

    it("hostile names", async function () {
      this.timeout(60_000);
      for (const text of [...HOSTILE_WORDS, "..", "a/b"]) {
        await refuses({ ...GROUP, group: text }, /^volume-group: refused group /);
        await refuses({ ...GROUP, thinPool: { name: text } }, /^volume-group: refused thin pool /);
        await refuses({ ...GROUP, activate: text }, /^volume-group: refused storage /);
        await refuses({ ...GROUP, devices: [`/dev/${text}`, "/dev/../x"] }, /^volume-group: refused device /);
      }
      await refuses(
        ["apply", "--group", "a", "--device", "/dev/sda", "--thin-pool-gib", "1"],
        /wants a --thin-pool/,
      );
      await refuses(["apply", "--thin-pool-gib", "0"], /refused size/);
      await refuses(["remove", "--group", "fast"], /want apply, got remove/);
      await refuses(["apply", "--force", "yes"], /unknown option --force/);
    });
  });

  it("runs nothing when the connection is lost before the script is there", async () => {
    for (const text of cutShort("volume-group")) {
      const run = await host.run("volume-group", volumeGroupArguments(GROUP), text);
      assert.deepEqual(run.calls, []);
    }
    rmSync(host.path("groups"), { force: true, recursive: true });
    assert.doesNotMatch(scriptText("volume-group"), /vgremove|lvremove|pvremove|wipefs --all|--force|--yes/);
  });
});
