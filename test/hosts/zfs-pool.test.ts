import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { scriptText } from "../../components/hosts/host-script";
import { type PoolLayout, poolArguments } from "../../components/hosts/zfs-pool";
import { needs } from "../support/needs";
import { lackingForScratchHost, type Run, ScratchHost } from "../support/scratch-host";
import { type LabelledPool, labelsOf } from "../support/zfs-label";

const MIRROR: PoolLayout = {
  pool: "tank",
  raidlevel: "mirror",
  ashift: 12,
  compression: "lz4",
  devices: ["/dev/sda", "/dev/sdb"],
};
/** What ZFS calls the pool of {@link MIRROR}. */
const LABELLED: LabelledPool = { pool: "tank", guid: "77", ashift: 12, tops: [["mirror", ["sda", "sdb"]]] };

const disks = (count: number) => Array.from({ length: count }, (_, index) => `sd${"abcdefghijklmn"[index]}`);
const paths = (names: readonly string[]) => names.map((name) => `/dev/${name}`);

/** Calls that would change a disk or a pool. */
const changes = ({ calls }: Run) =>
  calls.filter((call) => !/^(zpool (list|get|import$)|zfs get|wipefs --no-act) ?/.test(call));

describe("host scripts: zfs-pool", () => {
  needs(lackingForScratchHost());

  let host: ScratchHost;
  beforeEach(() => {
    host = hostWithDisks(disks(6));
  });
  afterEach(() => host.remove());

  function hostWithDisks(names: readonly string[]): ScratchHost {
    const made = new ScratchHost();
    cpSync(join(__dirname, "../support/pool-tools"), join(made.folder, "bin"), { recursive: true });
    for (const name of names) made.write(`disks/${name}/type`, "disk\n");
    made.write("compression", "lz4\n");
    return made;
  }

  function writeLabels(pool: LabelledPool): void {
    for (const [disk, label] of Object.entries(labelsOf(pool))) host.write(`disks/${disk}/label`, label);
  }

  /** A pool that is on the disks, imported or not. */
  function withPool(pool: LabelledPool, where: "pools" | "importable"): void {
    writeLabels(pool);
    host.write(`${where}/${pool.pool}`, `${pool.guid}\n`);
  }

  const apply = (layout: PoolLayout, text?: string) => host.run("zfs-pool", poolArguments(layout), text);

  async function succeeds(layout: PoolLayout): Promise<Run> {
    const run = await apply(layout);
    assert.equal(run.code, 0, run.stderr);
    return run;
  }

  async function refuses(layout: PoolLayout, reason: RegExp, what = ""): Promise<void> {
    const run = await apply(layout);
    assert.equal(run.code, 1, `${what}: ${run.stderr}`);
    assert.match(run.stderr, reason, what);
    assert.deepEqual(changes(run), [], what);
  }

  for (const [raidlevel, count, vdevs] of [
    ["single", 1, "/dev/sda"],
    ["mirror", 2, "mirror /dev/sda /dev/sdb"],
    ["mirror", 3, "mirror /dev/sda /dev/sdb /dev/sdc"],
    ["raid10", 4, "mirror /dev/sda /dev/sdb mirror /dev/sdc /dev/sdd"],
    ["raidz", 3, "raidz /dev/sda /dev/sdb /dev/sdc"],
    ["raidz2", 4, "raidz2 /dev/sda /dev/sdb /dev/sdc /dev/sdd"],
    ["raidz3", 5, "raidz3 /dev/sda /dev/sdb /dev/sdc /dev/sdd /dev/sde"],
  ] as const) {
    it(`makes ${raidlevel} of ${count} empty disks`, async () => {
      const run = await succeeds({ ...MIRROR, raidlevel, devices: paths(disks(count)) });
      assert.deepEqual(changes(run), [`zpool create -o ashift=12 -O compression=lz4 -- tank ${vdevs}`]);
      assert.equal(run.stderr, "zfs-pool: tank created\n");
    });
  }

  it("makes the pool by the paths that were given, not by what they point at", async () => {
    host.write("disks/sda/links", "/dev/disk/by-id/ata-X:1_2+3\n");
    const run = await succeeds({ ...MIRROR, raidlevel: "single", devices: ["/dev/disk/by-id/ata-X:1_2+3"] });
    assert.match(changes(run).join(), / -- tank \/dev\/disk\/by-id\/ata-X:1_2\+3$/);
  });

  it("changes nothing where the pool is imported as declared", async () => {
    withPool(LABELLED, "pools");
    const before = host.snapshot();
    for (const devices of [MIRROR.devices, [...MIRROR.devices].reverse()]) {
      const run = await succeeds({ ...MIRROR, devices });
      assert.deepEqual(changes(run), []);
      assert.equal(run.stderr, "");
    }
    assert.deepEqual(host.snapshot(), before);
  });

  it("imports a pool that is not, by its guid, and then changes nothing", async () => {
    withPool(LABELLED, "importable");
    assert.deepEqual(changes(await succeeds(MIRROR)), ["zpool import -d /dev/disk/by-id -d /dev -- 77"]);
    assert.deepEqual(changes(await succeeds(MIRROR)), []);
  });

  it("sets another compression on a pool that is there", async () => {
    withPool(LABELLED, "pools");
    assert.deepEqual(changes(await succeeds({ ...MIRROR, compression: "zstd-3" })), [
      "zfs set compression=zstd-3 tank",
    ]);
  });

  it("says so when the pool is not healthy", async () => {
    withPool(LABELLED, "pools");
    host.write("health", "DEGRADED\n");
    assert.match((await succeeds(MIRROR)).stderr, /tank is DEGRADED: see zpool status/);
  });

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
        { ...LABELLED, tops: [["draid", disks(3), 1]] },
        { raidlevel: "raidz", devices: paths(disks(3)) },
        /its layout is draid1\(3\)/,
      ],
    ];
    for (const where of ["pools", "importable"] as const) {
      for (const [what, there, declared, says] of rows) {
        it(`${what} (${where === "pools" ? "imported" : "not imported"})`, async () => {
          withPool(there, where);
          await refuses({ ...MIRROR, ...declared }, says);
          await refuses({ ...MIRROR, ...declared }, /nothing was changed/);
        });
      }
    }

    it("a disk that was replaced, and still has its old label", async () => {
      withPool({ ...LABELLED, tops: [["mirror", ["sda", "sdc"]]] }, "pools");
      host.write("disks/sdb/label", labelsOf(LABELLED).sdb ?? "");
      await refuses(MIRROR, /it has a disk that is not declared/);
    });

    it("two pools of that name", async () => {
      withPool({ ...LABELLED, tops: [["disk", ["sda"]]] }, "pools");
      writeLabels({ ...LABELLED, guid: "78", tops: [["disk", ["sdb"]]] });
      await refuses(MIRROR, /\/dev\/sdb belongs to another pool of that name/);
    });

    it("the one imported is another one", async () => {
      withPool(LABELLED, "importable");
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

  it("takes every layout for itself and for no other", async function () {
    this.timeout(120_000);
    const layout = fc
      .constantFrom<{ raidlevel: PoolLayout["raidlevel"]; count: number }>(
        { raidlevel: "single", count: 1 },
        ...[2, 3, 4].map((count) => ({ raidlevel: "mirror" as const, count })),
        ...[4, 6].map((count) => ({ raidlevel: "raid10" as const, count })),
        ...[3, 4].map((count) => ({ raidlevel: "raidz" as const, count })),
        ...[4, 5].map((count) => ({ raidlevel: "raidz2" as const, count })),
        ...[5, 6].map((count) => ({ raidlevel: "raidz3" as const, count })),
      )
      .chain(({ raidlevel, count }) =>
        fc.record({
          raidlevel: fc.constant(raidlevel),
          ashift: fc.constantFrom(9, 12, 13),
          devices: fc.shuffledSubarray(paths(disks(6)), { minLength: count, maxLength: count }),
        }),
      );
    const same = (a: Pick<PoolLayout, "raidlevel" | "ashift" | "devices">, b: typeof a) =>
      a.raidlevel === b.raidlevel &&
      a.ashift === b.ashift &&
      [...a.devices].sort().join() === [...b.devices].sort().join();
    await fc.assert(
      fc.asyncProperty(layout, fc.oneof(layout, fc.constant(undefined)), async (there, other) => {
        const declared = { ...MIRROR, ...(other ?? there) };
        for (const disk of disks(6)) rmSync(host.path(`disks/${disk}/label`), { force: true });
        withPool(labelledAs(there), "pools");
        const run = await apply(declared);
        assert.equal(run.code, same(there, declared) ? 0 : 1, run.stderr);
        assert.deepEqual(changes(run), []);
      }),
      { numRuns: 25 },
    );
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
    const hostile = [
      "",
      " ",
      "-f",
      "--",
      "a b",
      "$(touch /srv/pwned)",
      "`x`",
      "a;b",
      "a'b",
      'a"b',
      "a\nb",
      "é",
      "*",
      "../x",
    ];
    const rows: [Partial<PoolLayout>, RegExp][] = [
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
      const run = await apply(layout);
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

  it("runs nothing when the connection is lost before the script is there", async () => {
    const text = scriptText("zfs-pool").trimEnd();
    for (const share of [0.3, 0.6, 0.9, 0.99]) {
      assert.deepEqual((await apply(MIRROR, text.slice(0, Math.floor(text.length * share)))).calls, []);
    }
    for (const missing of [1, 2, 5, 8])
      assert.deepEqual((await apply(MIRROR, text.slice(0, -missing))).calls, []);
  });
});

/** What ZFS writes about a pool that was made as declared. */
function labelledAs({
  raidlevel,
  ashift,
  devices,
}: Pick<PoolLayout, "raidlevel" | "ashift" | "devices">): LabelledPool {
  const names = devices.map((device) => device.slice("/dev/".length));
  const pairs = names.flatMap((_, index) => (index % 2 ? [] : [names.slice(index, index + 2)]));
  const tops: Record<PoolLayout["raidlevel"], LabelledPool["tops"]> = {
    single: [["disk", names]],
    mirror: [["mirror", names]],
    raid10: pairs.map((pair) => ["mirror", pair]),
    raidz: [["raidz", names, 1]],
    raidz2: [["raidz", names, 2]],
    raidz3: [["raidz", names, 3]],
  };
  return { pool: MIRROR.pool, guid: "77", ashift, tops: tops[raidlevel] };
}
