import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import type { Progress, StartProgress } from "../sandbox/engine";
import { findOnPath, lastLines, run } from "../sandbox/engine/processes";

/** The Go module around the real provider: go.mod pins its version, and no build changes go.mod or go.sum. */
const MODULE = path.join(__dirname, "provider");
const EXECUTABLE = "provider";

/** There is no Go on this machine, so that the real provider can't be built. */
export class NoGoError extends Error {
  override readonly name = "NoGoError";
}

/**
 * The executable of the real provider, from the user's cache or built with Go and put there. The first build takes
 * a minute or two, and the Go module proxy.
 *
 * @throws NoGoError when it has to be built and there is no Go
 */
export async function buildProvider(
  startProgress: StartProgress,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const root = cacheRoot(env);
  const entry = path.join(root, await keyOf(MODULE));
  const executable = path.join(entry, EXECUTABLE);
  if ((await versionsIn(entry)).includes(EXECUTABLE)) return executable;
  const go = await findOnPath("go", env);
  if (!go) throw new NoGoError("there is no `go` on PATH (https://go.dev/dl/)");
  const progress = startProgress("Building the real Proxmox provider with Go (once)");
  try {
    await mkdir(root, { recursive: true });
    const folder = await mkdtemp(`${entry}.partial-`);
    try {
      await compile(go, path.join(folder, EXECUTABLE), env, progress);
      await rename(folder, entry).catch(unlessThere);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    progress.succeed("The real Proxmox provider is built");
    return executable;
  } catch (error) {
    progress.fail("The real Proxmox provider was not built");
    throw error;
  }
}

function cacheRoot({ XDG_CACHE_HOME: base, HOME }: NodeJS.ProcessEnv): string {
  const cache = base && path.isAbsolute(base) ? base : path.join(HOME ?? homedir(), ".cache");
  return path.join(cache, "hybrid-estate", "conformance");
}

/** Changes with every source file, and with the machine that it is for. */
async function keyOf(module: string): Promise<string> {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}`);
  for (const name of (await readdir(module)).sort()) {
    hash.update(`\0${name}\0`).update(await readFile(path.join(module, name)));
  }
  return hash.digest("hex").slice(0, 16);
}

/** An entry appears by one rename of a finished folder: what is in it is whole. */
async function versionsIn(entry: string): Promise<string[]> {
  return readdir(entry).catch(() => []);
}

/** Another process that was quicker has made the same. */
function unlessThere(error: unknown): void {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
}

async function compile(
  go: string,
  output: string,
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<void> {
  const { GOOS: _os, GOARCH: _arch, ...rest } = env;
  let lines = 0;
  const built = await run(
    go,
    ["build", "-v", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", output, "."],
    {
      cwd: MODULE,
      env: { ...rest, GOFLAGS: "-mod=readonly", GOWORK: "off", CGO_ENABLED: "0" },
      onErrorLine: (line) => {
        lines += 1;
        const what = line.startsWith("go: downloading ") ? "downloading modules" : "compiling";
        progress.update(`Building the real Proxmox provider: ${what} (${lines})`);
      },
    },
  );
  if (built.code !== 0)
    throw new Error(`\`go build\` of the real provider failed: ${lastLines(built.stderr)}`);
}
