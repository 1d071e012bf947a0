import type { Properties } from "../sandbox/world/object";
import { type ChangeKind, changesOf } from "./change";
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
  for (const { field, kind, variants } of changesOf(
    declared.inputs,
    parties.translator.fields(declared.type),
  )) {
    const planned = await planFirstTaken(declared.type, variants, created, parties, kind);
    if (!planned) continue;
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

/** The first variant that the provider takes, or the last one's refusal. A field that can't be set is no trial. */
async function planFirstTaken(
  type: string,
  variants: readonly Properties[],
  prior: Settled,
  { real, translator }: Parties,
  kind: ChangeKind,
): Promise<{ readonly inputs: Properties; readonly verdict: Verdict } | undefined> {
  let refused: { inputs: Properties; verdict: Verdict } | undefined;
  for (const inputs of variants) {
    const translation = translator.translate(type, inputs);
    if (!translation.ok) {
      const [mistake] = translation.mistakes;
      refused = { inputs, verdict: { action: "refused", why: `${mistake?.path}: ${mistake?.reason}` } };
      continue;
    }
    const { resource } = translation;
    const verdict = verdictOf(await real.plan(resource.type, resource.config, prior));
    if (verdict.action !== "refused") return { inputs, verdict };
    refused = { inputs, verdict };
  }
  return kind === "set" ? undefined : refused;
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
