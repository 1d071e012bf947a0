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
}

export interface RecoverOptions {
  /** Folder of the file backend. */
  readonly stateFolder: string;
  readonly project: string;
  readonly world: World;
}

/** How long an engine whose parent was killed may take to die (measured: at most 2.3 s). */
const ENGINE_DEATH_SECONDS = 30;

/**
 * Puts a stack in order after a run that was cut off: waits for its engine to be gone, takes its lock away, drops
 * the operations that were under way, and finds what they made. A create can have happened without the state
 * knowing: the engine was killed before it could write that down, or the answer was lost. Only the sites know.
 */
export async function recover(stack: Stack, options: RecoverOptions): Promise<Recovery> {
  const unlocked = await removeDeadLock(stack, options.stateFolder);
  return { unlocked, orphans: await findOrphans(stack, options) };
}

async function removeDeadLock(stack: Stack, stateFolder: string): Promise<boolean> {
  const holders = await lockHolders(path.join(stateFolder, ".pulumi", "locks"), stack.name);
  if (holders.length === 0) return false;
  for (let waited = 0; holders.some(isAlive); waited += 1) {
    if (waited >= ENGINE_DEATH_SECONDS * 5) {
      throw new Error(`stack ${stack.name} is locked by the running process ${holders.find(isAlive)}`);
    }
    await sleep(200);
  }
  await stack.cancel();
  return true;
}

const lockSchema = z.object({ pid: z.int() });

/** Process ids in the file backend's locks of a stack. */
async function lockHolders(folder: string, stackName: string): Promise<number[]> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  const locks = files.filter(
    (file) => file.endsWith(".json") && path.basename(path.dirname(file)) === stackName,
  );
  const texts = await Promise.all(
    locks.map((file) => readFile(path.join(folder, file), "utf8").catch(() => "{}")),
  );
  return texts.flatMap((text) => {
    const lock = lockSchema.safeParse(JSON.parse(text));
    return lock.success ? [lock.data.pid] : [];
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const deploymentSchema = z.looseObject({
  resources: z.array(z.looseObject({ urn: z.string(), id: z.string().optional() })).optional(),
  pending_operations: z.array(z.unknown()).optional(),
});

async function findOrphans(stack: Stack, { project, world }: RecoverOptions): Promise<WorldObject[]> {
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
    .filter(({ urn, id, type }) => !known.has(`${urn} ${id}`) && !REPEATABLE.has(type));
}

/** Types that cannot be imported and need not be: running the script again changes nothing. */
const REPEATABLE: ReadonlySet<string> = new Set(["command:remote:Command"]);
