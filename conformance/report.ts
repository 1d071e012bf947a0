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
  /** Declared fields for which no other valid value was found, so that a change of them was not tried. */
  readonly untried: readonly string[];
  /** Types that the sandbox does not model. */
  readonly unmodelled: readonly string[];
  readonly trials: number;
}

/** Draws the conclusions from all outcomes. */
export function conclude(outcomes: readonly Outcome[], excuses: readonly Excuse[] = EXCUSES): Findings {
  const trials = outcomes.flatMap((outcome) => outcome.trials);
  const differing = trials.filter(({ real, double }) => double && double.action !== real.action);
  const fixed = withoutOtherValue(trials);
  const used = new Set(
    [...differing, ...fixed].flatMap((trial) => excuses.filter((excuse) => covers(excuse, trial))),
  );
  const tried = excuses.filter((excuse) =>
    trials.some(
      ({ type, field, kind }) =>
        excuse.type === type && excuse.field === field && excuse.kinds.includes(kind),
    ),
  );
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
    untried: distinct(
      fixed
        .filter((trial) => !excuses.some((excuse) => covers(excuse, trial)))
        .map(({ type, field, real }) => `${type} ${field} (${real.why ?? "no reason"})`),
    ),
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

/** Fields that no trial has given another valid value; for a list's elements, one more or one less is as good. */
function withoutOtherValue(trials: readonly Trial[]): Trial[] {
  const taken = new Set(
    trials
      .filter(
        ({ kind, real }) => ["other", "one more", "one less"].includes(kind) && real.action !== "refused",
      )
      .map(({ type, field }) => `${type} ${field.replace(/\[\]$/, "")}`),
  );
  return trials.filter(
    ({ type, field, kind }) => kind === "other" && !taken.has(`${type} ${field.replace(/\[\]$/, "")}`),
  );
}

function covers({ type, field, kinds, real, double }: Excuse, trial: Trial): boolean {
  return (
    type === trial.type &&
    field === trial.field &&
    kinds.includes(trial.kind) &&
    real === trial.real.action &&
    double === trial.double?.action
  );
}

function explain(action: Action, why: string | undefined): string {
  return why === undefined ? action : `${action} (${why})`;
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
