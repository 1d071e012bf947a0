import type { EngineEvent, StepEventMetadata, StepEventStateMetadata } from "@pulumi/pulumi/automation";
import type { DeclaredResource } from "../../policy/facts/declared";

/** A policy's word on a resource, as the engine reports it. */
export interface Violation {
  readonly policy: string;
  readonly level: "advisory" | "mandatory";
  /** Logical name of the resource; the stack's where the policy looks at all of it. */
  readonly resource: string;
  readonly message: string;
}

/** A change that the engine makes or plans. */
export interface Change {
  readonly operation: string;
  readonly type: string;
  readonly name: string;
  /** Properties that differ, for updates and replacements. */
  readonly properties: readonly string[];
}

/** What one run of the engine came to. */
export interface Report {
  readonly changes: readonly Change[];
  /** Resources that stay as they are. */
  readonly unchanged: number;
  readonly violations: readonly Violation[];
  /** The engine's and the providers' errors, without what only repeats a violation. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** The resources of a stack before a run of the engine and after it. */
export interface States {
  readonly before: readonly DeclaredResource[];
  readonly after: readonly DeclaredResource[];
}

/** Operations that leave a resource as it is. */
const QUIET = new Set(["same", "read", "refresh"]);
/** Parts of a replacement that its `replace` step already tells. */
const PARTS = new Set([
  "create-replacement",
  "import-replacement",
  "read-replacement",
  "delete-replaced",
  "discard-replaced",
  "remove-pending-replace",
]);

/** Collects the engine's events into a report; `onStep` follows the work. */
export class ReportCollector {
  private readonly changes: Change[] = [];
  private readonly violations: Violation[] = [];
  private readonly errors: string[] = [];
  private readonly warnings: string[] = [];
  private readonly before: DeclaredResource[] = [];
  private readonly after: DeclaredResource[] = [];
  private unchanged = 0;

  constructor(private readonly onStep: (change: Change) => void) {}

  /** For the Automation API's `onEvent`. */
  readonly add = (event: EngineEvent): void => {
    if (event.resourcePreEvent) this.addStep(event.resourcePreEvent.metadata);
    if (event.policyEvent) this.violations.push(violation(event.policyEvent));
    if (event.diagnosticEvent) {
      const { severity, message, urn } = event.diagnosticEvent;
      const text = plain(message);
      const line = urn === undefined || urn === "" || nameOf(urn) === "" ? text : `${nameOf(urn)}: ${text}`;
      if (severity === "error" && !isSummary(text)) this.errors.push(line);
      if (severity === "warning") this.warnings.push(line);
    }
  };

  get report(): Report {
    const { changes, unchanged, violations, errors, warnings } = this;
    return { changes, unchanged, violations, errors: [...new Set(errors)], warnings };
  }

  /** The stack's resources as the steps show them; in a preview, what is not known yet is not there. */
  get states(): States {
    const { before, after } = this;
    return { before, after };
  }

  private addStep(step: StepEventMetadata): void {
    const { op, urn, type, diffs, detailedDiff } = step;
    if (type === "pulumi:pulumi:Stack" || PARTS.has(op)) return;
    if (step.old) this.before.push(declared(step.old));
    if (step.new && op !== "delete") this.after.push(declared(step.new));
    if (QUIET.has(op)) {
      this.unchanged += 1;
      return;
    }
    const properties = detailedDiff ? Object.keys(detailedDiff) : (diffs ?? []);
    const change = { operation: op, type, name: nameOf(urn), properties };
    this.changes.push(change);
    this.onStep(change);
  }
}

function declared({
  type,
  urn,
  id,
  parent,
  provider,
  inputs,
  outputs,
}: StepEventStateMetadata): DeclaredResource {
  return {
    type,
    urn,
    name: nameOf(urn),
    properties: inputs,
    outputs: { ...outputs, id },
    parent,
    ...(provider && { provider }),
  };
}

function violation(event: NonNullable<EngineEvent["policyEvent"]>): Violation {
  // The engine repeats the policy's description on the first line.
  const [, ...lines] = plain(event.message).split("\n");
  const message = lines.join("\n").trim();
  return {
    policy: event.policyName,
    level: event.enforcementLevel === "mandatory" ? "mandatory" : "advisory",
    resource: nameOf(event.resourceUrn ?? ""),
    message: message === "" ? plain(event.message) : message,
  };
}

/** Lines in which the engine only says that something that it has reported already made it stop. */
function isSummary(message: string): boolean {
  return /^(preview|update|destroy) failed$|^Preview failed: .*polic/i.test(message);
}

/** The logical name in a URN. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** A message without the engine's colour tags (`<{%reset%}>`). */
function plain(message: string): string {
  return message.replaceAll(/<\{%.*?%\}>/g, "").trim();
}
