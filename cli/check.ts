import path from "node:path";
import { parseArgs } from "node:util";
import type { Problem } from "../estate";
import { declareEnvironment } from "../offline/estate";
import { readPolicyConfig } from "../policy/config-file";
import { judge, POLICIES, type Verdict } from "../policy/judge";
import { BAD_INPUT, commandLine } from "./command-line";
import { printProblems, printViolations } from "./findings";
import { colours } from "./terminal";

const USAGE = `usage: npm run check [-- --stack NAME] [--file PATH] [--json]

Declares an environment file without engine or credentials and applies the policy pack's rules, with the levels,
settings and exemptions of Pulumi.<stack>.policy.json beside it.

  --stack NAME   environment; default dev
  --file PATH    environment file; default Pulumi.<stack>.yaml
  --json         one JSON document on standard output

exit codes: 0 clean or advisories only, 1 a mandatory violation, 2 a bad environment file or call`;

const VIOLATED = 1;

const root = path.join(__dirname, "..");

async function main(): Promise<number> {
  const { stack, file, json } = commandLine(USAGE, readCommandLine);
  const environment = file ?? path.join(root, `Pulumi.${stack}.yaml`);
  const configuration = readPolicyConfig(environment);
  if (!configuration.ok) return refuse(configuration.problems, json, "The policy pack's configuration");
  const declared = await declareEnvironment(environment, stack);
  if (!declared.ok) return refuse(declared.problems, json);
  const verdicts = judge(declared.resources, { config: configuration.config });
  if (json) printJson(declared.resources.length, verdicts, []);
  else printForPeople(declared.resources.length, verdicts);
  return isClean(verdicts) ? 0 : VIOLATED;
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
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  return values.help ? undefined : values;
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
