import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isStackName, lockFolder, resetSandbox, sandboxFolder } from "../../../sandbox/run/workspace";
import { until } from "../engine/standIns";

/** Takes the lock of a folder, says so and keeps it until it is killed. */
const HOLDER = `
  require("proper-lockfile")
    .lock(process.argv[1], { stale: 4000, update: 1000 })
    .then(() => { console.log("locked"); setInterval(() => undefined, 1000); });
`;

describe("an environment's sandbox folder", function () {
  this.timeout(30_000);
  let root = "";
  let told: string[] = [];
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "hybrid-estate-sandbox-"));
    told = [];
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const startProgress = (text: string) => {
    told.push(text);
    const add = (line: string) => void told.push(line);
    return { update: add, succeed: add, fail: add };
  };

  function folderOf(environment: string): string {
    const folder = sandboxFolder(root, environment);
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  it("is locked: the second waits for the first, and says so", async () => {
    const folder = folderOf("dev");
    const unlock = await lockFolder(folder, startProgress);
    assert.deepEqual(told, []);
    const order: string[] = [];
    const second = lockFolder(folder, startProgress).then((release) => {
      order.push("second");
      return release;
    });
    await until(() => told.length > 0);
    order.push("first done");
    await unlock();
    await (await second)();
    assert.deepEqual(order, ["first done", "second"]);
    assert.deepEqual(told, [`waiting for another run in ${folder}`, "the other run is done"]);
    assert.ok(!existsSync(`${folder}.lock`));
  });

  it("another environment's is free", async () => {
    const unlock = await lockFolder(folderOf("dev"), startProgress);
    await (await lockFolder(folderOf("prod"), startProgress))();
    await unlock();
    assert.deepEqual(told, []);
  });

  it("is taken over from a process that was killed", async () => {
    const folder = folderOf("dev");
    const holder = spawn(process.execPath, ["-e", HOLDER, folder], {
      cwd: path.join(__dirname, "../../.."),
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(holder.stdout, "data");
    holder.kill("SIGKILL");
    await once(holder, "exit");
    assert.ok(existsSync(`${folder}.lock`), "the dead process's lock is there");
    await (await lockFolder(folder, startProgress))();
    assert.equal(told[0], `waiting for another run in ${folder}`);
  });

  it("is forgotten by a reset, lock and all; others stay", async () => {
    const folder = folderOf("dev");
    const other = folderOf("prod");
    writeFileSync(path.join(folder, "state"), "x");
    await resetSandbox(root, "dev", startProgress);
    assert.ok(!existsSync(folder));
    assert.ok(!existsSync(`${folder}.lock`));
    assert.ok(existsSync(other));
    await resetSandbox(root, "dev", startProgress);
  });

  it("is not reset under a run", async () => {
    const folder = folderOf("dev");
    const unlock = await lockFolder(folder, startProgress);
    const reset = resetSandbox(root, "dev", startProgress);
    await until(() => told.length > 0);
    assert.ok(existsSync(folder));
    await unlock();
    await reset;
    assert.ok(!existsSync(folder));
  });

  for (const name of ["..", ".", "", "../..", "a/b", "a\\b", "-x", "a b", "..."]) {
    it(`has no name '${name}': nothing else is ever removed`, async () => {
      assert.ok(!isStackName(name));
      await assert.rejects(resetSandbox(root, name, startProgress), /no name of a stack/);
      assert.ok(existsSync(root));
    });
  }

  it("may be named as Pulumi's stacks are", () => {
    for (const name of ["dev", "as-built", "prod_2", "v1.0", "0"]) assert.ok(isStackName(name), name);
  });
});
