import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { StartProgress } from "../../../sandbox/engine";
import { ENGINE_VERSION } from "../../../sandbox/engine";

/** A folder with stand-ins for `pulumi`, `go` and `npm`, the only folder on PATH, and an empty cache. */
export class Machine {
  private constructor(readonly folder: string) {}

  static async create(): Promise<Machine> {
    const machine = new Machine(await mkdtemp(path.join(tmpdir(), "hybrid-estate-test-")));
    await mkdir(machine.bin);
    return machine;
  }

  get bin(): string {
    return path.join(this.folder, "bin");
  }

  get env(): NodeJS.ProcessEnv {
    return {
      PATH: this.bin,
      HOME: path.join(this.folder, "home"),
      XDG_CACHE_HOME: path.join(this.folder, "cache"),
    };
  }

  get cache(): string {
    return path.join(this.folder, "cache", "hybrid-estate", "engine");
  }

  get entry(): string {
    return path.join(this.cache, `${ENGINE_VERSION}-${process.platform}-${process.arch}`);
  }

  get executable(): string {
    return path.join(this.entry, "bin", "pulumi");
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Put a command on PATH whose work is the JavaScript given; `log(text)` in it writes to {@link logged}. */
  async command(name: string, javascript: string): Promise<void> {
    const file = path.join(this.bin, name);
    const log = `const log = (text) => require("node:fs").appendFileSync(${JSON.stringify(this.#log)}, text + "\\n");`;
    await writeFile(`${file}.js`, `${log}\n${PRELUDE}\n${javascript}`);
    await writeFile(file, `#!/bin/sh\nexec "${process.execPath}" "${file}.js" "$@"\n`);
    await chmod(file, 0o755);
  }

  /** A `pulumi` on PATH that says that version. */
  async pulumi(says: string): Promise<void> {
    await this.command("pulumi", `console.log(${JSON.stringify(says)});`);
  }

  /** A `go` that "builds" an engine of that version; `before` runs first in each build. */
  async go(version = `v${ENGINE_VERSION}`, before = ""): Promise<void> {
    await this.command(
      "go",
      `
      if (args[0] === "list") {
        console.error("go: downloading example.org/module v1.0.0");
        console.log("true\\nfalse\\ntrue");
      } else {
        log("go " + JSON.stringify({ args, cwd: process.cwd(), env: process.env }));
        ${before}
        console.error("example.org/one\\nexample.org/two");
        writeEngine(args[args.indexOf("-o") + 1], ${JSON.stringify(version)});
      }`,
    );
  }

  /** An `npm` whose `pulumi` package runs that JavaScript as its launcher. */
  async npm(launcher: string): Promise<void> {
    await this.command(
      "npm",
      `
      log("npm " + JSON.stringify({ args }));
      const folder = path.join(args[args.indexOf("--prefix") + 1], "node_modules", "pulumi");
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, "run.js"), ${JSON.stringify(`${PRELUDE}\n${launcher}`)});`,
    );
  }

  /** Lines that the stand-ins logged. */
  logged(): string[] {
    return existsSync(this.#log) ? readFileSync(this.#log, "utf8").trim().split("\n") : [];
  }

  get #log(): string {
    return path.join(this.folder, "log");
  }
}

/** What every stand-in can use. */
const PRELUDE = `
const fs = require("node:fs");
const path = require("node:path");
const args = process.argv.slice(2);
function writeEngine(file, version) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, "#!/bin/sh\\necho " + version + "\\n", { mode: 0o755 });
}`;

/** A launcher as npm's `pulumi` package has it, which finds what it needs to download. */
export const WORKING_LAUNCHER = `
const version = process.env.PULUMI_VERSION;
writeEngine(path.join(process.env.PULUMI_HOME, "versions", version, "bin", "pulumi"), "v" + version);
console.log("v" + version);`;

/** Progress that keeps what it was told. */
export function recordedProgress(): { readonly texts: string[]; readonly startProgress: StartProgress } {
  const texts: string[] = [];
  const keep = (text: string) => {
    texts.push(text);
  };
  return {
    texts,
    startProgress: (text) => {
      keep(text);
      return { update: keep, succeed: keep, fail: keep };
    },
  };
}

/** A program of this repository in a process of its own, its output to a pipe. */
export function runTypeScript(file: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, ["--import", require.resolve("tsx"), file, ...args], { env });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = new Promise<{ code: number | null; signal: string | null; output: string; errors: string }>(
    (resolve) => {
      child.on("close", (code, signal) => resolve({ code, signal, output, errors }));
    },
  );
  return { child, ended };
}

/** Wait until the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
