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
  /** Answers of provider functions by token; a function that is not listed has answers that are not known yet. */
  readonly invokes: Readonly<Record<string, object>>;
}

/**
 * Declares a program without engine, providers or credentials, as a preview of an empty stack would: what a
 * provider computes is not known yet. Pulumi's runtime is one per process, so calls must not overlap.
 */
export async function declare(options: DeclareOptions): Promise<DeclaredResource[]> {
  const resources: DeclaredResource[] = [];
  pulumi.runtime.setAllConfig({ ...options.config });
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        if (type !== "pulumi:pulumi:Stack") resources.push({ type, name, properties: inputs });
        // Without an id or outputs of its own: in a preview they are unknown, here too.
        return { id: undefined, state: inputs };
      },
      call: ({ token, inputs }) => options.invokes[token] ?? inputs,
    },
    options.project,
    options.stack,
    true,
  );
  await pulumi.runtime.runInPulumiStack(options.program);
  // Resources register in the background: the program's end is not theirs.
  await pulumi.runtime.disconnect();
  return resources;
}
