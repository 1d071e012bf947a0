import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { lock } from "proper-lockfile";
import { startProgress } from "../../../cli/terminal";
import { lastLines, run } from "../../../sandbox/engine/processes";
import { ensurePrograms } from "../programs";

const REQUIREMENTS = path.join(__dirname, "requirements.txt");

/** A builder touches its lock every few seconds; one that has not for this many milliseconds was killed. */
const STALE = 15_000;

/** The folder of moto's Python environment in the user's cache, whether it is there or not. */
function environment(): string {
  const base = process.env.XDG_CACHE_HOME;
  const root = base && path.isAbsolute(base) ? base : path.join(homedir(), ".cache");
  const hash = createHash("sha256").update(readFileSync(REQUIREMENTS)).digest("hex").slice(0, 16);
  return path.join(root, "hybrid-estate", "moto", hash);
}

/** The Python that has moto. */
export function motoPython(): string {
  return path.join(environment(), "bin", "python");
}

function isComplete(folder: string): boolean {
  return existsSync(path.join(folder, "complete"));
}

/** Why moto cannot be started; undefined where it can. */
export function lackingForMoto(): string | undefined {
  return isComplete(environment())
    ? undefined
    : "needs moto in its own Python environment: npm run test:aws makes it";
}

/**
 * Makes moto's Python environment in the cache (a minute or two, once), and installs rclone where it is missing.
 * @throws with what is missing when that is not possible
 */
export async function installAwsTools(): Promise<void> {
  await ensurePrograms("the AWS tests", { rclone: "rclone", python3: "python3-venv", jq: "jq" });
  const folder = environment();
  if (isComplete(folder)) return;
  await mkdir(folder, { recursive: true });
  const release = await lock(folder, {
    stale: STALE,
    retries: { retries: 600, factor: 1, minTimeout: 1000 },
  });
  try {
    if (!isComplete(folder)) await build(folder);
  } finally {
    await release();
  }
}

async function build(folder: string): Promise<void> {
  const progress = startProgress("Installing moto, the AWS emulator of the tests (once)");
  const commands = [
    ["python3", "-m", "venv", "--clear", folder],
    [path.join(folder, "bin", "pip"), "install", "--quiet", "--no-deps", "--requirement", REQUIREMENTS],
  ] as const;
  for (const [file, ...args] of commands) {
    const { code, stdout, stderr } = await run(file, args, { env: process.env });
    if (code !== 0) {
      progress.fail("Installing moto failed");
      await rm(folder, { recursive: true, force: true });
      throw new Error(
        `${path.basename(file)} ${args[0]} ended with ${code}:\n${lastLines(stdout + stderr, 15)}`,
      );
    }
  }
  await writeFile(path.join(folder, "complete"), "");
  progress.succeed("moto is ready");
}
