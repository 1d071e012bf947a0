import path from "node:path";
import { parseArgs } from "node:util";
import { type Aws, EstateError } from "../estate";
import { existingPolicyConfig, readPolicyConfig } from "../policy/config-file";
import { NoEngineError } from "../sandbox/engine";
import { consumerSandbox, hasConsumer } from "../sandbox/run/consumer";
import { environmentEstate, environmentSandbox } from "../sandbox/run/estate";
import { destroy, type Outcome, outputs, preview, up } from "../sandbox/run/operations";
import { isStackName, resetSandbox, type Sandbox, withSandbox } from "../sandbox/run/workspace";
import { BAD_INPUT, commandLine, UsageError } from "./command-line";
import { sandboxCost } from "./sandbox-cost";
import { OPERATIONS, type Operation, SandboxReporter } from "./sandbox-report";
import { startProgress } from "./terminal";

const USAGE = `usage: npm run sandbox -- ${OPERATIONS.join("|")} [--stack NAME] [--file PATH] [--json]

  up        preview under the policy pack, then bring the stack up
  preview   only plan
  outputs   what the stack exports
  consumer  bring up examples/consumer on those outputs
  destroy   remove everything of the stack
  reset     forget the sandbox of the stack: both sites and the state

  --stack NAME   environment; default dev, or the name of --file
  --file PATH    environment file; default Pulumi.<stack>.yaml
  --json         one JSON document on standard output`;

/** Exit code of a refused or failed run. */
const FAILED = 1;

const root = path.join(__dirname, "..");

async function main(): Promise<number> {
  const { operation, stack, file, json } = commandLine(USAGE, readCommandLine);
  const reporter = new SandboxReporter(stack, json);
  try {
    if (operation === "reset") {
      await resetSandbox(root, stack, startProgress);
      return reporter.finish({ ok: true });
    }
    const faults = process.env.HYBRID_ESTATE_FAULT;
    const options = environmentSandbox({ root, stack, file, startProgress, faults });
    const environment = file ?? path.join(root, `Pulumi.${stack}.yaml`);
    const configuration = readPolicyConfig(environment);
    if (!configuration.ok) {
      reporter.refuse(configuration.problems, "The policy pack's configuration");
      return BAD_INPUT;
    }
    if (operation === "destroy" && hasConsumer(options)) {
      // It stands in the estate's network, which could not go before it.
      const { ok } = await withSandbox(consumerSandbox(options), (sandbox) =>
        remove(sandbox, reporter, "destroy of the consumer"),
      );
      if (!ok) return reporter.finish({ ok });
    }
    // What the estate's team accepts is not the consumer's, and the consumer costs nothing by itself.
    const [target, around] =
      operation === "consumer"
        ? [consumerSandbox(options), {}]
        : [
            options,
            {
              policyConfig: existingPolicyConfig(environment),
              aws: environmentEstate({ root, stack, file }).aws,
            },
          ];
    return await withSandbox(target, (sandbox) => perform(operation, sandbox, reporter, around));
  } catch (error) {
    if (error instanceof EstateError) {
      reporter.refuse(error.problems);
      return BAD_INPUT;
    }
    if (error instanceof NoEngineError) {
      reporter.fail(error.message);
      return FAILED;
    }
    if (json) reporter.fail(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/** What an environment has besides its stack. */
interface Around {
  /** Settings of the policy pack. */
  readonly policyConfig?: string | undefined;
  /** The second site, to say what it costs. */
  readonly aws?: Aws | undefined;
}

async function perform(
  operation: Exclude<Operation, "reset">,
  sandbox: Sandbox,
  reporter: SandboxReporter,
  { policyConfig, aws }: Around,
): Promise<number> {
  const { stack, recovery } = sandbox;
  reporter.recovered(recovery);
  if (operation === "outputs") return reporter.finish({ ok: true, outputs: await outputs(stack) });
  if (operation === "destroy") {
    const destroyed = await remove(sandbox, reporter, "destroy");
    return reporter.finish({ ok: destroyed.ok });
  }
  // Always: stack policies stop a preview, but speak only at the end of an up.
  const planned = await reporter.follow("preview", (onStep) =>
    preview(stack, { root, onStep, policyConfig }),
  );
  if (aws) reporter.costs(() => sandboxCost(planned.states, aws));
  if (!planned.ok || operation === "preview") return reporter.finish({ ok: planned.ok });
  const done = await reporter.follow("up", (onStep) => up(stack, { root, onStep, policyConfig }));
  return reporter.finish({
    ok: done.ok,
    outputs: done.ok ? await outputs(stack) : undefined,
    next: done.ok && operation === "up",
  });
}

function remove({ stack, recovery }: Sandbox, reporter: SandboxReporter, name: string): Promise<Outcome> {
  return reporter.follow(name, (onStep) => destroy(stack, { root, onStep }, recovery.untold));
}

function readCommandLine() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      stack: { type: "string" },
      file: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const [word, ...more] = positionals;
  if (word === undefined) throw new UsageError("What to do is missing.");
  const operation = OPERATIONS.find((known) => known === word);
  if (operation === undefined) throw new UsageError(`There is no operation '${word}'.`);
  if (more.length > 0) throw new UsageError(`One operation at a time: '${more.join(" ")}' is too much.`);
  const stack = values.stack ?? (values.file === undefined ? "dev" : stackOfFile(values.file));
  if (!isStackName(stack)) {
    throw new UsageError(
      `'${stack}' is no name of a stack: letters, digits, '-', '_' and '.', a letter or digit first.`,
    );
  }
  return { operation, stack, file: values.file, json: values.json };
}

/** `examples/as-built.yaml` is the stack as-built, `Pulumi.prod.yaml` is prod. */
function stackOfFile(file: string): string {
  return path
    .basename(file)
    .replace(/^Pulumi\./, "")
    .replace(/\.ya?ml$/, "");
}

// The first Ctrl-C is for the engine: it finishes what is under way and keeps the state whole.
process.once("SIGINT", () => console.error("stopping when what is under way is done; Ctrl-C again to kill"));

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exitCode = FAILED;
  },
);
