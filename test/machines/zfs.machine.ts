import assert from "node:assert/strict";
import { datasetArguments } from "../../components/hosts/zfs-dataset";
import { type PoolLayout, poolArguments } from "../../components/hosts/zfs-pool";
import { byId, contentOf, DISKS, foreignDisks, site } from "./site";
import type { Result } from "./ssh";

const MIRROR: PoolLayout = {
  pool: "tank",
  raidlevel: "mirror",
  ashift: 12,
  compression: "lz4",
  devices: DISKS.mirror.map(byId),
};

const apply = (layout: PoolLayout): Promise<Result> => site().node.script("zfs-pool", poolArguments(layout));

/** What ZFS did to a pool so far, and every property of it and its datasets that something has set. */
function stateOf(pool: string): Promise<string> {
  return site().node.bash(`zpool history -i ${pool}
    zpool get -H -o property,value guid,ashift,readonly,altroot ${pool}
    zfs get -rH -o name,property,value,source -s local,default,inherited all ${pool}`);
}

function assertNoChange({ code, stderr }: Result): void {
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
}

function assertRefused(result: Result, reason: RegExp): void {
  assert.equal(result.code, 1, result.stderr);
  assert.match(result.stderr, reason);
}

describe("ZFS pool on a real machine", () => {
  it("is created on empty disks as declared", async () => {
    const result = await apply(MIRROR);
    assert.equal(result.code, 0, result.stderr);
    const { node } = site();
    const layout = await node.bash("zpool list -vHP tank | awk '{ print $1 }'");
    assert.deepEqual(layout.split("\n"), [
      "tank",
      "mirror-0",
      ...MIRROR.devices.map((disk) => `${disk}-part1`),
    ]);
    assert.equal(await node.bash("zfs get -H -o value compression tank"), "lz4");
    assert.equal(await node.bash("zdb -C tank | grep -o 'ashift: .*'"), "ashift: 12");
  });

  it("does not change in a second run", async () => {
    const before = await stateOf("tank");
    assertNoChange(await apply(MIRROR));
    assert.equal(await stateOf("tank"), before);
  });

  it("gets datasets with their properties, and a second run changes nothing", async () => {
    const { node } = site();
    const datasets = [
      datasetArguments({
        pool: "tank",
        dataset: "backup",
        properties: { recordsize: "1M", compression: "zstd" },
      }),
      datasetArguments({ pool: "tank", dataset: "guests/web", properties: { quota: "32M", atime: "off" } }),
    ];
    for (const args of datasets) {
      const result = await node.script("zfs-dataset", args);
      assert.equal(result.code, 0, result.stderr);
    }
    assert.equal(await node.bash("zfs get -H -o value recordsize,compression tank/backup"), "1M\nzstd");
    assert.equal(await node.bash("zfs get -H -o value quota,atime tank/guests/web"), "32M\noff");
    await node.bash("echo kept >/tank/backup/file");
    const before = await stateOf("tank");
    for (const args of datasets) assertNoChange(await node.script("zfs-dataset", args));
    assert.equal(await stateOf("tank"), before);
    assert.equal(await node.bash("cat /tank/backup/file"), "kept");
  });

  it("keeps a dataset's content when a property changes, and refuses a volume in a dataset's place", async () => {
    const { node } = site();
    const changed = datasetArguments({ pool: "tank", dataset: "backup", properties: { recordsize: "128K" } });
    assert.equal((await node.script("zfs-dataset", changed)).code, 0);
    assert.equal(
      await node.bash("zfs get -H -o value recordsize tank/backup; cat /tank/backup/file"),
      "128K\nkept",
    );
    await node.bash("zfs create -V 8M tank/disk");
    const volume = datasetArguments({ pool: "tank", dataset: "disk", properties: {} });
    assertRefused(await node.script("zfs-dataset", volume), /tank\/disk is there already, as a volume/);
  });

  it("is adopted after an export, with the datasets in it", async () => {
    const { node } = site();
    await node.bash("zpool export tank");
    const result = await apply(MIRROR);
    assert.deepEqual([result.code, result.stderr], [0, "zfs-pool: tank imported\n"]);
    assert.equal(await node.bash("cat /tank/backup/file"), "kept");
    assertNoChange(await apply(MIRROR));
  });

  it("is adopted by the kernel's names of its disks, in any order", async () => {
    const { node } = site();
    const devices = await node.bash(`readlink -f ${[...MIRROR.devices].reverse().join(" ")}`);
    assertNoChange(await apply({ ...MIRROR, devices: devices.split("\n") }));
  });

  it("gets another compression without being made anew", async () => {
    const { node } = site();
    const guid = await node.bash("zpool get -H -o value guid tank");
    assert.equal((await apply({ ...MIRROR, compression: "zstd" })).code, 0);
    assert.equal(
      await node.bash("zpool get -H -o value guid tank; zfs get -H -o value compression tank"),
      `${guid}\nzstd`,
    );
    assert.equal((await apply(MIRROR)).code, 0);
  });

  const [one, two] = DISKS.mirror.map(byId) as [string, string];
  const third = byId(DISKS.blank[0]);
  const mismatches: [string, Partial<PoolLayout>, RegExp][] = [
    ["another sector size", { ashift: 13 }, /its ashift on \S+ is 12, declared is 13/],
    [
      "another layout",
      { raidlevel: "raidz", devices: [one, two, third] },
      /layout is mirror\(2\), declared is raidz1\(3\)/,
    ],
    ["a disk more", { devices: [one, two, third] }, /blank is not one of its disks/],
    ["a disk less", { raidlevel: "single", devices: [one] }, /has a disk that is not declared/],
    [
      "another disk",
      { devices: [one, third] },
      /blank is not one of its disks.*has a disk that is not declared/,
    ],
    [
      "other disks altogether",
      { raidlevel: "single", devices: [third] },
      /pool tank already, on other disks: .*mirror1/,
    ],
    ["another name", { pool: "tunk" }, /mirror1: it belongs to the ZFS pool tank/],
  ];
  it("is refused and left alone when it is declared otherwise", async () => {
    const before = await stateOf("tank");
    for (const [what, difference, reason] of mismatches) {
      const result = await apply({ ...MIRROR, ...difference });
      assert.equal(result.code, 1, `${what}: ${result.stderr}`);
      assert.match(result.stderr, reason, what);
      assert.match(result.stderr, /nothing was changed/, what);
    }
    assert.equal(await stateOf("tank"), before);
  });

  it("is not even imported when it is declared otherwise, and no other is made of its name", async () => {
    const { node } = site();
    await node.bash("zpool export tank");
    const disks = [...DISKS.mirror, ...DISKS.blank];
    const before = await contentOf(disks);
    assertRefused(await apply({ ...MIRROR, ashift: 13 }), /is 12, declared is 13; nothing was changed/);
    assertRefused(
      await apply({ ...MIRROR, raidlevel: "single", devices: [third] }),
      /pool tank already, not imported and on other disks; nothing was changed/,
    );
    assertRefused(
      await apply({ ...MIRROR, pool: "tunk" }),
      /it belongs to the ZFS pool tank; nothing was changed/,
    );
    assert.deepEqual(await contentOf(disks), before);
    assert.equal((await apply(MIRROR)).code, 0);
  });

  it("is refused when another host may be using it", async () => {
    const { node } = site();
    // A copy of a disk whose pool was never exported, seen by a host with another id.
    await node.bash("echo 123456 >/sys/module/spl/parameters/spl_hostid");
    const single: PoolLayout = { ...MIRROR, pool: "cold", raidlevel: "single", devices: [byId("z1")] };
    assert.equal((await apply(single)).code, 0);
    await node.bash(`zpool sync cold
      dd if=${byId("z1")} of=${byId("z2")} bs=1M conv=fsync status=none
      zpool destroy cold
      wipefs -qa ${byId("z1")}-part1 ${byId("z1")}
      echo 654321 >/sys/module/spl/parameters/spl_hostid
      udevadm trigger --settle ${byId("z2")}`);
    const result = await apply({ ...single, devices: [byId("z2")] });
    assert.equal(result.code, 1, result.stderr);
    assert.match(result.stderr, /in use from another system/);
    await node.bash(`echo 0 >/sys/module/spl/parameters/spl_hostid
      zpool labelclear -f ${byId("z2")}-part1
      wipefs -qa ${byId("z2")}
      udevadm settle`);
  });

  it("comes as pairs of mirrors and as raidz, and pairs are adopted in any order", async () => {
    const ten: PoolLayout = { ...MIRROR, pool: "ten", raidlevel: "raid10", devices: DISKS.raid10.map(byId) };
    const z: PoolLayout = { ...MIRROR, pool: "zed", raidlevel: "raidz", devices: DISKS.raidz.map(byId) };
    const { node } = site();
    for (const layout of [ten, z]) {
      const result = await apply(layout);
      assert.equal(result.code, 0, result.stderr);
    }
    assertNoChange(await apply({ ...ten, devices: [...ten.devices].reverse() }));
    assertNoChange(await apply(z));
    const shape = await node.bash(
      "zpool list -vHP ten zed | awk '$1 !~ /^.dev/ { print $1 }' | paste -sd ' '",
    );
    assert.equal(shape, "ten mirror-0 mirror-1 zed raidz1-0");
    assertRefused(
      await apply({ ...ten, raidlevel: "mirror" }),
      /layout is mirror\(2\) mirror\(2\), declared is mirror\(4\)/,
    );
    await node.bash("zpool destroy zed");
    assertRefused(await apply(z), /z1: it holds the destroyed ZFS pool zed/);
  });
});

describe("Disk with something on it", () => {
  before(foreignDisks);

  for (const serial of DISKS.foreign) {
    it(`is refused untouched: ${serial}`, async () => {
      const disks = [...DISKS.blank, serial];
      const before = await contentOf(disks);
      // The empty disk comes first: it must not be written before the other one is looked at.
      const devices = [...DISKS.blank, serial].map(byId);
      const reason = new RegExp(`refused ${byId(serial)}: .*nothing was changed`);
      assertRefused(await apply({ ...MIRROR, pool: "fresh", devices }), reason);
      assert.deepEqual(await contentOf(disks), before);
    });
  }

  it("is refused by what it is used for: swap that is on, a mount, a logical volume, a partition", async () => {
    const { node } = site();
    const single = (device: string) =>
      apply({ ...MIRROR, pool: "fresh", raidlevel: "single", devices: [device] });
    await node.bash(`swapon ${byId("swap")}
      mount ${byId("ext4")} /mnt
      vgcreate -qq vg ${byId("lvm")} >/dev/null
      lvcreate -qq -Zn -L 16M -n lv vg >/dev/null
      echo , | sfdisk -q ${byId("gpt")}
      udevadm settle`);
    assertRefused(await single(byId("swap")), /it is in use at \[SWAP\]/);
    assertRefused(await single(byId("ext4")), /it is in use at \/mnt/);
    assertRefused(await single(byId("lvm")), /it holds vg-lv/);
    assertRefused(await single(byId("gpt")), /it holds vd\w+1/);
    assertRefused(await single(`${byId("gpt")}-part1`), /is not a whole disk/);
    assertRefused(await single("/dev/mapper/vg-lv"), /is not a whole disk/);
    assertRefused(await single("/dev/null"), /is not a whole disk/);
    assertRefused(await single("/dev/sdz"), /there is no disk/);
    await node.bash(`swapoff ${byId("swap")}; umount /mnt; vgchange -qq -an vg >/dev/null`);
  });
});
