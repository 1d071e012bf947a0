import assert from "node:assert/strict";
import path from "node:path";
import { skipsPreview } from "../../cli/pulumi";
import { Machine, runTypeScript, until } from "../sandbox/engine/standIns";

const ROOT = path.resolve(__dirname, "../..");
const COMMAND = path.join(ROOT, "cli", "pulumi.ts");

describe("npm run preview and npm run up", () => {
  let machine: Machine;
  beforeEach(async () => {
    machine = await Machine.create();
  });
  afterEach(() => machine.remove());

  const start = (...args: string[]) => runTypeScript(COMMAND, args, machine.env);
  const echo = (code: number) =>
    machine.command("pulumi", `log(JSON.stringify([process.cwd(), ...args])); process.exitCode = ${code};`);

  for (const command of ["preview", "up"]) {
    it(`${command} runs the user's pulumi with the pack, passes arguments on and its exit code back`, async () => {
      await echo(42);
      const { code } = await start(command, "-s", "dev", "--diff").ended;
      assert.equal(code, 42);
      const pack = ["--policy-pack", path.join(ROOT, "policy")];
      const configuration = ["--policy-pack-config", path.join(ROOT, "Pulumi.dev.policy.json")];
      const expected = [ROOT, command, ...pack, ...configuration, "-s", "dev", "--diff"];
      assert.deepEqual(machine.logged(), [JSON.stringify(expected)]);
    });
  }

  it("says what to install when there is no pulumi", async () => {
    const { code, errors } = await start("preview", "-s", "dev").ended;
    assert.equal(code, 127);
    assert.match(errors, /https:\/\/www\.pulumi\.com\/docs\/install\//);
    assert.match(errors, /npm start/);
  });

  it("refuses to skip the preview, and does not start pulumi", async () => {
    await echo(0);
    for (const argument of ["--skip-preview", "-yf"]) {
      const { code, errors } = await start("up", "-s", "dev", argument).ended;
      assert.equal(code, 2);
      assert.match(errors, /never skips the preview/);
    }
    assert.deepEqual(machine.logged(), []);
  });

  it("knows only preview and up", async () => {
    await echo(0);
    const { code, errors } = await start("destroy", "-s", "dev").ended;
    assert.deepEqual([code, machine.logged()], [2, []]);
    assert.match(errors, /usage/);
  });

  it("waits for pulumi to finish after Ctrl-C", async () => {
    await machine.command(
      "pulumi",
      `process.on("SIGTERM", () => setTimeout(() => { log("finished"); process.exit(3); }, 100));
       setInterval(() => undefined, 1000);
       log("started");`,
    );
    const running = start("up", "-s", "dev");
    await until(() => machine.logged().includes("started"));
    // A terminal sends SIGINT to both; here only to the command, then SIGTERM, which it hands on.
    running.child.kill("SIGINT");
    running.child.kill("SIGTERM");
    assert.equal((await running.ended).code, 3);
    assert.deepEqual(machine.logged(), ["started", "finished"]);
  });

  const cases: readonly (readonly [string, boolean])[] = [
    ["--skip-preview", true],
    ["--skip-preview=true", true],
    ["--skip-preview=1", true],
    ["--skip-preview=false", false],
    ["--skip-preview=0", false],
    ["-f", true],
    ["-yf", true],
    ["-rf", true],
    ["-fy", true],
    ["-sfoo", false],
    ["-s=f", false],
    ["-mfix", false],
    ["-y", false],
    ["--diff", false],
    ["--refresh", false],
    ["f", false],
  ];
  for (const [argument, skips] of cases) {
    it(`${argument} ${skips ? "skips" : "does not skip"} the preview`, () => {
      assert.equal(skipsPreview(argument), skips);
    });
  }
});
