import { duration } from "./figures";
import { type Assessment, type GuestEffect, isFailure, type Scenario } from "./model";

/** Something in an assessment that somebody should put right. */
export interface AssessmentFinding {
  readonly rule: AssessmentRuleId;
  readonly level: "error" | "warning";
  /** Name of the guest; left out where it is about a node. */
  readonly guest?: string;
  /** Ids of the failures that show it. */
  readonly scenarios: readonly string[];
  readonly message: string;
}

/** What findings are made by, for lists and for machines. */
export const ASSESSMENT_RULES = {
  "ha-guest-not-recovered": {
    title: "HA brings its guests back",
    description:
      "A guest under HA that is not running again after its node has died is not highly available.",
  },
  "capacity-short": {
    title: "What is left after a node's death has the memory for all",
    description:
      "Guests that HA starts on a node without memory for them fail to start, or are killed there.",
  },
  "objective-missed": {
    title: "No single failure misses a declared objective",
    description:
      "A guest's recovery point or recovery time (objectives) is missed: an error where one node's death does it to a critical guest.",
  },
  "data-lost": {
    title: "No single failure takes a guest's disks and all of its backups",
    description: "Nothing holds a copy that the failure does not take too.",
  },
} as const;
export type AssessmentRuleId = keyof typeof ASSESSMENT_RULES;

/** One finding a guest and rule over all failures: the same guest is not to be reported again and again. A reboot is none. */
export function findingsOf({ scenarios }: Assessment): AssessmentFinding[] {
  const byGuest = new Map<string, { guest: GuestEffect; scenario: Scenario }[]>();
  const failures = scenarios.filter(isFailure);
  for (const scenario of failures) {
    for (const guest of scenario.guests) {
      const known = byGuest.get(guest.id);
      if (known === undefined) byGuest.set(guest.id, [{ guest, scenario }]);
      else known.push({ guest, scenario });
    }
  }
  return [
    ...failures.flatMap(capacityShort),
    ...[...byGuest.values()].flatMap((all) => [...notRecovered(all), ...missed(all), ...dataLost(all)]),
  ].sort((one, other) => Number(one.level === "warning") - Number(other.level === "warning"));
}

type Hit = { readonly guest: GuestEffect; readonly scenario: Scenario };

function notRecovered(hits: readonly Hit[]): AssessmentFinding[] {
  const found = hits.filter(({ guest, scenario }) => scenario.kind === "node" && guest.haFails === true);
  return about(
    "ha-guest-not-recovered",
    "error",
    found,
    ({ guest }, names) =>
      `${guest.name} is under HA, but does not come back when ${names} fails: ${guest.because}.`,
  );
}

function missed(hits: readonly Hit[]): AssessmentFinding[] {
  const found = hits.filter(({ guest }) => guest.misses.length > 0);
  const hard = found.some(({ guest, scenario }) => scenario.kind === "node" && guest.critical);
  return about("objective-missed", hard ? "error" : "warning", found, ({ guest }, names) => {
    const kinds = new Set(found.flatMap((hit) => hit.guest.misses));
    const what = [
      ...(kinds.has("rto") ? [`recovery time${of(guest.rto)}`] : []),
      ...(kinds.has("rpo") ? [`recovery point${of(guest.rpo)}`] : []),
    ];
    return `${guest.name} misses its ${what.join(" and ")} when ${names} fails.`;
  });
}

function of(minutes: number | undefined): string {
  return minutes === undefined ? "" : ` of ${duration(minutes)}`;
}

/** The loss of a whole site is told by its own rules of backups off site. */
function dataLost(hits: readonly Hit[]): AssessmentFinding[] {
  const found = hits.filter(({ guest }) => guest.dataLoss.minutes === "all");
  return about(
    "data-lost",
    "warning",
    found,
    ({ guest }, names) => `${guest.name} may lose everything when ${names} fails: ${guest.dataLoss.source}.`,
  );
}

function capacityShort({ id, kind, title, capacity = [] }: Scenario): AssessmentFinding[] {
  if (kind !== "node") return [];
  return capacity
    .filter(({ missingMemory }) => missingMemory > 0)
    .map(({ node, missingMemory }) => ({
      rule: "capacity-short",
      level: "error",
      scenarios: [id],
      message: `When ${subjectOf(title)} fails, ${node} is short of ${Math.ceil(missingMemory / 102.4) / 10} GiB of memory.`,
    }));
}

function about(
  rule: AssessmentRuleId,
  level: AssessmentFinding["level"],
  hits: readonly Hit[],
  message: (first: Hit, names: string) => string,
): AssessmentFinding[] {
  const [first] = hits;
  if (first === undefined) return [];
  const scenarios = hits.map(({ scenario }) => scenario.id);
  return [
    {
      rule,
      level,
      guest: first.guest.name,
      scenarios,
      message: message(first, namesOf(hits.map((hit) => hit.scenario))),
    },
  ];
}

/** "node pve1, storage nas1 or 3 more". */
function namesOf(scenarios: readonly Scenario[]): string {
  const names = scenarios.map(({ title }) => subjectOf(title));
  const shown = names.slice(0, 4);
  if (names.length > 4) return `${shown.join(", ")} or one of ${names.length - 4} more`;
  return shown.length === 1 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} or ${shown.at(-1)}`;
}

function subjectOf(title: string): string {
  return title.startsWith("NFS") || title.startsWith("CIFS")
    ? title
    : title.charAt(0).toLowerCase() + title.slice(1);
}
