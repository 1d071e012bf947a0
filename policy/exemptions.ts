import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import type { Finding, Outcome } from "./rules/rule";
import { isNotApplicable } from "./rules/rule";
import type { RuleConfig } from "./settings";

/** A finding that a team lives with for a while, and why. */
export interface Exemption {
  /** Logical name of the resource, in which * stands for any letters; `(estate)` for a finding about no resource. */
  readonly resource: string;
  readonly reason: string;
  /** Last day on which it holds, as 2026-12-31. */
  readonly expires: string;
}

/** The property of a rule's configuration that holds its exemptions. */
export const EXEMPTIONS = "exemptions";

/** How a finding about no one resource is named in exemptions. */
export const WHOLE_ESTATE = "(estate)";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Every rule's configuration may have exemptions of this form. */
export const EXEMPTIONS_SCHEMA: PolicyConfigJSONSchema = {
  type: "array",
  description: "Findings that are accepted for a while; they are reported by the policy exempted.",
  default: [],
  items: {
    type: "object",
    required: ["resource", "reason", "expires"],
    properties: {
      resource: {
        type: "string",
        minLength: 1,
        description:
          "Logical name of the resource; * stands for any letters, (estate) for the estate as a whole.",
      },
      reason: {
        type: "string",
        minLength: 10,
        description: "Why it is accepted, for those who read it later.",
      },
      expires: { type: "string", pattern: DAY.source, description: "Last day, as 2026-12-31." },
    },
    additionalProperties: false,
  },
};

/** What is wrong with an exemption, by its property; nothing for a sound one. */
export function problemsOf(value: unknown): { readonly property: string; readonly allowed: string }[] {
  const told: Readonly<Record<string, unknown>> = isRecord(value) ? value : {};
  const { resource, reason, expires, ...others } = told;
  return [
    ...(typeof resource === "string" && /[^*]/.test(resource)
      ? []
      : [{ property: "resource", allowed: "the name of a resource; a * alone would exempt everything" }]),
    ...(typeof reason === "string" && reason.trim().length >= 10
      ? []
      : [{ property: "reason", allowed: "why it is accepted, in ten letters or more" }]),
    ...(typeof expires === "string" && isDay(expires)
      ? []
      : [{ property: "expires", allowed: "the last day on which it holds, such as 2026-12-31" }]),
    ...Object.keys(others).map((property) => ({ property, allowed: "resource, reason and expires only" })),
  ];
}

/** The exemptions in a rule's configuration that are sound, and how many are not. */
export function exemptionsIn(config: RuleConfig): { sound: Exemption[]; malformed: number } {
  const told = config[EXEMPTIONS];
  const list: readonly unknown[] = Array.isArray(told) ? told : told === undefined ? [] : [told];
  const sound = list.filter(isExemption);
  return { sound, malformed: list.length - sound.length };
}

/** What exemptions make of a rule's findings. */
export interface Settled {
  /** What counts. */
  readonly outcome: Outcome;
  /** What is accepted, and until when. */
  readonly accepted: readonly Finding[];
  /** Exemptions that have ended, match nothing or are malformed. */
  readonly stale: readonly Finding[];
}

/**
 * Sorts a rule's findings by its exemptions.
 *
 * @param today the day of the check as 2026-12-31: an exemption still holds on its last day
 */
export function settle(rule: string, outcome: Outcome, config: RuleConfig, today: string): Settled {
  const { sound, malformed } = exemptionsIn(config);
  if (sound.length + malformed === 0) return { outcome, accepted: [], stale: [] };
  const findings = isNotApplicable(outcome) ? [] : outcome;
  const uses = sound.map((exemption) => ({
    exemption,
    holds: exemption.expires >= today,
    matches: matcher(exemption.resource),
    used: false,
  }));
  const accepted: Finding[] = [];
  const counting: Finding[] = [];
  for (const finding of findings) {
    const fitting = uses.filter(({ matches }) => matches(finding.resource?.name ?? WHOLE_ESTATE));
    for (const use of fitting) use.used = true;
    const holding = fitting.find(({ holds }) => holds);
    if (holding === undefined) counting.push(finding);
    else accepted.push(acceptance(rule, finding, holding.exemption, today));
  }
  return {
    outcome: isNotApplicable(outcome) ? outcome : counting,
    accepted,
    stale: [
      ...uses.flatMap(({ exemption, holds, used }) =>
        holds && used ? [] : [staleness(rule, exemption, holds, used, today)],
      ),
      ...(malformed === 0
        ? []
        : [
            about(
              `${rule}: ${malformed} of its exemptions lack a resource, a reason of ten letters or more, or a day such ` +
                "as 2026-12-31 on which they end, and exempt nothing.",
            ),
          ]),
    ],
  };
}

/** A day as exemptions write it. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, "2026-12-31".length);
}

function acceptance(rule: string, finding: Finding, { reason, expires }: Exemption, today: string): Finding {
  const left = daysBetween(today, expires);
  return {
    ...finding,
    verdict: "violated",
    message: `${rule}: ${finding.message} Accepted until ${expires} (${days(left)} left): ${reason}`,
  };
}

function staleness(
  rule: string,
  { resource, expires }: Exemption,
  holds: boolean,
  used: boolean,
  today: string,
): Finding {
  if (holds) {
    return about(`${rule}: the exemption of ${resource} matches nothing that the rule finds. Take it away.`);
  }
  const ended = `${rule}: the exemption of ${resource} ended on ${expires}, ${days(daysBetween(expires, today))} ago`;
  return about(used ? `${ended}: the rule counts again.` : `${ended}, and nothing needs it. Take it away.`);
}

function about(message: string): Finding {
  return { verdict: "violated", message };
}

function matcher(pattern: string): (name: string) => boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const whole = new RegExp(`^${parts.join(".*")}$`, "s");
  return (name) => whole.test(name);
}

function isExemption(value: unknown): value is Exemption {
  return isRecord(value) && problemsOf(value).length === 0;
}

function isDay(text: string): boolean {
  const time = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && dayOf(new Date(time)) === text;
}

function daysBetween(one: string, other: string): number {
  return Math.round((Date.parse(other) - Date.parse(one)) / 86_400_000);
}

function days(count: number): string {
  return count === 1 ? "1 day" : `${count} days`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
