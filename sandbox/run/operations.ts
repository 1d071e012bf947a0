import path from "node:path";
import { CommandError, type OutputMap, type Stack } from "@pulumi/pulumi/automation";
import { type Change, type Report, ReportCollector, type States } from "./report";

/** Folder of the policy pack in the checkout. */
const POLICY_FOLDER = "policy";

export interface OperationOptions {
  /** The checkout. */
  readonly root: string;
  /** Follows the work, a change at a time. */
  readonly onStep: (change: Change) => void;
  /** File with levels, settings and exemptions of the pack's rules; each rule's own when absent. */
  readonly policyConfig?: string | undefined;
}

/** A finished run of the engine; a failed one has errors or mandatory violations in its report. */
export interface Outcome {
  readonly ok: boolean;
  readonly report: Report;
  readonly states: States;
}

/** Plans the stack under the policy pack; nothing is created. */
export function preview(stack: Stack, options: OperationOptions): Promise<Outcome> {
  return run(options, (onEvent) => stack.preview({ onEvent, ...policies(options) }));
}

/** Brings the stack up under the policy pack. Call it after a clean preview: stack policies only speak at the end of `up`. */
export function up(stack: Stack, options: OperationOptions): Promise<Outcome> {
  return run(options, (onEvent) => stack.up({ onEvent, ...policies(options) }));
}

/**
 * Removes everything of the stack, protected resources too: the sandbox is for trying. A destroy goes by the state
 * alone, so a run that was cut off is finished first: what it made has parents and providers that the state may not
 * know either, so that telling it of single resources (`--target`) is refused by the engine.
 *
 * @param untold URNs of that (`Recovery.untold`)
 */
export async function destroy(
  stack: Stack,
  options: OperationOptions,
  untold: readonly string[],
): Promise<Outcome> {
  if (untold.length > 0) {
    const told = await run(options, (onEvent) => stack.up({ onEvent }));
    if (!told.ok) return told;
  }
  await unprotect(stack);
  return run(options, (onEvent) => stack.destroy({ onEvent }));
}

/** The stack's outputs; empty before the first `up`. */
export function outputs(stack: Stack): Promise<OutputMap> {
  return stack.outputs();
}

async function run(
  options: OperationOptions,
  operation: (onEvent: ReportCollector["add"]) => Promise<unknown>,
): Promise<Outcome> {
  const collector = new ReportCollector(options.onStep);
  try {
    await operation(collector.add);
    return { ok: true, report: collector.report, states: collector.states };
  } catch (error) {
    // The engine has said what was wrong in its events; without any, the error is about something else.
    const { report, states } = collector;
    const explained =
      report.errors.length > 0 || report.violations.some(({ level }) => level === "mandatory");
    if (!explained && !(error instanceof CommandError)) throw error;
    return { ok: false, report: explained ? report : { ...report, errors: [firstLines(error)] }, states };
  }
}

function firstLines(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n").slice(0, 12).join("\n");
}

function policies(options: OperationOptions) {
  const { policyConfig } = options;
  return {
    policyPacks: [packFolder(options)],
    ...(policyConfig !== undefined && { policyPackConfigs: [policyConfig] }),
  };
}

/** Folder of the policy pack. */
export function packFolder({ root }: Pick<OperationOptions, "root">): string {
  return path.join(root, POLICY_FOLDER);
}

async function unprotect(stack: Stack): Promise<void> {
  const exported = await stack.exportStack();
  const { resources } = exported.deployment ?? {};
  if (!Array.isArray(resources) || !resources.some((resource) => resource.protect)) return;
  const unprotected = resources.map((resource) => ({ ...resource, protect: false }));
  await stack.importStack({ ...exported, deployment: { ...exported.deployment, resources: unprotected } });
}
