import type { OutputMap } from "@pulumi/pulumi/automation";
import { mapValues } from "../components/records";
import { type EstateContract, parseEstate } from "../contract";
import { PriceBookError } from "../cost/book";
import type { Problem } from "../estate";
import type { Outcome } from "../sandbox/run/operations";
import type { Recovery } from "../sandbox/run/recover";
import { type Change, nameOf, type Report } from "../sandbox/run/report";
import { type CostReport, costSummary, totalLine } from "./cost-report";
import { printProblems, printViolations } from "./findings";
import { colours, duration, startProgress, table } from "./terminal";

export const OPERATIONS = ["up", "preview", "outputs", "consumer", "destroy", "reset"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** How a command ended. */
export interface Ending {
  readonly ok: boolean;
  readonly outputs?: OutputMap | undefined;
  /** Whether to say what to try next. */
  readonly next?: boolean;
}

const NEXT = [
  ["npm run cost", "what the AWS part costs, line by line"],
  ["npm run sandbox -- outputs --json", "what other teams' programs see"],
  [
    "npm run check -- --file examples/as-built.yaml",
    "the cluster as it was really built, and why it is refused",
  ],
  ["npm run sandbox -- destroy", "remove it all"],
] as const;

/** Tells a person, or with `json` a program, what the sandbox does. */
export class SandboxReporter {
  private readonly paint = colours();
  private last: Report | undefined;
  private recovery: Recovery | undefined;
  private cost: CostReport | undefined;

  constructor(
    private readonly stack: string,
    private readonly json: boolean,
  ) {}

  /** Says what a killed run had left, if anything. */
  recovered(recovery: Recovery): void {
    this.recovery = recovery;
    const { unlocked, orphans } = recovery;
    if (this.json) return;
    if (unlocked) console.log("An earlier run was killed; its lock was removed.");
    if (orphans.length > 0) {
      console.log(
        `An earlier run was cut off; what it had made is imported: ${orphanNames(recovery).join(", ")}.`,
      );
    }
  }

  /** Runs an operation of the engine with progress, then prints what it came to. */
  async follow(
    name: string,
    operation: (onStep: (change: Change) => void) => Promise<Outcome>,
  ): Promise<Outcome> {
    const began = Date.now();
    const title = `${name} of ${this.stack}`;
    const progress = startProgress(title);
    let steps = 0;
    const onStep = ({ operation: verb, name: resource }: Change) => {
      steps += 1;
      progress.update(`${title}: ${steps} · ${verb} ${resource}`);
    };
    const outcome = await operation(onStep).catch((error: unknown) => {
      progress.fail(title);
      throw error;
    });
    const line = `${title}: ${summary(outcome.report, name === "preview")}`;
    if (outcome.ok) progress.succeed(line);
    else progress.fail(`${title}: ${verdict(outcome.report)}`);
    this.last = outcome.report;
    if (!this.json) this.print(outcome, duration(Date.now() - began));
    return outcome;
  }

  /** Says what the previewed stack costs in a month, and what that changes. */
  costs(price: () => CostReport): void {
    try {
      const report = price();
      this.cost = report;
      if (!this.json) console.log(totalLine(report));
    } catch (error) {
      // An estate in a region without a price book comes up all the same.
      if (!(error instanceof PriceBookError)) throw error;
      if (!this.json) console.log(`monthly cost: not known: ${error.message}`);
    }
  }

  /** Prints mistakes of an environment file, or of what else it says that has them. */
  refuse(problems: readonly Problem[], what?: string): void {
    if (this.json) this.printJson({ ok: false }, problems);
    else printProblems(problems, what);
  }

  /** Prints a failure that is no finding. */
  fail(message: string): void {
    if (this.json) this.printJson({ ok: false }, [{ path: "", message }]);
    else console.error(message);
  }

  /** Prints the end and returns the exit code. */
  finish(ending: Ending): number {
    if (this.json) this.printJson(ending, []);
    else {
      if (ending.outputs) this.printOutputs(ending.outputs);
      if (ending.next) {
        console.log(
          `\n${this.paint.bold("Try next")}\n${NEXT.map(([line, why]) => `  ${line}\n      ${why}`).join("\n")}`,
        );
      }
    }
    return ending.ok ? 0 : 1;
  }

  private print({ ok, report }: Outcome, took: string): void {
    if (report.violations.length > 0) printViolations(report.violations);
    for (const error of report.errors) console.error(`${this.paint.red("error")} ${error}`);
    if (!ok)
      console.error(this.paint.red(`${verdict(report)} after ${took}; run it again once that is mended.`));
  }

  private printOutputs(outputs: OutputMap): void {
    if (Object.keys(outputs).length === 0) console.log(`Stack ${this.stack} is not up: it exports nothing.`);
    else if (outputs.estate) console.log(estateTables(parseEstate(outputs.estate.value)));
    else console.log(JSON.stringify(shownOutputs(outputs), null, 2));
  }

  private printJson({ ok, outputs }: Ending, errors: readonly Problem[]): void {
    const { changes = [], unchanged = 0, violations = [], errors: failures = [] } = this.last ?? {};
    const document = {
      ok,
      stack: this.stack,
      changes,
      unchanged,
      violations,
      errors: [...errors, ...failures.map((message) => ({ path: "", message }))],
      orphans: this.recovery ? orphanNames(this.recovery) : [],
      cost: this.cost && costSummary(this.cost),
      outputs: outputs && shownOutputs(outputs),
    };
    console.log(JSON.stringify(document, null, 2));
  }
}

function orphanNames({ orphans }: Recovery): string[] {
  return orphans.map(({ urn = "" }) => nameOf(urn));
}

/** Outputs as they may be shown: secrets by name only. */
function shownOutputs(outputs: OutputMap): Record<string, unknown> {
  return mapValues(outputs, ({ value, secret }) => (secret ? "[secret]" : value));
}

/** One line on what changed, such as `12 created, 1 updated, 60 unchanged` or `nothing changed`. */
export function summary({ changes, unchanged }: Report, planned: boolean): string {
  if (changes.length === 0) return `nothing ${planned ? "to change" : "changed"} (${unchanged} unchanged)`;
  const counts = new Map<string, number>();
  for (const { operation } of changes) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  const parts = [...counts].map(
    ([operation, count]) => `${count} ${planned ? `to ${operation}` : past(operation)}`,
  );
  return [...parts, ...(unchanged > 0 ? [`${unchanged} unchanged`] : [])].join(", ");
}

/** How a run ended that did not succeed: a policy refused it, or the engine or a provider failed. */
function verdict({ violations }: Report): string {
  return violations.some(({ level }) => level === "mandatory") ? "refused" : "failed";
}

function past(operation: string): string {
  return operation.endsWith("e") ? `${operation}d` : `${operation}ed`;
}

function estateTables({ cluster, guests, storages, aws }: EstateContract): string {
  const guestRows = byName(guests).map(([name, guest]) => [
    name,
    guest.kind,
    String(guest.vmId),
    guest.node,
    guest.addresses.join(", "),
    guest.haState ?? "no",
  ]);
  const storageRows = byName(storages).map(([id, storage]) => [
    id,
    storage.type,
    storage.shared ? "yes" : "no",
    storage.content.join(", "),
  ]);
  const second = aws
    ? `AWS ${aws.region}: ${aws.vpc.id} (${aws.vpc.cidr}), backups in ${aws.backupBucket.name}, waiting at zero: ${Object.keys(aws.pilotLights).join(", ") || "nothing"}`
    : "no second site";
  return [
    `\nCluster ${cluster.name} at ${cluster.endpoint}`,
    table(["guest", "kind", "id", "node", "addresses", "HA"], guestRows),
    table(["storage", "type", "shared", "content"], storageRows),
    second,
  ].join("\n");
}

/** Entries in the order that people count in: web-2 before web-10. */
function byName<T>(record: Readonly<Record<string, T>>): [name: string, value: T][] {
  return Object.entries(record).sort(([one], [other]) => one.localeCompare(other, "en", { numeric: true }));
}
