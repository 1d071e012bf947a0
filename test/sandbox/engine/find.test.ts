import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { ENGINE_VERSION, findEngine, NoEngineError } from "../../../sandbox/engine";
import { Machine, recordedProgress, runTypeScript, until, WORKING_LAUNCHER } from "./standIns";

const FIND = path.join(__dirname, "findInProcess.ts");

describe("finding the engine", () => {
  let machine: Machine;
  beforeEach(async () => {
    machine = await Machine.create();
  });
  afterEach(() => machine.remove());

  const find = (env: NodeJS.ProcessEnv = {}) => {
    const { texts, startProgress } = recordedProgress();
    return { texts, found: findEngine({ startProgress, env: { ...machine.env, ...env } }) };
  };
  const builds = () => machine.logged().filter((line) => line.startsWith("go "));
  const leftovers = async () => (await readdir(machine.cache)).filter((name) => name.includes(".partial-"));

  it("takes `pulumi` on PATH when its version fits, and makes nothing", async () => {
    await machine.pulumi("v3.251.0");
    await machine.go();
    const { found, texts } = find();
    assert.deepEqual(await found, {
      path: path.join(machine.bin, "pulumi"),
      version: "3.251.0",
      source: "path",
    });
    assert.deepEqual([texts, machine.logged(), existsSync(machine.cache)], [[], [], false]);
  });

  for (const says of ["v3.100.0", "v4.1.0", "v3.260.0-dev.0", ""]) {
    it(`passes over a \`pulumi\` on PATH that says ${JSON.stringify(says)}`, async () => {
      await machine.pulumi(says);
      await machine.go();
      assert.equal((await find().found).source, "go");
    });
  }

  it("builds with Go once, pinned and for this machine, then takes the cache without a word", async () => {
    await machine.go();
    const first = find({
      GOOS: "plan9",
      GOARCH: "mips",
      GOPROXY: "https://proxy.example",
      GOFLAGS: "-mod=mod",
    });
    assert.deepEqual(await first.found, { path: machine.executable, version: ENGINE_VERSION, source: "go" });
    assert.ok(first.texts.some((text) => text.includes("downloading Go modules (1)")));
    assert.ok(first.texts.some((text) => text.includes("50 % (package 1 of 2)")));

    const call: unknown = JSON.parse((builds()[0] ?? "").slice("go ".length));
    assert.ok(call && typeof call === "object" && "args" in call && "cwd" in call && "env" in call);
    assert.ok(Array.isArray(call.args) && call.args.includes("-mod=readonly"));
    assert.ok(call.args.some((argument) => String(argument).endsWith(`version.Version=v${ENGINE_VERSION}`)));
    assert.equal(call.cwd, path.resolve(__dirname, "../../../sandbox/engine/build"));
    const { GOOS, GOARCH, GOWORK, CGO_ENABLED, GOPROXY } = call.env as NodeJS.ProcessEnv;
    assert.deepEqual(
      { GOOS, GOARCH, GOWORK, CGO_ENABLED, GOPROXY },
      {
        GOOS: undefined,
        GOARCH: undefined,
        GOWORK: "off",
        CGO_ENABLED: "0",
        GOPROXY: "https://proxy.example",
      },
    );

    const second = find();
    assert.equal((await second.found).source, "cache");
    assert.deepEqual([second.texts, builds().length, await leftovers()], [[], 1, []]);
  });

  it("lets npm's package download the official CLI where there is no Go", async () => {
    await machine.npm(WORKING_LAUNCHER);
    const { found } = find();
    assert.deepEqual(await found, { path: machine.executable, version: ENGINE_VERSION, source: "npm" });
    assert.match(machine.logged()[0] ?? "", new RegExp(`"pulumi@${ENGINE_VERSION}"`));
    assert.deepEqual(await readdir(machine.entry), ["bin"]);
    assert.equal(existsSync(path.join(machine.folder, "home")), false, "the user's home stays as it was");
  });

  it("tries npm when the build with Go fails", async () => {
    await machine.go(undefined, `console.error("no space left on device"); process.exit(1);`);
    await machine.npm(WORKING_LAUNCHER);
    const { found, texts } = find();
    assert.equal((await found).source, "npm");
    assert.ok(texts.some((text) => text.includes("Not with go") && text.includes("no space left on device")));
  });

  it("does not take a build that is another version than the wanted one", async () => {
    await machine.go("v3.1.0");
    await assert.rejects(find().found, /the new engine says version v3\.1\.0 instead of v3\.259\.0/);
    assert.deepEqual([existsSync(machine.executable), await leftovers()], [false, []]);
  });

  it("says what was tried and what to install when there is nothing", async () => {
    await machine.pulumi("v3.1.0");
    await machine.npm(`console.error("fetch failed"); process.exit(1);`);
    await assert.rejects(find().found, (error: unknown) => {
      assert.ok(error instanceof NoEngineError);
      for (const part of [
        /bin\/pulumi says version v3\.1\.0, wanted is a release >= 3\.249\.0 and < 4\.0\.0/,
        /there is no `go` on PATH/,
        /npm: the npm package could not download the CLI: fetch failed/,
        /https:\/\/www\.pulumi\.com\/docs\/install\//,
        /https:\/\/go\.dev\/dl\//,
      ]) {
        assert.match(error.message, part);
      }
      return true;
    });
  });

  const broken: Readonly<Record<string, string>> = {
    "an empty file": "",
    "half a binary": "\x7fELF\x02\x01\x01",
    "an engine of another version": "#!/bin/sh\necho v3.1.0\n",
    "an engine that fails": "#!/bin/sh\nexit 1\n",
  };
  for (const [what, content] of Object.entries(broken)) {
    it(`replaces ${what} in the cache`, async () => {
      await machine.go();
      await mkdir(path.dirname(machine.executable), { recursive: true });
      await writeFile(machine.executable, content, { mode: 0o755 });
      assert.equal((await find().found).source, "go");
      assert.equal((await find().found).source, "cache");
    });
  }

  it("builds once when two processes start at once: the second waits, says so in plain lines, and uses it", async () => {
    const marker = path.join(machine.folder, "go-on");
    await machine.go(undefined, `while (!fs.existsSync(${JSON.stringify(marker)})) {}`);
    const first = runTypeScript(FIND, [], machine.env);
    await until(() => builds().length === 1);
    const second = runTypeScript(FIND, [], { ...machine.env, FORCE_COLOR: "1" });
    let seen = "";
    second.child.stderr.on("data", (text: string) => {
      seen += text;
    });
    await until(() => seen.includes("waiting for it"));
    await writeFile(marker, "");
    const [one, two] = await Promise.all([first.ended, second.ended]);
    assert.deepEqual([one.code, two.code, builds().length], [0, 0, 1]);
    assert.match(one.output, /"source":"go"/);
    assert.match(two.output, /"source":"cache"/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what must not be there
    assert.doesNotMatch(one.errors + two.errors, /\x1b/);
  });

  it("takes over from a builder that was killed, and removes what it left", async () => {
    await machine.go(undefined, `log("pid " + process.pid); setInterval(() => undefined, 1000); return;`);
    const killed = runTypeScript(FIND, [], machine.env);
    const builder = () => machine.logged().find((line) => line.startsWith("pid "));
    await until(() => builder() !== undefined);
    killed.child.kill("SIGKILL");
    await killed.ended;
    process.kill(Number(builder()?.slice("pid ".length)), "SIGKILL");
    assert.deepEqual([(await leftovers()).length, existsSync(machine.entry)], [1, false]);

    // The lock of the dead is told by its age: let it have been silent for a minute.
    const past = new Date(Date.now() - 60_000);
    await utimes(`${machine.entry}.lock`, past, past);
    await machine.go();
    assert.equal((await find().found).source, "go");
    assert.deepEqual(await leftovers(), []);
    assert.match(await readFile(machine.executable, "utf8"), /v3\.259\.0/);
  });
});
