import { table } from "../cli/terminal";
import { CHANGES, type ChangeKind } from "./change";
import { EXCUSES, type Excuse } from "./excuses";
import type { Outcome, Trial } from "./trial";
import type { Action } from "./verdict";

/** A difference that fails the run. */
export interface Difference {
  readonly type: string;
  readonly field: string;
  readonly kind: ChangeKind;
  readonly real: string;
  readonly double: string;
}

/** What the run found, over all environments. */
export interface Findings {
  /** Declared resources that the real provider refuses, with its reasons. */
  readonly refused: readonly string[];
  readonly warnings: readonly string[];
  readonly differences: readonly Difference[];
  /** Differences with a documented reason. */
  readonly excused: readonly Excuse[];
  /** Excuses for what does not differ, though it was tried. */
  readonly stale: readonly Excuse[];
  /** Types that the sandbox does not model. */
  readonly unmodelled: readonly string[];
  readonly trials: number;
}

/** Draws the conclusions from all outcomes. */
export function conclude(outcomes: readonly Outcome[], excuses: readonly Excuse[] = EXCUSES): Findings {
  const trials = outcomes.flatMap((outcome) => outcome.trials);
  const differing = trials.filter(({ real, double }) => double && double.action !== real.action);
  const used = new Set(differing.flatMap((trial) => excuses.filter((excuse) => covers(excuse, trial))));
  const tried = excuses.filter((excuse) => trials.some((trial) => covers(excuse, trial)));
  const differences = differing
    .filter((trial) => !excuses.some((excuse) => covers(excuse, trial)))
    .map(({ type, field, kind, real, double }) => ({
      type,
      field,
      kind,
      real: explain(real.action, real.why),
      double: double ? explain(double.action, double.why) : "",
    }));
  return {
    refused: outcomes.flatMap(({ declared, refusals }) =>
      refusals.map((refusal) => `${declared.type} ${declared.name}: ${refusal}`),
    ),
    warnings: distinct(
      outcomes.flatMap(({ declared, warnings }) => warnings.map((one) => `${declared.type} ${one}`)),
    ),
    differences: [
      ...new Map(differences.map((one) => [[one.type, one.field, one.kind].join(" "), one])).values(),
    ],
    excused: [...used],
    stale: tried.filter((excuse) => !used.has(excuse)),
    unmodelled: distinct(trials.filter(({ double }) => !double).map(({ type }) => type)),
    trials: trials.length,
  };
}

/** One row a field, one column a kind of change; the real provider's verdict, and the double's where it differs. */
export function matrix(type: string, outcomes: readonly Outcome[]): string {
  const trials = outcomes.flatMap((outcome) => outcome.trials).filter((trial) => trial.type === type);
  const columns = CHANGES.filter((kind) => trials.some((trial) => trial.kind === kind));
  const rows = distinct(trials.map(({ field }) => field)).map((field) => [
    field,
    ...columns.map((kind) =>
      distinct(
        trials.filter((trial) => trial.field === field && trial.kind === kind).map((trial) => cell(trial)),
      ).join(" / "),
    ),
  ]);
  return `${type}\n${table(["field", ...columns], rows)}`;
}

function cell({ real, double }: Trial): string {
  return double && double.action !== real.action ? `${real.action} (double: ${double.action})` : real.action;
}

function covers({ type, field, kinds }: Excuse, trial: Trial): boolean {
  return type === trial.type && field === trial.field && kinds.includes(trial.kind);
}

function explain(action: Action, why: string | undefined): string {
  return why === undefined ? action : `${action} (${why})`;
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
