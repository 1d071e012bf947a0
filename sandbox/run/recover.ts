import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment, Stack } from "@pulumi/pulumi/automation";
import { z } from "zod";
import type { World, WorldObject } from "../world";

/** What a run that was cut off has left behind, and was put in order. */
export interface Recovery {
  /** Whether the engine's lock of a dead run was removed. */
  readonly unlocked: boolean;
  /** What exists at a site without the state knowing; the next `up` imports it. */
  readonly orphans: readonly WorldObject[];
  /** URNs of all that exists without the state knowing: the orphans and the runs of host scripts. */
  readonly untold: readonly string[];
}

/** What recovery needs of the Automation API's stack. */
export type RecoverableStack = Pick<Stack, "name" | "exportStack" | "importStack" | "cancel">;

export interface RecoverOptions {
  /** Folder of the file backend. */
  readonly stateFolder: string;
  readonly project: string;
  readonly world: World;
}

/** How long an engine whose parent was killed may take to die: at most 2.3 s measured on an idle machine. */
const ENGINE_DEATH_SECONDS = 120;

/**
 * Puts a stack in order after a run that was cut off: waits for its engine to be gone, takes its lock away, drops
 * the operations that were under way, and finds what they made. A create can have happened without the state
 * knowing: the engine was killed before it could write that down, or the answer was lost. Only the sites know.
 */
export async function recover(stack: RecoverableStack, options: RecoverOptions): Promise<Recovery> {
  const unlocked = await removeDeadLock(stack, options);
  const untold = await findUntold(stack, options);
  // A script's run is nothing that exists at a host: only its effects are, and the next run finds them.
  const runs = untold.filter(({ type }) => REPEATABLE.has(type));
  options.world.change(runs.map(({ type, key }) => ({ remove: { type, key } })));
  return {
    unlocked,
    orphans: untold.filter(({ type }) => !REPEATABLE.has(type)),
    untold: untold.map(({ urn = "" }) => urn),
  };
}

async function removeDeadLock(
  stack: RecoverableStack,
  { stateFolder, project }: RecoverOptions,
): Promise<boolean> {
  const locks = await locksOf(path.join(stateFolder, ".pulumi", "locks"), path.join(project, stack.name));
  if (locks.length === 0) return false;
  const holders = (await Promise.all(locks.map(holderOf))).filter((pid) => pid !== undefined);
  for (let waited = 0; holders.some(isAlive); waited += 1) {
    if (waited >= ENGINE_DEATH_SECONDS * 5) {
      throw new Error(
        `stack ${stack.name} is locked by the running process ${holders.find(isAlive)}; ` +
          `if that is no pulumi, remove ${locks.join(", ")}`,
      );
    }
    await sleep(200);
  }
  await stack.cancel();
  return true;
}

/** The file backend's lock files of a stack: `organization/<project>/<stack>/<id>.json`. */
async function locksOf(folder: string, projectAndStack: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  return files
    .filter((file) => file.endsWith(".json") && path.dirname(file).endsWith(`${path.sep}${projectAndStack}`))
    .map((file) => path.join(folder, file));
}

const lockSchema = z.object({ pid: z.int() });

/** The process that a lock is of; undefined where its engine was killed while it wrote the file. */
async function holderOf(file: string): Promise<number | undefined> {
  try {
    return lockSchema.parse(JSON.parse(await readFile(file, "utf8"))).pid;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process may not be signalled, but it is there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

const deploymentSchema = z.looseObject({
  resources: z.array(z.looseObject({ urn: z.string(), id: z.string().optional() })).optional(),
  pending_operations: z.array(z.unknown()).optional(),
});

async function findUntold(
  stack: RecoverableStack,
  { project, world }: RecoverOptions,
): Promise<WorldObject[]> {
  const exported: Deployment = await stack.exportStack();
  const deployment = deploymentSchema.parse(exported.deployment ?? {});
  const { pending_operations: pending = [], resources = [], ...rest } = deployment;
  // Left in, they would be warned of at every run; what they made is found below.
  if (pending.length > 0) await stack.importStack({ ...exported, deployment: { ...rest, resources } });
  const known = new Set(resources.map(({ urn, id }) => `${urn} ${id}`));
  const prefix = `urn:pulumi:${stack.name}::${project}::`;
  return world
    .all()
    .filter(({ urn }) => urn?.startsWith(prefix))
    .filter(({ urn, id }) => !known.has(`${urn} ${id}`));
}

/** Types that cannot be imported and need not be: running the script again changes nothing. */
const REPEATABLE: ReadonlySet<string> = new Set(["command:remote:Command"]);
