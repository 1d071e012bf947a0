import assert from "node:assert/strict";
import { datasetArguments } from "../../components/hosts/zfs-dataset";
import { type PoolLayout, poolArguments } from "../../components/hosts/zfs-pool";
import { byId, DISKS, site } from "./site";
import type { Result } from "./ssh";

const DRAID: PoolLayout = {
  pool: "spread",
  raidlevel: "draid",
  draid: { data: 1, spares: 1 },
  ashift: 12,
  compression: "lz4",
  devices: DISKS.draid.map(byId),
};

const apply = (layout: PoolLayout): Promise<Result> => site().node.script("zfs-pool", poolArguments(layout));
const dataset = (recordsize: string): Promise<Result> =>
  site().node.script(
    "zfs-dataset",
    datasetArguments({ pool: "spread", dataset: "large", properties: { recordsize } }),
  );
const history = (): Promise<string> => site().node.bash("zpool history -i spread");

function assertNoChange({ code, stdout, stderr }: Result): void {
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "", stderr: "" });
}

describe("draid on a real machine", () => {
  it("is made with its groups and spares, known again in a second run, and imported after an export", async () => {
    const { node } = site();
    const made = await apply(DRAID);
    assert.equal(made.code, 0, made.stderr);
    assert.match(await node.bash("zpool list -vHP spread"), /draid1:1d:3c:1s-0/);
    const before = await history();
    assertNoChange(await apply(DRAID));
    assert.equal(await history(), before);
    await node.bash("zpool export spread");
    const imported = await apply(DRAID);
    assert.deepEqual([imported.code, imported.stderr], [0, "zfs-pool: spread imported\n"]);
  });

  it("is refused with other groups, other spares or as raidz", async () => {
    const others: Partial<PoolLayout>[] = [
      { draid: { data: 2, spares: 0 } },
      { draid: { data: 1, spares: 0 } },
      { raidlevel: "raidz", draid: undefined },
    ];
    for (const other of others) {
      const { code, stderr } = await apply({ ...DRAID, ...other });
      assert.equal(code, 1, stderr);
      assert.match(stderr, /layout is draid1:1d:1s\(3\), declared is .*nothing was changed/);
    }
  });

  it("holds a dataset whose record size is the same in another unit", async () => {
    const made = await dataset("1M");
    assert.equal(made.code, 0, made.stderr);
    assert.equal(await site().node.bash("zfs get -Hpo value recordsize spread/large"), "1048576");
    const before = await history();
    assertNoChange(await dataset("1048576"));
    assertNoChange(await dataset("1M"));
    assert.equal(await history(), before);
  });
});
