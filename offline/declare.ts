import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { DeclaredResource } from "../policy/facts/declared";

/** A program's configuration: its keys with the values that the engine would hand over (JSON where structured). */
export type ProgramConfig = Readonly<Record<string, string>>;

export interface DeclareOptions {
  /** Runs the program; it is called after the mocks are in place. */
  readonly program: () => Promise<unknown>;
  readonly config: ProgramConfig;
  readonly project: string;
  readonly stack: string;
  /** Answers of provider functions by token: nobody else is there to answer. */
  readonly invokes: Readonly<Record<string, object>>;
  /** Gives every resource an id, so that resources name each other; without it, ids are unknown as in a preview. */
  readonly ids?: boolean;
}

/**
 * Declares a program without engine, providers or credentials, as a preview of an empty stack would: what a
 * provider computes is not known yet. Pulumi's runtime is one per process, so calls must not overlap.
 *
 * @throws the program's first error, also one in an `apply`, and an error for a function without an answer
 */
export async function declare(options: DeclareOptions): Promise<DeclaredResource[]> {
  const resources: DeclaredResource[] = [];
  let inputs: Record<string, unknown> = {};
  pulumi.runtime.setAllConfig({ ...options.config });
  await pulumi.runtime.setMocks(
    {
      newResource: (resource) => {
        inputs = resource.inputs;
        // Without outputs of its own, and mostly without an id: in a preview they are unknown, here too.
        return { id: options.ids ? idOf(resource.type, resource.name) : undefined, state: inputs };
      },
      call: ({ token }) => options.invokes[token] ?? refuse(token),
    },
    options.project,
    options.stack,
    true,
  );
  onRegistration((request, register) => {
    register(); // calls newResource before it returns
    if (request.getType() === STACK) return;
    const outputs = options.ids && { outputs: { id: idOf(request.getType(), request.getName()) } };
    resources.push({ ...told(request), properties: inputs, ...outputs });
  });
  await withBackgroundErrors(async () => {
    try {
      await pulumi.runtime.runInPulumiStack(options.program);
    } finally {
      // Resources register in the background: the program's end is not theirs.
      await pulumi.runtime.disconnect();
    }
  });
  return resources;
}

function idOf(type: string, name: string): string {
  return `${type}::${name}`;
}

const STACK = "pulumi:pulumi:Stack";

/** Sees each registration: mocks are not told the parent, the options and what an input was computed from. */
function onRegistration(see: (request: RegisterResourceRequest, register: () => void) => void): void {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor === undefined) throw new Error("the mocks are not in place");
  const { registerResource } = monitor;
  Object.assign(monitor, {
    registerResource: (request: RegisterResourceRequest, ...others: readonly unknown[]) =>
      see(request, () => void Reflect.apply(registerResource, monitor, [request, ...others])),
  });
}

/** What a registration says besides the inputs, as a policy pack is told it. */
function told(request: RegisterResourceRequest): DeclaredResource {
  const type = request.getType();
  const name = request.getName();
  const parent = request.getParent();
  const sources: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((dependencies, property) => {
    sources[property] = dependencies.getUrnsList();
  });
  return {
    type,
    name,
    urn: urnOf(parent, type, name),
    properties: undefined,
    options: { protect: request.getProtect() ?? false, ignoreChanges: request.getIgnorechangesList() },
    propertyDependencies: sources,
    dependencies: request.getDependenciesList(),
    ...(request.getProvider() !== "" && { provider: request.getProvider() }),
    ...(parent !== "" && { parent }),
  };
}

/** As the mocks make it, for what names it as a parent or dependency. */
function urnOf(parent: string, type: string, name: string): string {
  const parentType = parent.split("::")[2]?.split("$").at(-1);
  const qualified = parentType === undefined ? type : `${parentType}$${type}`;
  return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${qualified}::${name}`;
}

function refuse(token: string): never {
  const details = `there is no offline answer of the function ${token}`;
  // Of a function's error Pulumi's runtime passes on what gRPC calls its details.
  throw Object.assign(new Error(details), { details });
}

/** Fails with an error that Pulumi's runtime only rejects a promise of its own with, which would end the process. */
async function withBackgroundErrors(work: () => Promise<void>): Promise<void> {
  const errors: unknown[] = [];
  const collect = (error: unknown) => {
    errors.push(error);
  };
  process.on("unhandledRejection", collect);
  try {
    await work();
    await setImmediate(); // Node tells of unhandled rejections at the end of a turn
  } catch (error) {
    await setImmediate();
    throw error;
  } finally {
    process.off("unhandledRejection", collect);
  }
  if (errors.length > 0) throw errors[0];
}
