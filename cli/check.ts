import path from "node:path";
import { parseArgs } from "node:util";
import type { Problem } from "../estate";
import { POLICIES, type Verdict } from "../policy/judge";
import { BAD_INPUT, commandLine, UsageError } from "./command-line";
import { printProblems, printViolations } from "./findings";
import { comparison, OUTPUT_OPTIONS, OUTPUT_USAGE, writeOutputs } from "./outputs";
import { loadAgainst, loadReport } from "./report-source";
import { colours } from "./terminal";

const USAGE = `usage: npm run check [-- --stack NAME] [--file PATH] [--json] [...]

Declares an environment file without engine or credentials and applies the policy pack's rules, with the levels,
settings and exemptions of Pulumi.<stack>.policy.json beside it.

  --stack NAME     environment; default dev
  --file PATH      environment file; default Pulumi.<stack>.yaml
${OUTPUT_USAGE}

exit codes: 0 clean or advisories only, 1 a mandatory violation, 2 a bad environment file or call`;

const VIOLATED = 1;

const root = path.join(__dirname, "..");

async function main(): Promise<number> {
  const call = commandLine(USAGE, readCommandLine);
  const { stack, json } = call;
  const file = call.file ?? path.join(root, `Pulumi.${stack}.yaml`);
  const wanted = { stack, assessment: false, pairs: false, cost: false };
  try {
    const loading = await loadReport(file, wanted);
    if (!loading.ok) return refuse(loading.problems, json, loading.what);
    const { report } = loading;
    const against =
      call.against === undefined
        ? undefined
        : comparison(call.against, await loadAgainst(call.against, file, wanted), report);
    writeOutputs(report, call, root, against);
    if (json) printJson(report.resources, report.verdicts, []);
    else if (call.markdown !== "-") printForPeople(report.resources, report.verdicts);
    return isClean(report.verdicts) ? 0 : VIOLATED;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return refuse([{ path: "", message: error.message }], json, "The call");
  }
}

function refuse(problems: readonly Problem[], json: boolean, what?: string): number {
  if (json) printJson(0, [], problems);
  else printProblems(problems, what);
  return BAD_INPUT;
}

function isClean(verdicts: readonly Verdict[]): boolean {
  return !verdicts.some(({ level }) => level === "mandatory");
}

function printJson(resources: number, verdicts: readonly Verdict[], errors: readonly Problem[]): void {
  const violations = verdicts.map(({ policy, level, severity, resource, message }) => ({
    policy,
    level,
    severity,
    resource,
    message,
  }));
  const ok = errors.length === 0 && isClean(verdicts);
  console.log(JSON.stringify({ ok, resources, policies: POLICIES.length, violations, errors }, null, 2));
}

function printForPeople(resources: number, verdicts: readonly Verdict[]): void {
  const paint = colours();
  const mandatory = verdicts.filter(({ level }) => level === "mandatory").length;
  const advisory = verdicts.length - mandatory;
  if (verdicts.length > 0) printViolations(verdicts);
  const mark = mandatory > 0 ? paint.red("refused") : paint.green("clean");
  const counts = [
    `${resources} resources`,
    `${POLICIES.length} policies`,
    `${mandatory} mandatory violation${mandatory === 1 ? "" : "s"}`,
    `${advisory} ${advisory === 1 ? "advisory" : "advisories"}`,
  ];
  console.log(`${mark}: ${counts.join(", ")}`);
}

function readCommandLine() {
  const { values } = parseArgs({
    options: {
      stack: { type: "string", default: "dev" },
      file: { type: "string" },
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
