import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
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
  pulumi.runtime.setAllConfig({ ...options.config });
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const id = options.ids ? `${type}::${name}` : undefined;
        const outputs = id === undefined ? {} : { outputs: { id } };
        if (type !== "pulumi:pulumi:Stack") resources.push({ type, name, properties: inputs, ...outputs });
        // Without outputs of its own, and mostly without an id: in a preview they are unknown, here too.
        return { id, state: inputs };
      },
      call: ({ token }) => options.invokes[token] ?? refuse(token),
    },
    options.project,
    options.stack,
    true,
  );
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
