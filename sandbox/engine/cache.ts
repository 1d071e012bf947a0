import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { lock } from "proper-lockfile";
import { versionOf } from "./probe";
import type { StartProgress } from "./progress";
import { ENGINE_VERSION } from "./version";

/** A builder touches its lock every few seconds; one that has not for this many milliseconds was killed. */
const STALE = 15_000;
/** Milliseconds between two looks at a lock that another process holds. */
const PAUSE = 500;

/**
 * One engine in the user's cache, laid out as the Automation API wants an installation: `<entry>/bin/pulumi`.
 * An entry appears by one rename of a finished folder, so that whatever exists under its name was once complete.
 */
export class CacheEntry {
  readonly #root: string;
  readonly #name = `${ENGINE_VERSION}-${process.platform}-${process.arch}`;

  constructor(private readonly env: NodeJS.ProcessEnv) {
    const base = env.XDG_CACHE_HOME;
    const home = env.HOME ?? homedir();
    this.#root = path.join(
      base && path.isAbsolute(base) ? base : path.join(home, ".cache"),
      "hybrid-estate",
      "engine",
    );
  }

  /** The executable of this entry, whether it is there or not. */
  get executable(): string {
    return path.join(this.#folder, "bin", "pulumi");
  }

  get #folder(): string {
    return path.join(this.#root, this.#name);
  }

  /** Whether a working engine of the right version is there: it is asked, not believed. */
  async isReady(): Promise<boolean> {
    return (await versionOf(this.executable, this.env)) === `v${ENGINE_VERSION}`;
  }

  /**
   * Let `fill` make the engine in a new folder (as `bin/pulumi`) and put that folder in place of this entry.
   * Throws, and leaves the entry as it was, when the result is not the wanted version.
   */
  async replace(fill: (folder: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(path.join(this.#root, `${this.#name}.partial-`));
    try {
      await fill(folder);
      const found = await versionOf(path.join(folder, "bin", "pulumi"), this.env);
      if (found !== `v${ENGINE_VERSION}`) {
        throw new Error(`the new engine says version ${found ?? "nothing"} instead of v${ENGINE_VERSION}`);
      }
      await rm(this.#folder, { recursive: true, force: true });
      await rename(folder, this.#folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Do the work while no other process works on this entry; a killed process's lock is taken over. */
  async exclusively<Result>(startProgress: StartProgress, work: () => Promise<Result>): Promise<Result> {
    await mkdir(this.#root, { recursive: true });
    const release = await this.#acquire(startProgress);
    try {
      await this.#removePartialFolders();
      return await work();
    } finally {
      // A lock that was taken over meanwhile (this process slept for minutes) is no longer ours to release.
      await release().catch(() => undefined);
    }
  }

  async #acquire(startProgress: StartProgress): Promise<() => Promise<void>> {
    let release = await this.#tryAcquire();
    if (release) return release;
    const progress = startProgress("Another process is making the Pulumi engine; waiting for it");
    while (!release) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      release = await this.#tryAcquire();
    }
    progress.succeed("The other process is done");
    return release;
  }

  async #tryAcquire(): Promise<(() => Promise<void>) | undefined> {
    try {
      return await lock(this.#folder, {
        realpath: false,
        stale: STALE,
        // Two builders at once, after a long sleep of the first, waste work but do no harm: each renames a whole folder.
        onCompromised: () => undefined,
      });
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ELOCKED") return undefined;
      throw error;
    }
  }

  /** Under the lock, every unfinished folder belongs to a process that was killed. */
  async #removePartialFolders(): Promise<void> {
    const names = await readdir(this.#root);
    const partial = names.filter((name) => name.startsWith(`${this.#name}.partial-`));
    await Promise.all(
      partial.map((name) => rm(path.join(this.#root, name), { recursive: true, force: true })),
    );
  }
}
