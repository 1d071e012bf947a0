import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cutShort, HOSTILE_WORDS } from "../support/broken-input";
import { needs } from "../support/needs";
import { lackingForScratchHost, type Run, ScratchHost } from "../support/scratch-host";

const CONFIG = "/etc/pve/storage.cfg";
const INSTALLED =
  "dir: local\n\tpath /var/lib/vz\n\tcontent iso,vztmpl,backup\n\nlvmthin: local-lvm\n\tvgname pve\n\n";
const RBD = ["--storage", "ceph", "--type", "rbd"];
const APPLY = ["apply", ...RBD, "--set", "pool=vm", "--set", "krbd=0", "--set", "content=images,rootdir"];
const ISCSI = ["apply", "--storage", "san", "--type", "iscsi", "--set", "portal=192.0.2.1:3260"];
const TARGET = ["--set", "target=iqn.2004-04.com.example:san.vm", "--set", "content=none"];

const changes = ({ calls }: Run) => calls.filter((call) => !call.startsWith("pvesm status"));

describe("host scripts: pve-storage", () => {
  needs(lackingForScratchHost());

  let host: ScratchHost;
  beforeEach(() => {
    host = new ScratchHost();
    host.write(CONFIG, INSTALLED);
  });
  afterEach(() => host.remove());

  async function succeeds(...args: string[]): Promise<Run> {
    const run = await host.run("pve-storage", args);
    assert.equal(run.code, 0, run.stderr);
    return run;
  }

  async function refuses(args: readonly string[], says: RegExp): Promise<void> {
    const before = host.read(CONFIG);
    const run = await host.run("pve-storage", args);
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.stderr, says);
    assert.deepEqual(changes(run), []);
    assert.equal(host.read(CONFIG), before);
    assert.equal(existsSync(host.path("/srv/pwned")), false);
  }

  it("adds an entry, and says and changes nothing the second time", async () => {
    const run = await succeeds(...APPLY);
    assert.equal(changes(run).length, 1);
    assert.match(
      changes(run)[0] ?? "",
      /^pvesm add rbd ceph (?=.*--pool vm)(?=.*--krbd 0)(?=.*--content images,rootdir)/,
    );
    assert.equal(run.stderr, "pve-storage: ceph added\n");
    const again = await succeeds(...APPLY);
    assert.deepEqual([changes(again), again.stderr], [[], ""]);
    assert.ok(host.read(CONFIG).startsWith(INSTALLED));
  });

  it("sets what changed, and gives back what is no longer declared", async () => {
    await succeeds(...APPLY, "--set", "nodes=pve1,pve2");
    assert.deepEqual(changes(await succeeds(...APPLY, "--set", "nodes=pve2,pve1")), []);
    const run = await succeeds(...APPLY);
    assert.deepEqual(changes(run), ["pvesm set ceph --delete nodes"]);
    assert.equal(run.stderr, "pve-storage: ceph: nodes pve2,pve1 becomes the default\n");
    const images = APPLY.map((word) => word.replace("images,rootdir", "images"));
    assert.deepEqual(changes(await succeeds(...images)), ["pvesm set ceph --content images"]);
    assert.deepEqual(changes(await succeeds(...images)), []);
  });

  it("enables an entry that was disabled by hand", async () => {
    host.write(CONFIG, "rbd: ceph\n\tcontent rootdir,images\n\tkrbd 0\n\tpool vm\n\tdisable 1\n\n");
    assert.deepEqual(changes(await succeeds(...APPLY)), ["pvesm set ceph --delete disable"]);
  });

  it("adopts what was made by hand, whatever else stands there", async () => {
    const other = "rbd: ceph2\n\tcontent images\n\tpool other\n\n";
    host.write(CONFIG, `${other}rbd: ceph\n\tpool vm\n\tcontent rootdir,images\n\tkrbd 0\n\n${INSTALLED}`);
    assert.deepEqual(changes(await succeeds(...APPLY)), []);
  });

  it("takes away its entry only, and nothing the second time", async () => {
    await succeeds(...ISCSI, ...TARGET);
    const run = await succeeds("remove", "--storage", "san", "--type", "iscsi");
    assert.deepEqual(changes(run), ["pvesm remove san"]);
    assert.equal(host.read(CONFIG), INSTALLED);
    assert.deepEqual(changes(await succeeds("remove", "--storage", "san", "--type", "iscsi")), []);
  });

  it("refuses an entry that is another storage", async () => {
    await refuses(
      ["apply", "--storage", "local", "--type", "rbd", "--set", "pool=x"],
      /already, of type dir; nothing/,
    );
    await refuses(["remove", "--storage", "local", "--type", "rbd"], /already, of type dir; nothing/);
    await succeeds(...ISCSI, ...TARGET);
    await refuses(
      [...ISCSI, "--set", "target=iqn.2004-04.com.example:other"],
      /with target iqn.2004-04.com.example:san.vm, declared is iqn.2004-04.com.example:other; nothing/,
    );
  });

  it("refuses what is not what it says, and does nothing", async function () {
    this.timeout(60_000);
    for (const text of HOSTILE_WORDS) {
      await refuses(["apply", "--storage", text, "--type", "rbd"], /^pve-storage: refused storage /);
      await refuses(["apply", "--storage", "ceph", "--type", text], /^pve-storage: refused type /);
      await refuses(["apply", ...RBD, "--set", `pool=${text}`], /^pve-storage: refused setting /);
      await refuses(["apply", ...RBD, "--set", `${text}=1`], /^pve-storage: refused setting /);
    }
    await refuses(
      ["apply", ...RBD, "--set", "monhost=192.0.2.1"],
      /refused setting monhost=.*: rbd has pool/,
    );
    await refuses(["apply", ...RBD], /apply wants --set pool=\.\.\. for rbd/);
    await refuses(ISCSI, /apply wants --set target=\.\.\. for iscsi/);
    await refuses(["apply", "--set", "pool=vm"], /--type comes before --set/);
    await refuses(["drop", ...RBD], /want apply or remove, got drop/);
    await refuses(["apply", "--storage"], /--storage wants a value/);
  });

  it("runs nothing when the connection is lost before the script is there", async () => {
    for (const text of cutShort("pve-storage")) {
      const run = await host.run("pve-storage", APPLY, text);
      assert.deepEqual(run.calls, []);
    }
  });
});
