import type { DeclaredResource } from "./facts/declared";
import { readTopology } from "./facts/topology";
import { outcomeOf, undecidedIn, violationsIn } from "./outcomes";
import { RULES } from "./rules";
import type { Finding, Level, RuleDescription, Severity } from "./rules/rule";
import { UNDECIDED } from "./undecided";

/** One thing that a policy has to say, in the same words on the real engine and in the offline check. */
export interface Verdict {
  /** The rule's id, or `undecided`. */
  readonly policy: string;
  readonly level: Level;
  readonly severity: Severity;
  /** Logical name of the resource; empty for the estate as a whole. */
  readonly resource: string;
  readonly urn?: string;
  readonly message: string;
}

/** What the pack is made of, for counting and listing: the rules and the policy for what they leave undecided. */
export const POLICIES: readonly RuleDescription[] = [...RULES, UNDECIDED];

/** Judges an estate by all rules, each at its own level: violations in the rules' order, then what is undecided. */
export function judge(resources: readonly DeclaredResource[]): Verdict[] {
  const topology = readTopology(resources);
  const outcomes = RULES.map((rule) => ({ rule, outcome: outcomeOf(rule, resources, topology) }));
  return [
    ...outcomes.flatMap(({ rule, outcome }) =>
      violationsIn(outcome).map((finding) => verdict(rule, finding)),
    ),
    ...outcomes.flatMap(({ rule, outcome }) =>
      undecidedIn(rule, outcome).map((finding) => verdict(UNDECIDED, finding)),
    ),
  ];
}

function verdict(policy: RuleDescription, { resource, message }: Finding): Verdict {
  return {
    policy: policy.id,
    level: policy.level,
    severity: policy.severity,
    resource: resource?.name ?? "",
    ...(resource?.urn !== undefined && { urn: resource.urn }),
    message,
  };
}
