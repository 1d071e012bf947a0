import { CacheEntry } from "./cache";
import { buildWithGo } from "./go-build";
import { downloadWithNpm } from "./npm-download";
import { versionOf } from "./probe";
import { findOnPath } from "./processes";
import type { Progress, StartProgress } from "./progress";
import { ENGINE_VERSION, isUsableVersion, VERSION_RANGE } from "./version";

/** A Pulumi CLI that the sandbox can run. */
export interface Engine {
  /** Absolute path of the executable. */
  readonly path: string;
  /** Its release, without a leading v. */
  readonly version: string;
  /** Where it came from: the user's PATH, the cache, or made just now with Go or npm. */
  readonly source: "path" | "cache" | "go" | "npm";
}

/** Options of {@link findEngine}. */
export interface FindEngineOptions {
  /** Shows the steps that take long: waiting for another process, building, downloading. */
  readonly startProgress: StartProgress;
  /** PATH, the place of the cache and what Go and npm read; default: this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
}

/** There is no engine and none could be made. The message says what was tried and what to install. */
export class NoEngineError extends Error {
  override readonly name = "NoEngineError";

  constructor(tried: readonly string[]) {
    super(
      [
        "No Pulumi engine was found and none could be made:",
        ...tried.map((line) => `  - ${line.replaceAll("\n", "\n    ")}`),
        `Install the Pulumi CLI ${VERSION_RANGE} (https://www.pulumi.com/docs/install/)`,
        "or Go 1.25.11 or newer (https://go.dev/dl/), and run this again.",
      ].join("\n"),
    );
  }
}

/** A way to make the engine, and the command that it needs on PATH. */
interface Maker {
  readonly source: "go" | "npm";
  readonly tool: string;
  readonly make: (tool: string, folder: string, env: NodeJS.ProcessEnv, progress: Progress) => Promise<void>;
}

const MAKERS: readonly Maker[] = [
  { source: "go", tool: "go", make: buildWithGo },
  { source: "npm", tool: "npm", make: downloadWithNpm },
];

/**
 * Find a Pulumi CLI, or make one: `pulumi` on PATH if its version fits, the one in the cache, a build with Go,
 * the official CLI through npm. Two processes at once make one engine.
 * @throws NoEngineError
 */
export async function findEngine(options: FindEngineOptions): Promise<Engine> {
  const env = options.env ?? process.env;
  const tried: string[] = [];
  const onPath = await engineOnPath(env, tried);
  if (onPath) return onPath;

  const entry = new CacheEntry(env);
  const cached: Engine = { path: entry.executable, version: ENGINE_VERSION, source: "cache" };
  if (await entry.isReady()) return cached;
  return entry.exclusively(options.startProgress, async () => {
    if (await entry.isReady()) return cached;
    for (const maker of MAKERS) {
      if (await makeEngine(entry, maker, options.startProgress, env, tried))
        return { ...cached, source: maker.source };
    }
    throw new NoEngineError(tried);
  });
}

async function engineOnPath(env: NodeJS.ProcessEnv, tried: string[]): Promise<Engine | undefined> {
  const file = await findOnPath("pulumi", env);
  if (!file) {
    tried.push("there is no `pulumi` on PATH");
    return undefined;
  }
  const version = await versionOf(file, env);
  if (version !== undefined && isUsableVersion(version)) {
    return { path: file, version: version.replace(/^v/, ""), source: "path" };
  }
  tried.push(`${file} says version ${version || "nothing"}, wanted is a release ${VERSION_RANGE}`);
  return undefined;
}

async function makeEngine(
  entry: CacheEntry,
  maker: Maker,
  startProgress: StartProgress,
  env: NodeJS.ProcessEnv,
  tried: string[],
): Promise<boolean> {
  const tool = await findOnPath(maker.tool, env);
  if (!tool) {
    tried.push(`there is no \`${maker.tool}\` on PATH`);
    return false;
  }
  const progress = startProgress(`Getting the Pulumi engine ${ENGINE_VERSION} with ${maker.tool} (once)`);
  try {
    await entry.replace((folder) => maker.make(tool, folder, env, progress));
    progress.succeed(`Pulumi engine ${ENGINE_VERSION} is ready`);
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    tried.push(`${maker.tool}: ${reason}`);
    progress.fail(`Not with ${maker.tool}: ${reason}`);
    return false;
  }
}
