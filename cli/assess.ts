import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Problem } from "../estate";
import { htmlPage } from "../report/html/page";
import { assessmentFindings, isRefused, type Report } from "../report/subject";
import { assessmentTables } from "./assess-report";
import { BAD_INPUT, commandLine, UsageError } from "./command-line";
import { printProblems, printViolations } from "./findings";
import { comparison, OUTPUT_OPTIONS, OUTPUT_USAGE, writeOutputs } from "./outputs";
import { loadAgainst, loadReport } from "./report-source";

const USAGE = `usage: npm run assess [-- --stack NAME] [--file PATH] [--pairs] [--html FILE] [...]

Lets every part of an estate fail, without engine or credentials: each node, network, storage and server, the quorum,
management, the state, the link to AWS and the whole site. Which guests stay, restart where, are down or come back in
AWS, how long that takes and what is lost, with where each figure comes from. docs/assessment.md says how.

  --stack NAME     environment; default dev
  --file PATH      environment file; default Pulumi.<stack>.yaml
  --pairs          also every pair of nodes
  --html FILE      a page of its own: both sites, failures, rules, cost
${OUTPUT_USAGE}

exit codes: 0 fit, 1 a mandatory rule is violated or the assessment shows an error (a guest that HA does not bring
back, a node without memory for what it gets, a critical guest that misses an objective), 2 a bad environment file or call`;

const REFUSED = 1;

const root = path.join(__dirname, "..");

async function main(): Promise<number> {
  const call = commandLine(USAGE, readCommandLine);
  const file = call.file ?? path.join(root, `Pulumi.${call.stack}.yaml`);
  const wanted = { stack: call.stack, assessment: true, pairs: call.pairs, cost: true };
  try {
    const loading = await loadReport(file, wanted);
    if (!loading.ok) return refuse(loading.problems, call.json, loading.what);
    const { report } = loading;
    const against =
      call.against === undefined
        ? undefined
        : comparison(call.against, await loadAgainst(call.against, file, wanted), report);
    writeOutputs(report, call, root, against);
    if (call.html !== undefined) writeFileSync(call.html, htmlPage(report));
    if (call.json) printJson(report);
    else if (call.markdown !== "-") printForPeople(report);
    return isRefused(report) ? REFUSED : 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return refuse([{ path: "", message: error.message }], call.json, "The call");
  }
}

function refuse(problems: readonly Problem[], json: boolean, what?: string): number {
  if (json) console.log(JSON.stringify({ ok: false, errors: problems }, null, 2));
  else printProblems(problems, what);
  return BAD_INPUT;
}

function printJson(report: Report): void {
  const { assessment, verdicts } = report;
  const violations = verdicts.map(({ policy, level, severity, resource, message }) => ({
    policy,
    level,
    severity,
    resource,
    message,
  }));
  const findings = assessmentFindings(report);
  const cost = report.cost === undefined ? {} : { costUsd: report.cost.total.toFixed(2) };
  console.log(JSON.stringify({ ok: !isRefused(report), findings, violations, ...cost, assessment }, null, 2));
}

function printForPeople(report: Report): void {
  const { assessment, verdicts, cost } = report;
  if (assessment !== undefined) console.log(assessmentTables(assessment, assessmentFindings(report)));
  if (verdicts.length > 0) printViolations(verdicts);
  if (cost !== undefined)
    console.log(`cost in AWS: USD ${cost.total.toFixed(2, ",")} a month (npm run cost)`);
}

function readCommandLine() {
  const { values } = parseArgs({
    options: {
      stack: { type: "string", default: "dev" },
      file: { type: "string" },
      pairs: { type: "boolean", default: false },
      html: { type: "string" },
      ...OUTPUT_OPTIONS,
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  if (values.json && values.markdown === "-") throw new UsageError("Choose one of --json and --markdown -.");
  if (values.against !== undefined && values.markdown === undefined) {
    throw new UsageError("--against needs --markdown, which tells what changed.");
  }
  return values;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = BAD_INPUT;
  },
);
