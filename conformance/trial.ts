import type { Properties } from "../sandbox/world/object";
import { type Change, type ChangeKind, changesOf } from "./change";
import type { SandboxDouble } from "./double";
import type { Diagnostic, Plan, RealProvider, Settled } from "./provider";
import type { Translator } from "./translate";
import type { Verdict } from "./verdict";

/** A declared resource with plain inputs. */
export interface Declared {
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
}

/** One change that was put to both. */
export interface Trial {
  readonly type: string;
  readonly field: string;
  readonly kind: ChangeKind;
  readonly real: Verdict;
  /** Absent where the sandbox does not model the type. */
  readonly double?: Verdict;
}

/** What came of a declared resource. */
export interface Outcome {
  readonly declared: Declared;
  /** What the real provider has against it as it is declared; nothing when it takes it. */
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
  readonly trials: readonly Trial[];
}

/** What is asked. */
export interface Parties {
  readonly real: RealProvider;
  readonly translator: Translator;
  readonly double: SandboxDouble;
}

/** Puts a declared resource, and every change of it, to the real provider and to the sandbox's double. */
export async function tryResource(declared: Declared, parties: Parties): Promise<Outcome> {
  const { created, refusals, warnings } = await create(declared, parties);
  if (!created) return { declared, refusals, warnings, trials: [] };
  const trials: Trial[] = [];
  for (const change of changesOf(declared.inputs, parties.translator.fields(declared.type))) {
    const planned = await planFirstTaken(declared.type, change, created, parties);
    const { field, kind } = change;
    // No guess fits: a field that is not declared is not tried, one that is has to be.
    if (planned.verdict.action === "refused" && kind === "set") continue;
    const double = parties.double.knows(declared.type)
      ? { double: parties.double.verdict(declared.type, declared.inputs, planned.inputs) }
      : {};
    trials.push({ type: declared.type, field, kind, real: planned.verdict, ...double });
  }
  return { declared, refusals, warnings, trials };
}

async function create({ type, inputs }: Declared, { real, translator, double }: Parties) {
  const translation = translator.translate(type, inputs);
  if (!translation.ok) {
    return { refusals: translation.mistakes.map(({ path, reason }) => `${path}: ${reason}`), warnings: [] };
  }
  const { resource } = translation;
  const plan = await real.plan(resource.type, resource.config);
  const warnings = plan.diagnostics.filter(({ severity }) => severity === "warning").map(describeDiagnostic);
  if (!plan.settled) return { refusals: errors(plan), warnings };
  const again = await real.plan(resource.type, resource.config, plan.settled);
  const refusals = again.action === "none" ? [] : [`a second plan is "${again.action}" instead of no change`];
  const doubled = double.knows(type) ? double.verdict(type, inputs, inputs) : undefined;
  if (doubled && doubled.action !== "none") {
    refusals.push(`the sandbox's double says "${doubled.action}" to it (${doubled.why ?? "no reason"})`);
  }
  return { created: plan.settled, refusals, warnings };
}

interface Planned {
  readonly inputs: Properties;
  readonly verdict: Verdict;
}

/** The first variant that the provider takes, or the last one's refusal. */
async function planFirstTaken(
  type: string,
  change: Change,
  prior: Settled,
  parties: Parties,
): Promise<Planned> {
  const variants = [...change.variants];
  const named = new Set<string>();
  for (let index = 0; ; index += 1) {
    const inputs = variants[index];
    if (inputs === undefined) throw new Error(`no variant for ${type} ${change.field} ${change.kind}`);
    const verdict = await planVariant(type, inputs, prior, parties);
    if (verdict.action !== "refused") return { inputs, verdict };
    for (const text of namedValues(verdict.why ?? "")) {
      const variant = named.has(text) ? undefined : change.named?.(text);
      if (variant) variants.push(variant);
      named.add(text);
    }
    if (index === variants.length - 1) return { inputs, verdict };
  }
}

async function planVariant(
  type: string,
  inputs: Properties,
  prior: Settled,
  { real, translator }: Parties,
): Promise<Verdict> {
  const translation = translator.translate(type, inputs);
  if (!translation.ok) {
    const [mistake] = translation.mistakes;
    return { action: "refused", why: `${mistake?.path}: ${mistake?.reason}` };
  }
  const { resource } = translation;
  return verdictOf(await real.plan(resource.type, resource.config, prior));
}

/** The values that a refusal names as the only ones: `expected bios to be one of ["ovmf" "seabios"]`. */
function namedValues(why: string): string[] {
  const [, list = ""] = /one of:? \[([^\]]*)\]/.exec(why) ?? [];
  return [...list.matchAll(/"([^"]*)"/g)].map(([, value = ""]) => value).filter((value) => value !== "");
}

function verdictOf(plan: Plan): Verdict {
  switch (plan.action) {
    case "invalid":
      return { action: "refused", why: errors(plan)[0] ?? "no reason" };
    case "replace":
      return {
        action: "replace",
        why: (plan.requiresReplace ?? []).map((path) => path.join(".")).join(", "),
      };
    case "none":
    case "update":
      return { action: plan.action };
    case "create":
      throw new Error("the real provider plans a creation where something exists");
  }
}

function errors({ diagnostics }: Plan): string[] {
  return diagnostics.filter(({ severity }) => severity === "error").map(describeDiagnostic);
}

function describeDiagnostic({ summary, detail, path }: Diagnostic): string {
  const where = path === undefined ? "" : `${path.join(".")}: `;
  return `${where}${summary}${detail === undefined ? "" : ` (${detail.replace(/\s+/g, " ")})`}`;
}
