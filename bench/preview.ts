import { declareEnvironment } from "../offline/estate";
import { environmentSandbox } from "../sandbox/run/estate";
import { packFolder } from "../sandbox/run/operations";
import { resetSandbox, withSandbox } from "../sandbox/run/workspace";
import { bareProgram } from "./bare";

const STACK = "bench";

/**
 * Previews an environment file through the real engine, once, and prints the milliseconds on standard output.
 *
 * usage: preview.ts estate|estate-with-pack|bare ROOT FILE
 */
async function main(): Promise<void> {
  const [variant, root = "", file = ""] = process.argv.slice(2);
  const quiet = () => ({ update: () => undefined, succeed: () => undefined, fail: () => undefined });
  const options = environmentSandbox({ root, stack: STACK, file, startProgress: quiet });
  const policyPacks = variant === "estate-with-pack" ? [packFolder({ root })] : [];
  const program = variant === "bare" ? await bareOf(file) : options.program;
  await resetSandbox(root, STACK, quiet);
  const took = await withSandbox({ ...options, program }, async ({ stack }) => {
    const began = Date.now();
    await stack.preview({ policyPacks });
    return Date.now() - began;
  });
  await resetSandbox(root, STACK, quiet);
  console.log(took);
}

/** The bare program, with Pulumi's own settings: stack traces on, as the offline declaration left them off. */
async function bareOf(file: string): Promise<() => Promise<void>> {
  const { stackTraceLimit } = Error;
  const declared = await declareEnvironment(file, STACK);
  if (!declared.ok) throw new Error(`${file} has mistakes`);
  Error.stackTraceLimit = stackTraceLimit;
  process.setSourceMapsEnabled(true);
  return bareProgram(declared.resources);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
