import { brief, type Effect, plural, type Scenario } from "../assessment";
import { money, signedMoney } from "../cost/money";
import type { ReportChange } from "./change";
import { isUnchanged } from "./change";
import { escapeMarkdown } from "./escape";
import { assessmentFindings, isRefused, type Report } from "./subject";

/** What a summary is compared with. */
export interface Against {
  /** File, branch or commit. */
  readonly name: string;
  /** Left out where the other side cannot be read; then `gap` says why. */
  readonly change?: ReportChange;
  readonly gap?: string;
}

/** GitHub takes 65,536 characters for a comment; lists end long before that. */
const LONGEST_LIST = 15;

/** A summary for a pull request in GitHub's Markdown: the verdict, what changed, the worst failures, the cost. */
export function markdown(report: Report, against?: Against): string {
  const refused = isRefused(report);
  const mandatory = report.verdicts.filter(({ level }) => level === "mandatory").length;
  const findings = assessmentFindings(report);
  const counts = [
    `${plural(mandatory, "mandatory violation")}`,
    `${report.verdicts.length - mandatory} advisory`,
    ...(report.assessment === undefined
      ? []
      : [
          `${plural(findings.filter(({ level }) => level === "error").length, "error")} and ${plural(findings.filter(({ level }) => level === "warning").length, "warning")} of the assessment`,
        ]),
    ...(report.cost === undefined ? [] : [`USD ${report.cost.total.toFixed(2, ",")} a month`]),
  ];
  return [
    `## ${refused ? "❌" : "✅"} Estate \`${code(report.stack)}\`: ${refused ? "refused" : "fit to go"}`,
    `${counts.join(" · ")}`,
    ...(against === undefined ? [] : changes(against)),
    ...violations(report),
    ...(report.assessment === undefined ? [] : [worstCases(report.assessment.scenarios)]),
    ...(report.assessment?.notes.length ? [details("Assumptions", bullets(report.assessment.notes))] : []),
  ]
    .join("\n\n")
    .concat("\n");
}

function changes({ name, change, gap }: Against): string[] {
  const title = `### Against \`${code(name)}\``;
  if (change === undefined) return [title, `No comparison: ${escapeMarkdown(gap ?? "it cannot be read")}`];
  if (isUnchanged(change)) return [title, "Nothing changes: rules, failures and cost stay as they are."];
  const said = [
    ...change.newVerdicts.map(
      ({ policy, level, message }) =>
        `🔴 new ${level}: **${escapeMarkdown(policy)}**: ${escapeMarkdown(message)}`,
    ),
    ...change.newFindings.map(
      ({ rule, level, message }) =>
        `🔴 new ${level}: **${escapeMarkdown(rule)}**: ${escapeMarkdown(message)}`,
    ),
    ...change.goneVerdicts.map(
      ({ policy, message }) => `🟢 gone: **${escapeMarkdown(policy)}**: ${escapeMarkdown(message)}`,
    ),
    ...change.goneFindings.map(
      ({ rule, message }) => `🟢 gone: **${escapeMarkdown(rule)}**: ${escapeMarkdown(message)}`,
    ),
  ];
  return [
    title,
    ...(said.length === 0 ? [] : [limited(said)]),
    ...(change.scenarios.length === 0 ? [] : [scenarioTable(change)]),
    ...(change.cost === undefined || change.cost.difference.isZero()
      ? []
      : [
          `Cost a month: ${money(change.cost.before)} → **${money(change.cost.after)}** (${signedMoney(change.cost.difference)})`,
        ]),
  ];
}

function scenarioTable({ scenarios }: ReportChange): string {
  const rows = scenarios
    .slice(0, LONGEST_LIST)
    .map(({ before, after }) => [
      (after ?? before)?.title ?? "",
      before === undefined ? "(not there)" : consequence(before),
      after === undefined ? "(not there)" : consequence(after),
    ]);
  const more = scenarios.length - rows.length;
  return `${table(["When this fails", "before", "now"], rows)}${more > 0 ? `\n\n… and ${more} more failures with other consequences` : ""}`;
}

function violations({ verdicts, ...report }: Report): string[] {
  const lines = [
    ...verdicts
      .toSorted((one, other) => Number(other.level === "mandatory") - Number(one.level === "mandatory"))
      .map(
        ({ policy, level, resource, message }) =>
          `**${escapeMarkdown(policy)}** (${level})${resource === "" ? "" : ` \`${code(resource)}\``}: ${escapeMarkdown(message)}`,
      ),
    ...assessmentFindings({ verdicts, ...report }).map(
      ({ rule, level, message }) => `**${escapeMarkdown(rule)}** (${level}): ${escapeMarkdown(message)}`,
    ),
  ];
  return lines.length === 0 ? [] : [details(`Findings (${lines.length})`, limited(lines))];
}

function worstCases(scenarios: readonly Scenario[]): string {
  const rows = scenarios
    .filter(({ guests }) => guests.length > 0)
    .slice(0, LONGEST_LIST)
    .map((scenario) => [
      scenario.title,
      consequence(scenario),
      scenario.downtime === undefined ? "none" : brief(scenario.downtime),
      scenario.dataLoss === undefined ? "none" : brief(scenario.dataLoss),
    ]);
  return details(
    `What happens when something fails (the worst first, ${rows.length} of ${scenarios.length})`,
    table(["fails", "guests", "longest downtime", "most data lost"], rows),
  );
}

const WORDS: Readonly<Record<Exclude<Effect, "stays">, string>> = {
  moves: "move",
  restarts: "restart",
  pauses: "pause",
  "cut-off": "cut off",
  stalls: "stall",
  aws: "come back in AWS",
  down: "down until repair",
};

/** "9 restart, 2 down until repair": what is not zero, the worst last. */
export function consequence({ counts }: Scenario): string {
  const parts = EFFECT_ORDER.filter((effect) => counts[effect] > 0).map(
    (effect) => `${counts[effect]} ${WORDS[effect]}`,
  );
  return parts.length === 0 ? "nothing stops" : parts.join(", ");
}

const EFFECT_ORDER = ["moves", "restarts", "pauses", "cut-off", "stalls", "aws", "down"] as const;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

function limited(lines: readonly string[]): string {
  const shown = bullets(
    lines.slice(0, LONGEST_LIST).map((line) => line),
    (line) => line,
  );
  return lines.length > LONGEST_LIST ? `${shown}\n- … and ${lines.length - LONGEST_LIST} more` : shown;
}

function bullets(lines: readonly string[], write: (line: string) => string = escapeMarkdown): string {
  return lines.map((line) => `- ${write(line)}`).join("\n");
}

function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** Text between backticks. */
function code(text: string): string {
  return text.replaceAll("`", "'").replace(/\s+/g, " ");
}
