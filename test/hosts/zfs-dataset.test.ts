import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { scriptText } from "../../components/hosts/host-script";
import { cutShort } from "../support/broken-input";
import { needs } from "../support/needs";
import { lackingForScratchHost, type Run, ScratchHost } from "../support/scratch-host";

const APPLY = ["apply", "--pool", "tank", "--dataset", "guests/web"];
const SETS = ["--property", "recordsize=1M", "--property", "compression=zstd"];

/** Calls that change something. */
const changes = ({ calls }: Run) => calls.filter((call) => /^zfs (create|set|destroy|rename)/.test(call));

describe("host scripts: zfs-dataset", () => {
  needs(lackingForScratchHost());

  let host: ScratchHost;
  beforeEach(() => {
    host = new ScratchHost();
    host.write("pools/tank", "");
  });
  afterEach(() => host.remove());

  const property = (dataset: string, name: string) => host.read(`datasets/${dataset}/@${name}`).trim();

  async function succeeds(...args: string[]): Promise<Run> {
    const run = await host.run("zfs-dataset", args);
    assert.equal(run.code, 0, run.stderr);
    return run;
  }

  it("makes a dataset and its parents, and sets its properties", async () => {
    const run = await succeeds(...APPLY, ...SETS);
    assert.deepEqual(changes(run), [
      "zfs create -p -- tank/guests/web",
      "zfs set recordsize=1M tank/guests/web",
      "zfs set compression=zstd tank/guests/web",
    ]);
    assert.equal(property("tank/guests", "type"), "filesystem");
    assert.equal(property("tank/guests/web", "recordsize"), "1M");
    assert.equal(property("tank/guests", "recordsize"), "");
  });

  it("changes nothing the second time", async () => {
    await succeeds(...APPLY, ...SETS);
    const before = host.snapshot();
    assert.deepEqual(changes(await succeeds(...APPLY, ...SETS)), []);
    assert.deepEqual(host.snapshot(), before);
  });

  it("sets only the property that changed", async () => {
    await succeeds(...APPLY, ...SETS);
    const run = await succeeds(...APPLY, "--property", "recordsize=1M", "--property", "compression=lz4");
    assert.deepEqual(changes(run), ["zfs set compression=lz4 tank/guests/web"]);
  });

  it("knows a value that ZFS shows otherwise", async () => {
    const same: [first: string, ...others: string[]][] = [
      ["recordsize=1048576", "recordsize=1M", "recordsize=1024K", "recordsize=1MiB"],
      ["quota=1.5G", "quota=1536M", "quota=1610612736"],
      ["refreservation=0", "refreservation=none"],
      ["compression=zstd-3"],
    ];
    for (const values of same) {
      const [first] = values;
      const made = await succeeds(...APPLY, "--property", first);
      assert.deepEqual(changes(made).slice(-1), [`zfs set ${first} tank/guests/web`]);
      for (const value of values) {
        assert.deepEqual(changes(await succeeds(...APPLY, "--property", value)), [], value);
      }
    }
    const run = await succeeds(...APPLY, "--property", "recordsize=2M", "--property", "quota=2G");
    assert.equal(changes(run).length, 2);
  });

  it("leaves a property alone that is no longer named", async () => {
    await succeeds(...APPLY, ...SETS);
    assert.deepEqual(changes(await succeeds(...APPLY)), []);
    assert.equal(property("tank/guests/web", "compression"), "zstd");
  });

  it("adopts a dataset that is there, with what is in it", async () => {
    host.write("datasets/tank/guests/web/@type", "filesystem\n");
    host.write("datasets/tank/guests/web/@quota", "10G\n");
    host.write("datasets/tank/guests/web/data", "data");
    const run = await succeeds(...APPLY, "--property", "recordsize=1M");
    assert.deepEqual(changes(run), ["zfs set recordsize=1M tank/guests/web"]);
    assert.equal(host.read("datasets/tank/guests/web/data"), "data");
    assert.equal(property("tank/guests/web", "quota"), "10G");
  });

  it("refuses a volume of that name", async () => {
    host.write("datasets/tank/guests/web/@type", "volume\n");
    const before = host.snapshot();
    const run = await host.run("zfs-dataset", [...APPLY, ...SETS]);
    assert.equal(run.code, 1);
    assert.equal(run.stderr, "zfs-dataset: tank/guests/web is there already, as a volume\n");
    assert.deepEqual(host.snapshot(), before);
  });

  it("says where the pool is missing", async () => {
    const run = await host.run("zfs-dataset", ["apply", "--pool", "dozer", "--dataset", "web", ...SETS]);
    assert.equal(run.code, 1);
    assert.equal(run.stderr, "zfs-dataset: there is no pool dozer on this host\n");
    assert.deepEqual(changes(run), []);
  });

  it("runs nothing when the connection is lost before the script is there", async () => {
    for (const text of cutShort("zfs-dataset")) {
      const run = await host.run("zfs-dataset", APPLY, text);
      assert.deepEqual(run.calls, []);
    }
  });

  it("has no way to remove a dataset", async () => {
    await succeeds(...APPLY);
    for (const action of ["remove", "destroy", "delete"]) {
      const run = await host.run("zfs-dataset", [action, ...APPLY.slice(1)]);
      assert.equal(run.code, 1);
      assert.match(run.stderr, /want apply, got/);
    }
    assert.doesNotMatch(scriptText("zfs-dataset"), /zfs destroy|zfs rollback|zfs rename|zpool destroy/);
  });

  describe("refuses what is not what it says, and does nothing", () => {
    const pwn = "/srv/pwned";
    const pools = [
      "",
      "-f",
      "tank/x",
      "ta nk",
      "1tank",
      "tank\n",
      "..",
      "/tank",
      `$(touch ${pwn})`,
      "tank;x",
      "tänk",
    ];
    const datasets = [
      "",
      "/web",
      "web/",
      "a//b",
      "..",
      "a/..",
      "../x",
      "a/./b",
      "-p",
      "a/-b",
      "a b",
      "a@snap",
      "a#b",
      "a\nb",
      `$(touch ${pwn})`,
      `a'b`,
      "a%b",
    ];
    const properties = [
      "",
      "recordsize",
      "=1M",
      "recordsize=",
      "-o=x",
      "--=x",
      "Record=1M",
      "a b=1",
      "a=1 b=2",
      "a=1\nb=2",
      `a=$(touch ${pwn})`,
      "a='1'",
      "a=*",
      ":x=1",
    ];
    const rows: [what: string, args: string[], says: RegExp][] = [
      ...pools.map((pool): [string, string[], RegExp] => [
        `pool ${JSON.stringify(pool)}`,
        ["apply", "--pool", pool, "--dataset", "web"],
        /^zfs-dataset: refused pool /,
      ]),
      ...datasets.map((dataset): [string, string[], RegExp] => [
        `dataset ${JSON.stringify(dataset)}`,
        ["apply", "--pool", "tank", "--dataset", dataset],
        /^zfs-dataset: refused dataset /,
      ]),
      ...properties.map((setting): [string, string[], RegExp] => [
        `property ${JSON.stringify(setting)}`,
        [...APPLY, "--property", "recordsize=1M", "--property", setting],
        /^zfs-dataset: refused property /,
      ]),
      ["no arguments", [], /want apply/],
      ["no dataset", ["apply", "--pool", "tank"], /refused dataset/],
      ["an option without its value", ["apply", "--pool"], /--pool wants a value/],
      ["an unknown option", [...APPLY, "--recursive", "yes"], /unknown option --recursive/],
    ];

    it(`${rows.length} cases`, async function () {
      this.timeout(60_000);
      const before = host.snapshot();
      for (const [what, args, says] of rows) {
        const run = await host.run("zfs-dataset", args);
        assert.equal(run.code, 1, `${what}: ${run.stderr}`);
        assert.match(run.stderr, says, what);
        assert.deepEqual(changes(run), [], what);
        assert.equal(existsSync(host.path(pwn)), false, what);
      }
      assert.deepEqual(host.snapshot(), before);
    });
  });
});
