import { type Assessment, type AssessmentFinding, brief, isFailure, type Scenario } from "../assessment";
import { consequence } from "../report/markdown";
import { colours, table, wrap } from "./terminal";

/** The assessment for people at a terminal: findings, failures with the worst on top, what is left of capacity. */
export function assessmentTables(
  assessment: Assessment,
  findings: readonly AssessmentFinding[],
  width = process.stdout.columns ?? 120,
): string {
  const paint = colours();
  const { guests, scenarios, notes, cluster } = assessment;
  const level = (of: AssessmentFinding["level"]) => (of === "error" ? paint.red(of) : paint.yellow(of));
  const column = Math.max(30, width - 75);
  const reboots = scenarios.filter((scenario) => !isFailure(scenario));
  const failures = scenarios.filter(isFailure);
  return [
    `${paint.bold(cluster)}: ${guests.running} guests run, ${guests.underHa} under HA, ${guests.backedUp} backed up, ${guests.inAws} with a place in AWS`,
    scenarioTable(
      "when this fails",
      failures.filter((scenario) => scenario.guests.length > 0),
      column,
    ),
    harmless(failures),
    ...worstCase(failures, column),
    ...(reboots.length === 0
      ? []
      : [scenarioTable("on purpose", reboots, column), ...moves(reboots, column)]),
    ...(findings.length === 0
      ? []
      : [
          table(
            ["level", "finding", "what"],
            findings.map((finding) => [level(finding.level), finding.rule, wrap(finding.message, column)]),
          ),
        ]),
    ...notes.map((note) => `note: ${note}`),
  ].join("\n");
}

function scenarioTable(head: string, scenarios: readonly Scenario[], column: number): string {
  return table(
    [head, "guests", "downtime", "data lost"],
    scenarios.map((scenario) => [
      wrap(scenario.title, 32),
      wrap(consequence(scenario), column),
      scenario.downtime === undefined ? "none" : brief(scenario.downtime),
      scenario.dataLoss === undefined ? "none" : brief(scenario.dataLoss),
    ]),
  );
}

/** What a reboot waits for, and the disks that it copies: a guest that moves live is not one on shared storage. */
function moves(reboots: readonly Scenario[], column: number): string[] {
  const copies = reboots.flatMap(({ title, guests }) =>
    guests
      .filter(({ copies = [] }) => copies.length > 0)
      .map(({ name, to = "", copies = [] }) => [title, name, to, wrap(copies.join(", "), column)]),
  );
  return [
    ...reboots.flatMap(({ notes }) => notes),
    ...(copies.length === 0 ? [] : [table(["on purpose", "guest", "moves to", "copies its disks"], copies)]),
  ];
}

function harmless(scenarios: readonly Scenario[]): string {
  const names = scenarios.filter(({ guests }) => guests.length === 0).map(({ title }) => title);
  return names.length === 0 ? "" : `No guest stops when one of these fails: ${names.join(", ")}.`;
}

/** The first of the scenarios in full: which guests, how long, and where each figure comes from. */
function worstCase([worst]: readonly Scenario[], column: number): string[] {
  if (worst === undefined || worst.guests.length === 0) return [];
  const rows = worst.guests
    .slice(0, 12)
    .map(({ name, effect, because, downtime, dataLoss }) => [
      name,
      effect,
      wrap(because, Math.max(20, Math.floor(column / 2))),
      wrap(`${downtime.text} (${downtime.source})`, 36),
      wrap(`${dataLoss.text} (${dataLoss.source})`, 36),
    ]);
  const more = worst.guests.length - rows.length;
  return [
    `Worst case: ${worst.title}. ${worst.what}`,
    table(["guest", "effect", "why", "downtime", "data lost"], rows),
    ...(more > 0 ? [`… and ${more} more guests (--json, --html)`] : []),
  ];
}
