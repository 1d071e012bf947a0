import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readlink, realpath, rm, stat, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Engine, engineEnvironment, pulumiCommand } from "../../../sandbox/engine";
import { Machine } from "./standIns";

const LAUNCHER = "pulumi-analyzer-policy-nodejs";

describe("the engine's environment", () => {
  let folder: string;
  let stateFolder: string;
  const engine: Engine = { path: "/opt/pulumi/bin/pulumi", version: "3.259.0", source: "path" };
  const before = { ...process.env };
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hybrid-estate-test-"));
    stateFolder = path.join(folder, "state of #1");
  });
  afterEach(async () => {
    process.env = { ...before };
    await rm(folder, { recursive: true, force: true });
  });

  it("keeps everything in the state folder and attaches the doubles", async () => {
    const env = await engineEnvironment({ engine, stateFolder, providers: { aws: 1234, proxmoxve: 5678 } });
    assert.equal(env.PULUMI_HOME, path.join(stateFolder, "home"));
    assert.equal(env.PULUMI_BACKEND_URL, `file://${folder}/state%20of%20%231`);
    assert.equal(env.PULUMI_DEBUG_PROVIDERS, "aws:1234,proxmoxve:5678");
    assert.deepEqual((env.PATH ?? "").split(":").slice(0, 2), [
      path.dirname(process.execPath),
      "/opt/pulumi/bin",
    ]);
  });

  it("hides the user's own Pulumi settings", async () => {
    Object.assign(process.env, {
      PULUMI_ACCESS_TOKEN: "pul-secret",
      PULUMI_STACK: "production",
      PULUMI_BACKEND_URL: "s3://production",
      PULUMI_CONFIG_PASSPHRASE: "production",
    });
    const env = await engineEnvironment({ engine, stateFolder, providers: {} });
    assert.deepEqual([env.PULUMI_ACCESS_TOKEN, env.PULUMI_STACK], ["", ""]);
    assert.doesNotMatch(JSON.stringify(env), /production|pul-secret/);
  });

  it("makes one passphrase, for its owner only, also when two start at once", async () => {
    const make = async () =>
      (await engineEnvironment({ engine, stateFolder, providers: {} })).PULUMI_CONFIG_PASSPHRASE;
    const all = await Promise.all([make(), make(), make()]);
    all.push(await make());
    assert.equal(new Set(all).size, 1);
    assert.match(all[0] ?? "", /^[\w-]{43}$/);
    assert.equal((await stat(path.join(stateFolder, "passphrase"))).mode & 0o777, 0o600);
  });

  it("gives the engine the policy launcher of this checkout, in place of one of a moved checkout", async () => {
    const env = await engineEnvironment({ engine, stateFolder, providers: {} });
    const link = path.join(env.PULUMI_HOME ?? "", "plugins", "analyzer-policy-nodejs-v1.0.0", LAUNCHER);
    const launcher = path.resolve(__dirname, "../../../sandbox/engine/bin", LAUNCHER);
    assert.equal(await realpath(link), launcher);
    assert.ok((await stat(link)).mode & 0o100);
    await unlink(link);
    await symlink("/gone", link);
    await engineEnvironment({ engine, stateFolder, providers: {} });
    assert.equal(await readlink(link), launcher);
  });

  it("asks the engine for its version without touching the user's ~/.pulumi", async () => {
    const machine = await Machine.create();
    try {
      await machine.command("pulumi", `log(process.env.PULUMI_HOME); console.log("v3.259.0");`);
      const found: Engine = { path: path.join(machine.bin, "pulumi"), version: "3.259.0", source: "path" };
      const environment = await engineEnvironment({ engine: found, stateFolder, providers: {} });
      process.env.PULUMI_HOME = "/the/users/own";
      const command = await pulumiCommand(found, environment);
      assert.equal(command.command, found.path);
      assert.deepEqual(machine.logged(), [environment.PULUMI_HOME]);
      assert.equal(process.env.PULUMI_HOME, "/the/users/own");
    } finally {
      await machine.remove();
    }
  });

  it("starts a pack that ends when the engine is gone", async () => {
    const policy = JSON.stringify(require.resolve("@pulumi/policy"));
    await writeFile(
      path.join(folder, "package.json"),
      `{"name": "p", "version": "1.0.0", "main": "index.js"}`,
    );
    await writeFile(path.join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\nmain: index.js\n");
    await writeFile(
      path.join(folder, "index.js"),
      `new (require(${policy}).PolicyPack)("p", { policies: [] });`,
    );
    const launcher = path.resolve(__dirname, "../../../sandbox/engine/bin", LAUNCHER);
    const pack = spawn(launcher, ["127.0.0.1:1", "."], { cwd: folder });
    const ended = once(pack, "exit");
    const [port] = await Promise.race([
      once(pack.stdout, "data"),
      ended.then(() => ["the pack did not start"]),
    ]);
    assert.match(String(port), /^\d+\n$/);
    pack.stdin.end();
    assert.deepEqual(await ended, [0, null]);
  });
});
