import { EXEMPTED, STALE_EXEMPTION, UNDECIDED } from "./reports";
import { FAMILIES } from "./rules";
import type { RuleDescription } from "./rules/rule";

/** The page of all rules (`docs/rules.md`), from their own words. */
export function rulesPage(): string {
  const families = Object.entries(FAMILIES);
  const count = families.reduce((sum, [, rules]) => sum + rules.length, 0);
  return [
    "# Rules of the policy pack",
    "",
    `Written from the rules themselves by \`npm run rules\`; ${count} rules. How to configure and exempt them is in`,
    "[policy/README.md](../policy/README.md). A mandatory rule stops an `up`, an advisory one only speaks.",
    "",
    ...families.flatMap(([family, rules]) => [
      `## ${family}`,
      "",
      "| rule | level | severity | what it asks |",
      "|---|---|---|---|",
      ...rules.map(
        ({ id, level, severity, title }) => `| [${id}](#${id}) | ${level} | ${severity} | ${cell(title)} |`,
      ),
      "",
      ...rules.flatMap(section),
    ]),
    "## Reports on the rules",
    "",
    ...[UNDECIDED, EXEMPTED, STALE_EXEMPTION].flatMap(section),
  ].join("\n");
}

function section(rule: RuleDescription): string[] {
  const { framework } = rule;
  return [
    `### ${rule.id}`,
    "",
    `**${rule.title}** (${rule.level}, ${rule.severity}; ${rule.tags.join(", ")})`,
    "",
    `Why: ${rule.description}`,
    "",
    `Remedy: ${rule.remediation}`,
    "",
    ...(framework
      ? [
          `Serves: ${framework.name} ${framework.version}, ${framework.reference} ${framework.specification}.`,
          "",
        ]
      : []),
    ...(rule.settings ?? []).flatMap(({ name, description, allowed, default: otherwise }) => [
      `- \`${name}\` (${allowed}; default \`${JSON.stringify(otherwise)}\`): ${description}`,
    ]),
    ...(rule.settings ? [""] : []),
    `More: <${rule.url}>`,
    "",
  ];
}

/** A bar would end a cell of a table. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
