import { type AssessmentFinding, figureRank, type Scenario } from "../assessment";
import { type Change, compareEstimates } from "../cost/change";
import type { Verdict } from "../policy/judge";
import { assessmentFindings, type Report } from "./subject";

/** A failure whose consequences are others than before; one side is left out where it cannot happen there. */
export interface ScenarioChange {
  readonly before?: Scenario;
  readonly after?: Scenario;
}

/** What a change of the environment does to what is said of it. */
export interface ReportChange {
  readonly newVerdicts: readonly Verdict[];
  readonly goneVerdicts: readonly Verdict[];
  readonly newFindings: readonly AssessmentFinding[];
  readonly goneFindings: readonly AssessmentFinding[];
  readonly scenarios: readonly ScenarioChange[];
  /** Left out where one side has no price. */
  readonly cost?: Change;
}

/** Compares two reports: what is said in the same words of the same resource is the same. */
export function compareReports(before: Report, after: Report): ReportChange {
  const verdictKey = ({ policy, level, resource, message }: Verdict) =>
    `${policy} ${level} ${resource} ${message}`;
  const findingKey = ({ rule, level, guest = "", message }: AssessmentFinding) =>
    `${rule} ${level} ${guest} ${message}`;
  const [was, is] = [assessmentFindings(before), assessmentFindings(after)];
  return {
    newVerdicts: without(after.verdicts, before.verdicts, verdictKey),
    goneVerdicts: without(before.verdicts, after.verdicts, verdictKey),
    newFindings: without(is, was, findingKey),
    goneFindings: without(was, is, findingKey),
    scenarios: scenarioChanges(before.assessment?.scenarios ?? [], after.assessment?.scenarios ?? []),
    ...(before.cost && after.cost ? { cost: compareEstimates(before.cost, after.cost) } : {}),
  };
}

/** Whether there is nothing to tell. */
export function isUnchanged(change: ReportChange): boolean {
  const { newVerdicts, goneVerdicts, newFindings, goneFindings, scenarios, cost } = change;
  return (
    [newVerdicts, goneVerdicts, newFindings, goneFindings, scenarios].every((list) => list.length === 0) &&
    (cost?.difference.isZero() ?? true)
  );
}

function scenarioChanges(before: readonly Scenario[], after: readonly Scenario[]): ScenarioChange[] {
  const old = new Map(before.map((scenario) => [scenario.id, scenario]));
  const current = new Set(after.map(({ id }) => id));
  return [
    ...after.flatMap((scenario): ScenarioChange[] => {
      const was = old.get(scenario.id);
      if (was === undefined) return [{ after: scenario }];
      return sameConsequences(was, scenario) ? [] : [{ before: was, after: scenario }];
    }),
    ...before.filter(({ id }) => !current.has(id)).map((scenario) => ({ before: scenario })),
  ];
}

/** That a guest has another name, or a sentence other words, is no other consequence. */
function sameConsequences(one: Scenario, other: Scenario): boolean {
  const rank = (figure: Scenario["downtime"]) => (figure === undefined ? -1 : figureRank(figure));
  return (
    rank(one.downtime) === rank(other.downtime) &&
    rank(one.dataLoss) === rank(other.dataLoss) &&
    JSON.stringify(one.counts) === JSON.stringify(other.counts)
  );
}

function without<T>(these: readonly T[], those: readonly T[], keyOf: (one: T) => string): T[] {
  const keys = new Set(those.map(keyOf));
  return these.filter((one) => !keys.has(keyOf(one)));
}
