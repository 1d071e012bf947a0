import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Deployment, Stack } from "@pulumi/pulumi/automation";
import { z } from "zod";
import type { World, WorldObject } from "../world";

/** What a run that was killed has left behind, and was put in order. */
export interface Recovery {
  /** Whether the engine's lock of a dead run was removed. */
  readonly unlocked: boolean;
  /** Logical names of resources that had been created without the state knowing. */
  readonly adopted: readonly string[];
}

/** How long an engine whose parent was killed may take to die (measured: at most 2.3 s). */
const ENGINE_DEATH_SECONDS = 30;

/**
 * Puts a stack in order after a run that was killed: waits for its engine to be gone, takes its lock away, and
 * resolves the operations that were under way. The sites' own records say whether a create had happened: then its
 * resource goes into the state, so that it is neither lost nor created twice. Everything else is done again.
 */
export async function recover(stack: Stack, stateFolder: string, world: World): Promise<Recovery> {
  const unlocked = await removeDeadLock(stack, stateFolder);
  return { unlocked, adopted: await resolvePending(stack, world) };
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

const resourceSchema = z.looseObject({
  urn: z.string(),
  id: z.string().optional(),
  pendingReplacement: z.boolean().optional(),
  delete: z.boolean().optional(),
});

const deploymentSchema = z.looseObject({
  resources: z.array(resourceSchema).optional(),
  pending_operations: z.array(z.looseObject({ type: z.string(), resource: resourceSchema })).optional(),
});

async function resolvePending(stack: Stack, world: World): Promise<string[]> {
  const exported: Deployment = await stack.exportStack();
  const { pending_operations: pending = [], ...deployment } = deploymentSchema.parse(
    exported.deployment ?? {},
  );
  if (pending.length === 0) return [];
  const known = deployment.resources ?? [];
  const adopted = pending.flatMap(({ type, resource }) => {
    const made = type === "creating" ? world.findByUrn(resource.urn) : undefined;
    // While a replacement is under way, the predecessor is found until the new one exists.
    const isPredecessor = known.some(({ urn, id }) => urn === resource.urn && id === made?.id);
    return made && !isPredecessor ? [{ resource, made }] : [];
  });
  const before = adopted.reduce((resources, { resource }) => superseded(resources, resource.urn), known);
  const resources = [
    ...before,
    ...adopted.map(({ resource, made }) => ({ ...resource, id: made.id, outputs: stateOutputs(made) })),
  ];
  await stack.importStack({ ...exported, deployment: { ...deployment, resources } });
  return adopted.map(({ resource }) => resource.urn.slice(resource.urn.lastIndexOf("::") + 2));
}

type StateResource = z.infer<typeof resourceSchema>;

/** The resources once `urn` has a successor: a predecessor that is gone is dropped, another is left to delete. */
function superseded(resources: readonly StateResource[], urn: string): StateResource[] {
  return resources.flatMap((resource) => {
    if (resource.urn !== urn || resource.delete) return [resource];
    return resource.pendingReplacement ? [] : [{ ...resource, delete: true }];
  });
}

/** Key and value that mark a secret in a deployment (sdk/go/common/resource/sig). */
const SECRET_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_VALUE = "1b47061264138c4ac30d75fd1eb44270";

/** An object's outputs as a deployment holds them; the engine encrypts what is marked as secret on import. */
function stateOutputs({ outputs, secretOutputs }: WorldObject): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => [
      key,
      secretOutputs.includes(key) ? { [SECRET_KEY]: SECRET_VALUE, plaintext: JSON.stringify(value) } : value,
    ]),
  );
}
