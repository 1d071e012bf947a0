import { parseArgs } from "node:util";
import { POLICIES } from "../policy/judge";
import { isRefused, type Report } from "../report/subject";
import { printViolations } from "./findings";
import { OUTPUT_USAGE } from "./outputs";
import { REPORT_OPTIONS, runReportCommand, violationsOf } from "./report-command";
import { colours } from "./terminal";

const USAGE = `usage: npm run check [-- --stack NAME] [--file PATH] [--json] [...]

Declares an environment file without engine or credentials and applies the policy pack's rules, with the levels,
settings and exemptions of Pulumi.<stack>.policy.json beside it.

  --stack NAME     environment; default dev
  --file PATH      environment file; default Pulumi.<stack>.yaml
${OUTPUT_USAGE}

exit codes: 0 clean or advisories only, 1 a mandatory violation, 2 a bad environment file or call`;

runReportCommand({
  usage: USAGE,
  read: () => parseArgs({ options: REPORT_OPTIONS }).values,
  wanted: () => ({ assessment: false, pairs: false, reboots: false, cost: false }),
  print: printForPeople,
  document: (report) => ({
    ok: !isRefused(report),
    resources: report.resources,
    policies: POLICIES.length,
    violations: violationsOf(report.verdicts),
    errors: [],
  }),
  refusal: (errors) => ({ ok: false, resources: 0, policies: POLICIES.length, violations: [], errors }),
});

function printForPeople({ resources, verdicts }: Report): void {
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
