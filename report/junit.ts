import { ASSESSMENT_RULES, type AssessmentRuleId } from "../assessment";
import { POLICIES } from "../policy/judge";
import { escapeMarkup } from "./escape";
import { assessmentFindings, type Report } from "./subject";

/** One test: what it is called, what it fails with, and what else it says. */
interface TestCase {
  readonly name: string;
  readonly failures: readonly string[];
  readonly remarks: readonly string[];
}

/** JUnit's XML as CI systems read it: a test for every rule, and one for everything that an assessment looks for. */
export function junit(report: Report): string {
  const suites = [
    suite(`policy ${report.stack}`, policyCases(report)),
    ...(report.assessment === undefined
      ? []
      : [suite(`assessment ${report.stack}`, assessmentCases(report))]),
  ];
  const tests = suites.reduce((sum, one) => sum + one.tests, 0);
  const failures = suites.reduce((sum, one) => sum + one.failures, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="hybrid-estate" tests="${tests}" failures="${failures}" errors="0">`,
    ...suites.map(({ xml }) => xml),
    "</testsuites>",
    "",
  ].join("\n");
}

function policyCases({ verdicts }: Report): TestCase[] {
  return POLICIES.map(({ id }) => {
    const own = verdicts.filter(({ policy }) => policy === id);
    const said = (level: string) =>
      own.filter((verdict) => verdict.level === level).map(({ message }) => message);
    return { name: id, failures: said("mandatory"), remarks: said("advisory") };
  });
}

function assessmentCases(report: Report): TestCase[] {
  const found = assessmentFindings(report);
  const ids: readonly AssessmentRuleId[] = Object.keys(ASSESSMENT_RULES).filter(isRule);
  return ids.map((id) => {
    const own = found.filter(({ rule }) => rule === id);
    const said = (level: string) =>
      own.filter((finding) => finding.level === level).map(({ message }) => message);
    return { name: id, failures: said("error"), remarks: said("warning") };
  });
}

function isRule(id: string): id is AssessmentRuleId {
  return id in ASSESSMENT_RULES;
}

function suite(name: string, cases: readonly TestCase[]) {
  const failures = cases.filter((one) => one.failures.length > 0).length;
  const quoted = escapeMarkup(name);
  return {
    tests: cases.length,
    failures,
    xml: [
      `  <testsuite name="${quoted}" tests="${cases.length}" failures="${failures}" errors="0" skipped="0">`,
      ...cases.map((one) => testCase(quoted, one)),
      "  </testsuite>",
    ].join("\n"),
  };
}

function testCase(suiteName: string, { name, failures, remarks }: TestCase): string {
  const open = `    <testcase classname="${suiteName}" name="${escapeMarkup(name)}"`;
  const inner = [
    ...(failures.length === 0
      ? []
      : [
          `      <failure type="violation" message="${escapeMarkup(failures[0] ?? "")}">${escapeMarkup(failures.join("\n"))}</failure>`,
        ]),
    ...(remarks.length === 0 ? [] : [`      <system-out>${escapeMarkup(remarks.join("\n"))}</system-out>`]),
  ];
  return inner.length === 0 ? `${open}/>` : [`${open}>`, ...inner, "    </testcase>"].join("\n");
}
