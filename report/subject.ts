import { type Assessment, type AssessmentFinding, findingsOf } from "../assessment";
import type { Estimate } from "../cost/estimate";
import type { Topology } from "../policy/facts/topology";
import type { Verdict } from "../policy/judge";

/** What reports are made of: an environment judged, assessed and priced. */
export interface Report {
  /** Name of the stack. */
  readonly stack: string;
  /** Path of the environment file, as people know it. */
  readonly file: string;
  /** Text of that file: findings are shown at its lines. */
  readonly text: string;
  readonly resources: number;
  readonly topology: Topology;
  readonly verdicts: readonly Verdict[];
  readonly assessment?: Assessment;
  /** Left out where there is no second site, or no price book for its region. */
  readonly cost?: Estimate;
  /** Why there is no cost. */
  readonly costGap?: string;
}

/** Whether CI should refuse it: a mandatory rule is violated, or an assessment shows an error. */
export function isRefused(report: Report): boolean {
  return (
    report.verdicts.some(({ level }) => level === "mandatory") ||
    assessmentFindings(report).some(({ level }) => level === "error")
  );
}

/** What the assessment finds wrong; nothing where there is none. */
export function assessmentFindings({ assessment }: Report): AssessmentFinding[] {
  return assessment === undefined ? [] : findingsOf(assessment);
}
