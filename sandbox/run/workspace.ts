import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { lock } from "proper-lockfile";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { SCRIPT_NAMES, scriptText } from "../../components/hosts/host-script";
import { valueAt } from "../../estate/paths";
import { type Doubles, parseFaults, startDoubles } from "../doubles";
import { type Engine, engineEnvironment, findEngine, pulumiCommand, type StartProgress } from "../engine";
import { type Installed, openWorld, type World } from "../world";
import { adopting } from "./adopt";
import { type Recovery, recover } from "./recover";

/** Everything of one environment's sandbox is below this folder of the checkout, which git ignores. */
export const SANDBOX_FOLDER = ".sandbox";

export interface SandboxOptions {
  /** The checkout. */
  readonly root: string;
  /** Environment whose sites and state are used, such as `dev`. */
  readonly environment: string;
  /** What the sites hold before anything is declared. */
  readonly installed: Installed;
  readonly project: string;
  readonly stack: string;
  /** Configuration of the stack by full key. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Secret configuration by full key; what is nested is set one by one. */
  readonly secrets: SecretTree;
  readonly program: PulumiFn;
  readonly startProgress: StartProgress;
  /** Faults to inject, for tests (`HYBRID_ESTATE_FAULT`). */
  readonly faults?: string | undefined;
}

/** Secrets by name, and by name within a name. */
export interface SecretTree {
  readonly [name: string]: string | SecretTree;
}

/** A stack of an environment's sandbox, ready for the engine. */
export interface Sandbox {
  readonly engine: Engine;
  readonly stack: Stack;
  readonly world: World;
  /** What had to be put in order after a run that was killed. */
  readonly recovery: Recovery;
}

/** Whether a stack may be called that. Its sandbox's folder has its name: no separators, no `..`. */
export function isStackName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(name);
}

/**
 * The folder of an environment's sandbox.
 *
 * @throws for a name that is none: `reset` removes the folder, whatever it is
 */
export function sandboxFolder(root: string, environment: string): string {
  if (!isStackName(environment)) throw new Error(`'${environment}' is no name of a stack`);
  return path.join(root, SANDBOX_FOLDER, environment);
}

/** The folder, below an environment's, that the Automation API works in for one project. */
export function workFolder(folder: string, project: string): string {
  return path.join(folder, "work", project);
}

/** Opens an environment's sandbox, works in it and closes it; one run at a time, others wait. */
export async function withSandbox<T>(
  options: SandboxOptions,
  work: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
  const engine = await findEngine({ startProgress: options.startProgress });
  const folder = sandboxFolder(options.root, options.environment);
  await mkdir(folder, { recursive: true });
  const unlock = await lockFolder(folder, options.startProgress);
  let doubles: Doubles | undefined;
  let world: World | undefined;
  let program = options.program;
  try {
    world = openWorld({ folder: path.join(folder, "world"), installed: options.installed });
    doubles = await startDoubles({
      world,
      faults: parseFaults(options.faults),
      scripts: Object.fromEntries(SCRIPT_NAMES.map((name) => [name, scriptText(name)])),
    });
    const stateFolder = path.join(folder, "state");
    const environment = await engineEnvironment({ engine, stateFolder, providers: doubles.ports });
    const workDir = workFolder(folder, options.project);
    await writeStackSettings(workDir, options);
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: options.stack, projectName: options.project, program: () => program() },
      { workDir, pulumiCommand: await pulumiCommand(engine, environment), envVars: environment },
    );
    await setMissingSecrets(stack, workDir, options);
    const recovery = await recover(stack, { stateFolder, project: options.project, world });
    program = adopting(options.program, recovery.orphans);
    return await work({ engine, stack, world, recovery });
  } finally {
    await doubles?.stop();
    world?.close();
    await unlock();
  }
}

/** Forgets an environment's sandbox: sites and state. */
export async function resetSandbox(
  root: string,
  environment: string,
  startProgress: StartProgress,
): Promise<void> {
  const folder = sandboxFolder(root, environment);
  if (!existsSync(folder)) return;
  const unlock = await lockFolder(folder, startProgress);
  try {
    await rm(folder, { recursive: true, force: true });
  } finally {
    await unlock();
  }
}

/** Takes the folder's lock (`<folder>.lock`, beside it), when it is free; returns what gives it back. */
export async function lockFolder(folder: string, startProgress: StartProgress): Promise<() => Promise<void>> {
  // A killed run's lock is stale after seconds: it is refreshed every second while its process lives.
  // A machine so busy that this process cannot refresh it in time is no reason to end a run half way: the engine's
  // own lock still keeps another one from the state.
  const options = { stale: 8000, update: 1000, onCompromised: () => undefined };
  try {
    return await lock(folder, options);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ELOCKED")) throw error;
  }
  const waiting = startProgress(`waiting for another run in ${folder}`);
  try {
    const unlock = await lock(folder, {
      ...options,
      retries: { forever: true, minTimeout: 250, maxTimeout: 250 },
    });
    waiting.succeed("the other run is done");
    return unlock;
  } catch (error) {
    waiting.fail("the other run's lock could not be taken");
    throw error;
  }
}

const settingsSchema = z.looseObject({ config: z.record(z.string(), z.unknown()).optional() });

/** Writes the stack's configuration; the salt and the encrypted secrets of an earlier run are kept. */
async function writeStackSettings(
  workDir: string,
  { stack, config, secrets }: SandboxOptions,
): Promise<void> {
  await mkdir(workDir, { recursive: true });
  const file = path.join(workDir, `Pulumi.${stack}.yaml`);
  const before = await readSettings(file);
  const secretKeys = new Set(Object.keys(secrets));
  const kept = Object.entries(before.config ?? {}).filter(([key]) => secretKeys.has(key));
  const settings = { ...before, config: { ...Object.fromEntries(kept), ...config } };
  // Quoted: the engine reads a bare moment as a time, and hands it on in another form.
  const text = stringify(settings, { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" });
  await writeFile(file, text, { mode: 0o600 });
}

async function readSettings(file: string): Promise<z.infer<typeof settingsSchema>> {
  return existsSync(file) ? settingsSchema.parse(parse(await readFile(file, "utf8")) ?? {}) : {};
}

async function setMissingSecrets(stack: Stack, workDir: string, options: SandboxOptions): Promise<void> {
  const { config = {} } = await readSettings(path.join(workDir, `Pulumi.${options.stack}.yaml`));
  const missing = leaves(options.secrets).filter(([steps]) => valueAt(config, steps) === undefined);
  if (missing.length === 0) return;
  await stack.setAllConfig(
    Object.fromEntries(missing.map(([steps, value]) => [steps.join("."), { value, secret: true }])),
    true,
  );
}

function leaves(tree: SecretTree): [steps: string[], value: string][] {
  return Object.entries(tree).flatMap(([name, value]): [string[], string][] =>
    typeof value === "string"
      ? [[[name], value]]
      : leaves(value).map(([steps, leaf]): [string[], string] => [[name, ...steps], leaf]),
  );
}
