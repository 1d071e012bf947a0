import { writeFileSync } from "node:fs";
import { compareReports } from "../report/change";
import { junit } from "../report/junit";
import { type Against, markdown } from "../report/markdown";
import { sarif } from "../report/sarif";
import type { Report } from "../report/subject";
import type { Loading } from "./report-source";

/** Options for machines that `check` and `assess` share. */
export const OUTPUT_OPTIONS = {
  json: { type: "boolean", default: false },
  junit: { type: "string" },
  sarif: { type: "string" },
  markdown: { type: "string" },
  against: { type: "string" },
} as const;

/** What is given of them. */
export interface Outputs {
  readonly junit?: string | undefined;
  readonly sarif?: string | undefined;
  readonly markdown?: string | undefined;
  readonly against?: string | undefined;
}

export const OUTPUT_USAGE = `  --json           one JSON document on standard output
  --junit FILE     JUnit XML, a test for every rule
  --sarif FILE     SARIF 2.1.0, each finding at its line of the environment file
  --markdown FILE  a summary for a pull request; - is standard output
  --against WHAT   with --markdown: what changed against another file, or against this file at a commit or branch`;

/** Writes the files that are asked for. */
export function writeOutputs(report: Report, outputs: Outputs, root: string, against?: Against): void {
  if (outputs.junit !== undefined) writeFileSync(outputs.junit, junit(report));
  if (outputs.sarif !== undefined) {
    writeFileSync(outputs.sarif, `${JSON.stringify(sarif(report, root), null, 2)}\n`);
  }
  if (outputs.markdown === undefined) return;
  const text = markdown(report, against);
  if (outputs.markdown === "-") console.log(text);
  else writeFileSync(outputs.markdown, text);
}

/** The comparison with what was loaded, or why there is none: another environment that is bad does not make this one bad. */
export function comparison(name: string, before: Loading, after: Report): Against {
  if (before.ok) return { name, change: compareReports(before.report, after) };
  const [first] = before.problems;
  const more = before.problems.length > 1 ? ` (and ${before.problems.length - 1} more)` : "";
  return { name, gap: `${first?.path ?? name}: ${first?.message ?? "it cannot be read"}${more}` };
}
