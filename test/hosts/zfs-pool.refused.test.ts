import assert from "node:assert/strict";
import { type PoolLayout, poolArguments } from "../../components/hosts/zfs-pool";
import { HOSTILE_WORDS } from "../support/broken-input";
import { needs } from "../support/needs";
import { changes, disks, LABELLED, MIRROR, PoolHost, paths } from "../support/pool-host";
import { lackingForScratchHost } from "../support/scratch-host";
import { type LabelledPool, labelsOf } from "../support/zfs-label";

describe("host scripts: zfs-pool", () => {
  needs(lackingForScratchHost());

  let host: PoolHost;
  beforeEach(() => {
    host = new PoolHost();
  });
  afterEach(() => host.remove());

  async function refuses(layout: PoolLayout, reason: RegExp): Promise<void> {
    const run = await host.apply(layout);
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.stderr, reason);
    assert.deepEqual(changes(run), []);
  }

  describe("refuses a pool of that name that is not the declared one, and says how it differs", () => {
    const rows: [what: string, there: LabelledPool, declared: Partial<PoolLayout>, says: RegExp][] = [
      ["ashift", { ...LABELLED, ashift: 9 }, {}, /its ashift on \/dev\/sda is 9, declared is 12/],
      ["a part of a disk", { ...LABELLED, whole: false }, {}, /it has only a part of \/dev\/sda/],
      [
        "a third disk",
        { ...LABELLED, tops: [["mirror", ["sda", "sdb", "sdc"]]] },
        {},
        /mirror\(3\), declared is mirror\(2\); it has a disk that is not declared/,
      ],
      [
        "one disk of two",
        { ...LABELLED, tops: [["disk", ["sda"]]] },
        {},
        /\/dev\/sdb is not one of its disks; its layout is disk\(1\)/,
      ],
      [
        "a stripe",
        {
          ...LABELLED,
          tops: [
            ["disk", ["sda"]],
            ["disk", ["sdb"]],
          ],
        },
        {},
        /its layout is disk\(1\) disk\(1\), declared is mirror\(2\)/,
      ],
      [
        "a log device",
        {
          ...LABELLED,
          tops: [
            ["mirror", ["sda", "sdb"]],
            ["disk", ["sdf"]],
          ],
        },
        {},
        /it has 2 top-level devices, 1 of them on the declared disks/,
      ],
      [
        "raidz for raidz2",
        { ...LABELLED, tops: [["raidz", disks(4), 1]] },
        { raidlevel: "raidz2", devices: paths(disks(4)) },
        /its layout is raidz1\(4\), declared is raidz2\(4\)/,
      ],
      [
        "a mirror for raid10",
        { ...LABELLED, tops: [["mirror", disks(4)]] },
        { raidlevel: "raid10", devices: paths(disks(4)) },
        /mirror\(4\), declared is mirror\(2\) mirror\(2\)/,
      ],
      [
        "draid",
        { ...LABELLED, tops: [["draid", disks(3), 1, { data: 1, spares: 1 }]] },
        { raidlevel: "raidz", devices: paths(disks(3)) },
        /its layout is draid1:1d:1s\(3\)/,
      ],
    ];
    for (const where of ["pools", "importable"] as const) {
      for (const [what, there, declared, says] of rows) {
        it(`${what} (${where === "pools" ? "imported" : "not imported"})`, async () => {
          host.withPool(there, where);
          await refuses({ ...MIRROR, ...declared }, says);
          await refuses({ ...MIRROR, ...declared }, /nothing was changed/);
        });
      }
    }

    it("a disk that was replaced, and still has its old label", async () => {
      host.withPool({ ...LABELLED, tops: [["mirror", ["sda", "sdc"]]] }, "pools");
      host.write("disks/sdb/label", labelsOf(LABELLED).sdb ?? "");
      await refuses(MIRROR, /it has a disk that is not declared/);
    });

    it("a disk that is being replaced", async () => {
      // Its place is taken by a device of its own, below which are the old disk and the new one.
      host.withPool({ ...LABELLED, tops: [["mirror", ["sda", "replacing"]]] }, "pools");
      const { replacing = "" } = labelsOf({ ...LABELLED, tops: [["mirror", ["sda", "replacing"]]] });
      host.write("disks/sdb/label", replacing.replace(/^ {4}guid: .*$/m, "    guid: 45"));
      await refuses(MIRROR, /\/dev\/sdb is being replaced, or no longer one of its disks/);
    });

    it("two pools of that name", async () => {
      host.withPool({ ...LABELLED, tops: [["disk", ["sda"]]] }, "pools");
      host.writeLabels({ ...LABELLED, guid: "78", tops: [["disk", ["sdb"]]] });
      await refuses(MIRROR, /\/dev\/sdb belongs to another pool of that name/);
    });

    it("the one imported is another one", async () => {
      host.withPool(LABELLED, "importable");
      host.write("pools/tank", "99\n");
      await refuses(MIRROR, /that is imported is another one/);
    });

    for (const where of ["pools", "importable"]) {
      it(`on other disks, ${where === "pools" ? "imported" : "not imported"}`, async () => {
        host.write(`${where}/tank`, "99\n");
        await refuses(MIRROR, /there is a pool tank already, .*on other disks.*nothing was changed/);
      });
    }
  });

  describe("refuses a disk that is not empty, before anything is done to another", () => {
    const rows: [what: string, files: Record<string, string>, says: RegExp][] = [
      ["a file system", { wipefs: "ext4\n" }, /has a signature \(ext4\)/],
      ["a partition table", { wipefs: "PMBR\ngpt\n" }, /has a signature \(PMBR gpt\)/],
      ["LVM", { wipefs: "LVM2_member\n" }, /has a signature \(LVM2_member\)/],
      ["an md member", { wipefs: "linux_raid_member\n" }, /has a signature \(linux_raid_member\)/],
      ["what only blkid finds", { blkid: "0 zonefs\n" }, /blkid finds something on it \(zonefs\)/],
      ["what blkid can't decide on", { blkid: "8\n" }, /blkid finds something on it \(status 8\)/],
      ["partitions", { children: "sdb1\nsdb9\n" }, /it holds sdb1 sdb9/],
      ["a mount", { mountpoint: "/mnt\n" }, /it is in use at \/mnt/],
      ["swap", { mountpoint: "[SWAP]\n" }, /it is in use at \[SWAP\]/],
      [
        "a member of another pool",
        { label: labelsOf({ ...LABELLED, pool: "other" }).sdb ?? "" },
        /it belongs to the ZFS pool other/,
      ],
      [
        "a pool with a space in its name",
        { label: labelsOf({ ...LABELLED, pool: "tank 2" }).sdb ?? "" },
        /it belongs to the ZFS pool tank\?2/,
      ],
      [
        "a destroyed pool of that name",
        { label: labelsOf({ ...LABELLED, state: 2 }).sdb ?? "" },
        /it holds the destroyed ZFS pool tank/,
      ],
      ["a disk that can't be read", { unreadable: "" }, /Input\/output error/],
      ["a partition", { type: "part\n" }, /\/dev\/sdb is not a whole disk/],
    ];
    for (const [what, files, says] of rows) {
      it(what, async () => {
        for (const [file, text] of Object.entries(files)) host.write(`disks/sdb/${file}`, text);
        await refuses(MIRROR, says);
      });
    }

    it("no disk at all, or one twice", async () => {
      host.write("disks/sda/links", "/dev/disk/by-id/a\n");
      await refuses(
        { ...MIRROR, devices: ["/dev/sda", "/dev/sdz"] },
        /there is no disk \/dev\/sdz on this host/,
      );
      await refuses(
        { ...MIRROR, devices: ["/dev/sda", "/dev/disk/by-id/a"] },
        /are the same disk \/dev\/sda/,
      );
    });

    it("when pools can't be looked for", async () => {
      host.write("broken", "");
      await refuses(MIRROR, /can't look for pools: cannot discover pools: permission denied/);
    });
  });

  it("refuses what is not what it says, and does nothing", async function () {
    this.timeout(60_000);
    const hostile = [...HOSTILE_WORDS, "../x"];
    const rows: [Partial<PoolLayout>, RegExp][] = [
      [{ raidlevel: "draid", devices: paths(disks(3)) }, /refused draid-data '': want a number/],
      [
        { raidlevel: "draid2", draid: { data: 3, spares: 2 }, devices: paths(disks(6)) },
        /draid2 of 3 data disks and 2 spares wants at least 7 devices, got 6/,
      ],
      [{ draid: { data: 1, spares: 0 } }, /only draid has --draid-data/],
      ...[
        ...hostile,
        "1tank",
        "mirror",
        "mirror2",
        "raidz1",
        "spare",
        "log",
        "draid",
        "c0d0",
        "tank/x",
        "tank@x",
      ].map((pool): [Partial<PoolLayout>, RegExp] => [{ pool }, /^zfs-pool: refused pool /]),
      ...[...hostile, "lz5", "gzip-0", "zstd-", "on off"].map(
        (compression): [Partial<PoolLayout>, RegExp] => [{ compression }, /^zfs-pool: refused compression /],
      ),
      ...[
        ...hostile,
        "sda",
        "/dev/",
        "/dev/../etc/passwd",
        "/dev/./sda",
        "/etc/passwd",
        "/dev//sda",
        "/dev/sda/",
      ].map((device): [Partial<PoolLayout>, RegExp] => [
        { devices: ["/dev/sda", device] },
        /^zfs-pool: refused device /,
      ]),
      ...[8, 17, 1.5, -12, Number.NaN].map((ashift): [Partial<PoolLayout>, RegExp] => [
        { ashift },
        /refused ashift/,
      ]),
      [{ raidlevel: "single" }, /single wants one device, got 2/],
      [{ devices: ["/dev/sda"] }, /mirror wants at least 2 devices, got 1/],
      [{ devices: [] }, /mirror wants at least 2 devices, got 0/],
      [{ raidlevel: "raid10", devices: paths(disks(5)) }, /raid10 wants an even number of devices, got 5/],
      [{ raidlevel: "raidz" }, /raidz wants at least 3 devices, got 2/],
    ];
    const before = host.snapshot();
    for (const [declared, says] of rows) {
      const layout = { ...MIRROR, ...declared };
      const run = await host.apply(layout);
      assert.equal(run.code, 1, JSON.stringify(declared));
      assert.match(run.stderr, says);
      assert.deepEqual(run.calls, [], JSON.stringify(declared));
    }
    for (const [args, says] of [
      [[], /want apply, got ''/],
      [["remove", "--pool", "tank"], /want apply, got remove/],
      [["apply", "--pool"], /--pool wants a value/],
      [["apply", "--force", "yes"], /unknown option --force/],
      [poolArguments(MIRROR).map((word) => (word === "mirror" ? "raid5" : word)), /refused raid level raid5/],
    ] as const) {
      const run = await host.run("zfs-pool", args);
      assert.deepEqual([run.code, run.calls], [1, []]);
      assert.match(run.stderr, says);
    }
    assert.deepEqual(host.snapshot(), before);
  });
});
