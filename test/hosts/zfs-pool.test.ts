import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { scriptText } from "../../components/hosts/host-script";
import type { PoolLayout } from "../../components/hosts/zfs-pool";
import { cutShort } from "../support/broken-input";
import { needs } from "../support/needs";
import { changes, disks, LABELLED, MIRROR, PoolHost, paths } from "../support/pool-host";
import { lackingForScratchHost, type Run } from "../support/scratch-host";
import type { LabelledPool } from "../support/zfs-label";

type Layout = Pick<PoolLayout, "raidlevel" | "draid" | "ashift" | "devices">;

describe("host scripts: zfs-pool", () => {
  needs(lackingForScratchHost());

  let host: PoolHost;
  beforeEach(() => {
    host = new PoolHost();
  });
  afterEach(() => host.remove());

  async function succeeds(layout: PoolLayout): Promise<Run> {
    const run = await host.apply(layout);
    assert.equal(run.code, 0, run.stderr);
    return run;
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

  for (const [raidlevel, count, draid, vdev] of [
    ["draid", 3, { data: 1, spares: 1 }, "draid:1d:3c:1s"],
    ["draid2", 6, { data: 3, spares: 1 }, "draid2:3d:6c:1s"],
    ["draid3", 5, { data: 2, spares: 0 }, "draid3:2d:5c:0s"],
  ] as const) {
    it(`makes ${raidlevel} of ${count} empty disks with their spares`, async () => {
      const devices = paths(disks(count));
      const run = await succeeds({ ...MIRROR, raidlevel, draid, devices });
      assert.deepEqual(changes(run), [
        `zpool create -o ashift=12 -O compression=lz4 -- tank ${[vdev, ...devices].join(" ")}`,
      ]);
    });
  }

  it("makes the pool by the paths that were given, not by what they point at", async () => {
    host.write("disks/sda/links", "/dev/disk/by-id/ata-X:1_2+3\n");
    const run = await succeeds({ ...MIRROR, raidlevel: "single", devices: ["/dev/disk/by-id/ata-X:1_2+3"] });
    assert.match(changes(run).join(), / -- tank \/dev\/disk\/by-id\/ata-X:1_2\+3$/);
  });

  it("changes nothing where the pool is imported as declared", async () => {
    host.withPool(LABELLED, "pools");
    const before = host.snapshot();
    for (const devices of [MIRROR.devices, [...MIRROR.devices].reverse()]) {
      const run = await succeeds({ ...MIRROR, devices });
      assert.deepEqual(changes(run), []);
      assert.equal(run.stderr, "");
    }
    assert.deepEqual(host.snapshot(), before);
  });

  it("imports a pool that is not, by its guid, and then changes nothing", async () => {
    host.withPool(LABELLED, "importable");
    assert.deepEqual(changes(await succeeds(MIRROR)), ["zpool import -d /dev/disk/by-id -d /dev -- 77"]);
    assert.deepEqual(changes(await succeeds(MIRROR)), []);
  });

  it("sets another compression on a pool that is there", async () => {
    host.withPool(LABELLED, "pools");
    const run = await succeeds({ ...MIRROR, compression: "zstd-3" });
    assert.deepEqual(changes(run), ["zfs set compression=zstd-3 tank"]);
    assert.equal(run.stderr, "zfs-pool: tank: compression set to zstd-3\n");
  });

  it("says so when the pool is not healthy", async () => {
    host.withPool(LABELLED, "pools");
    host.write("health", "DEGRADED\n");
    assert.match((await succeeds(MIRROR)).stderr, /tank is DEGRADED: see zpool status/);
  });

  it("takes every layout for itself and for no other", async function () {
    this.timeout(120_000);
    const layout = fc
      .constantFrom<Pick<PoolLayout, "raidlevel" | "draid"> & { count: number }>(
        { raidlevel: "single", count: 1 },
        ...[2, 3, 4].map((count) => ({ raidlevel: "mirror" as const, count })),
        ...[4, 6].map((count) => ({ raidlevel: "raid10" as const, count })),
        ...[3, 4].map((count) => ({ raidlevel: "raidz" as const, count })),
        ...[4, 5].map((count) => ({ raidlevel: "raidz2" as const, count })),
        ...[5, 6].map((count) => ({ raidlevel: "raidz3" as const, count })),
        ...[0, 1].map((spares) => ({ raidlevel: "draid" as const, count: 5, draid: { data: 2, spares } })),
        { raidlevel: "draid2", count: 5, draid: { data: 2, spares: 1 } },
      )
      .chain(({ raidlevel, draid, count }) =>
        fc.record({
          raidlevel: fc.constant(raidlevel),
          draid: fc.constant(draid),
          ashift: fc.constantFrom(9, 12, 13),
          devices: fc.shuffledSubarray(paths(disks(6)), { minLength: count, maxLength: count }),
        }),
      );
    const same = (a: Layout, b: Layout) =>
      a.raidlevel === b.raidlevel &&
      isDeepStrictEqual(a.draid, b.draid) &&
      a.ashift === b.ashift &&
      [...a.devices].sort().join() === [...b.devices].sort().join();
    await fc.assert(
      fc.asyncProperty(layout, fc.oneof(layout, fc.constant(undefined)), async (there, other) => {
        const declared: PoolLayout = { ...MIRROR, ...(other ?? there) };
        for (const disk of disks(6)) rmSync(host.path(`disks/${disk}/label`), { force: true });
        host.withPool(labelledAs(there), "pools");
        const run = await host.apply(declared);
        assert.equal(run.code, same(there, declared) ? 0 : 1, run.stderr);
        assert.deepEqual(changes(run), []);
      }),
      { numRuns: 25 },
    );
  });

  it("runs nothing when the connection is lost before the script is there", async () => {
    for (const cut of cutShort("zfs-pool")) assert.deepEqual((await host.apply(MIRROR, cut)).calls, []);
    const text = scriptText("zfs-pool").trimEnd();
    for (const missing of [1, 2, 5, 8])
      assert.deepEqual((await host.apply(MIRROR, text.slice(0, -missing))).calls, []);
  });
});

/** What ZFS writes about a pool that was made as declared. */
function labelledAs({ raidlevel, draid, ashift, devices }: Layout): LabelledPool {
  const names = devices.map((device) => device.slice("/dev/".length));
  const pairs = names.flatMap((_, index) => (index % 2 ? [] : [names.slice(index, index + 2)]));
  const tops: Record<PoolLayout["raidlevel"], LabelledPool["tops"]> = {
    single: [["disk", names]],
    mirror: [["mirror", names]],
    raid10: pairs.map((pair) => ["mirror", pair]),
    raidz: [["raidz", names, 1]],
    raidz2: [["raidz", names, 2]],
    raidz3: [["raidz", names, 3]],
    draid: [["draid", names, 1, draid]],
    draid2: [["draid", names, 2, draid]],
    draid3: [["draid", names, 3, draid]],
  };
  return { pool: MIRROR.pool, guid: "77", ashift, tops: tops[raidlevel] };
}
