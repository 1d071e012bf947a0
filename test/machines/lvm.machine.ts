import assert from "node:assert/strict";
import { type VolumeGroupArgs, volumeGroupArguments } from "../../components/hosts/volume-group";
import { byId, contentOf, DISKS, foreignDisks, site } from "./site";
import type { Result } from "./ssh";

type Group = Omit<VolumeGroupArgs, "connection">;

const FAST: Group = { group: "fast", devices: DISKS.volumes.map(byId), thinPool: { name: "data" } };

const apply = (group: Group): Promise<Result> =>
  site().node.script("volume-group", volumeGroupArguments(group));

/** What LVM holds of a group: every change gives it another sequence number. */
function stateOf(group: string): Promise<string> {
  return site().node.bash(`vgs --noheadings -o vg_uuid,vg_seqno,pv_name ${group}
    lvs --noheadings -a -o lv_name,lv_uuid,segtype,lv_size ${group}`);
}

async function assertRefused(group: Group, reason: RegExp): Promise<void> {
  const { code, stderr } = await apply(group);
  assert.equal(code, 1, stderr);
  assert.match(stderr, reason);
}

describe("LVM volume group on a real machine", () => {
  it("is created on empty disks, with a thin pool that volumes can be made in", async () => {
    const { code, stderr } = await apply(FAST);
    assert.equal(code, 0, stderr);
    const { node } = site();
    const disks = await node.bash("pvs --noheadings -o pv_name -S vg_name=fast | xargs readlink -f | sort");
    assert.equal(disks, await node.bash(`readlink -f ${FAST.devices.join(" ")} | sort`));
    await node.bash("lvcreate -qq -V 32M --thinpool fast/data -n guest; mkfs.ext4 -q /dev/fast/guest");
    assert.equal(await node.bash("lvs --noheadings -o pool_lv fast/guest | tr -d ' '"), "data");
  });

  it("does not change in a second run", async () => {
    const before = await stateOf("fast");
    const { code, stderr } = await apply(FAST);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.equal(await stateOf("fast"), before);
  });

  it("is adopted with its disks in any order, by the kernel's names, and by a deactivated group", async () => {
    const { node } = site();
    await node.bash("vgchange -qq -an fast >/dev/null");
    const before = await stateOf("fast");
    const devices = (await node.bash(`readlink -f ${[...FAST.devices].reverse().join(" ")}`)).split("\n");
    const { code, stderr } = await apply({ ...FAST, devices });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.equal(await stateOf("fast"), before);
  });

  const [one] = FAST.devices as [string, string];
  const blank = byId(DISKS.blank[0]);
  const mismatches: [string, Partial<Group>, RegExp][] = [
    ["a disk more", { devices: [...FAST.devices, blank] }, /blank is not one of its disks/],
    ["a disk less", { devices: [one] }, /it has \S+, which is not declared/],
    ["other disks", { devices: [blank] }, /blank is not one of its disks; it has/],
    ["another name for its disks", { group: "slow" }, /refused \S+volume1: .*nothing was changed/],
    ["a volume in the thin pool's place", { thinPool: { name: "guest" } }, /no thin pool/],
  ];
  it("is refused and left alone when it is declared otherwise", async () => {
    const before = [await stateOf("fast"), await contentOf([...DISKS.volumes, ...DISKS.blank])];
    for (const [what, difference, reason] of mismatches) {
      const { code, stderr } = await apply({ ...FAST, ...difference });
      assert.equal(code, 1, `${what}: ${stderr}`);
      assert.match(stderr, reason, what);
      assert.match(stderr, /nothing was changed/, what);
    }
    assert.deepEqual([await stateOf("fast"), await contentOf([...DISKS.volumes, ...DISKS.blank])], before);
  });

  it("is not made on a disk with something on it: neither that one nor the empty one before it is written", async () => {
    await foreignDisks();
    for (const serial of DISKS.foreign) {
      const disks = [...DISKS.blank, serial];
      const before = await contentOf(disks);
      await assertRefused(
        { group: "fresh", devices: disks.map(byId) },
        new RegExp(`refused ${byId(serial)}: .*nothing was changed`),
      );
      assert.deepEqual(await contentOf(disks), before, serial);
    }
  });
});
