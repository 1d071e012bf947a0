import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { htmlPage } from "../report/html/page";
import { assessmentFindings, isRefused, type Report } from "../report/subject";
import { assessmentTables } from "./assess-report";
import { printViolations } from "./findings";
import { OUTPUT_USAGE } from "./outputs";
import { REPORT_OPTIONS, runReportCommand, violationsOf } from "./report-command";

const USAGE = `usage: npm run assess [-- --stack NAME] [--file PATH] [--pairs] [--reboots] [--html FILE] [...]

Lets every part of an estate fail, without engine or credentials: each node, network, storage and server, the quorum,
management, the state, the link to AWS and the whole site. Which guests stay, restart where, are down or come back in
AWS, how long that takes and what is lost, with where each figure comes from. docs/assessment.md says how.

  --stack NAME     environment; default dev
  --file PATH      environment file; default Pulumi.<stack>.yaml
  --pairs          also every pair of nodes
  --reboots        also what a reboot of each node on purpose does, by the cluster's shutdown policy
  --html FILE      a page of its own: both sites, failures, rules, cost
${OUTPUT_USAGE}

exit codes: 0 fit, 1 a mandatory rule is violated or the assessment shows an error (a guest that HA does not bring
back, a node without memory for what it gets, a critical guest that misses an objective), 2 a bad environment file or call`;

runReportCommand({
  usage: USAGE,
  read: () => {
    const flag = { type: "boolean", default: false } as const;
    const own = { pairs: flag, reboots: flag, html: { type: "string" } } as const;
    return parseArgs({ options: { ...REPORT_OPTIONS, ...own } }).values;
  },
  wanted: ({ pairs, reboots }) => ({ assessment: true, pairs, reboots, cost: true }),
  write: (report, { html }) => {
    if (html !== undefined) writeFileSync(html, htmlPage(report));
  },
  print: printForPeople,
  document: documentOf,
  refusal: (errors) => ({ ok: false, errors }),
});

function documentOf(report: Report): object {
  const { assessment, verdicts } = report;
  const findings = assessmentFindings(report);
  const cost = report.cost === undefined ? {} : { costUsd: report.cost.total.toFixed(2) };
  return { ok: !isRefused(report), findings, violations: violationsOf(verdicts), ...cost, assessment };
}

function printForPeople(report: Report): void {
  const { assessment, verdicts, cost } = report;
  if (assessment !== undefined) console.log(assessmentTables(assessment, assessmentFindings(report)));
  if (verdicts.length > 0) printViolations(verdicts);
  if (cost !== undefined)
    console.log(`cost in AWS: USD ${cost.total.toFixed(2, ",")} a month (npm run cost)`);
}
