import { configOf, levelOf, NO_CONFIG, type PackConfig } from "./config";
import { dayOf, settle } from "./exemptions";
import type { DeclaredResource } from "./facts/declared";
import { readTopology, type Topology } from "./facts/topology";
import { outcomeOf, undecidedIn, violationsIn } from "./outcomes";
import { EXEMPTED, STALE_EXEMPTION, UNDECIDED } from "./reports";
import { RULES } from "./rules";
import type { Finding, Level, Rule, RuleDescription, Severity } from "./rules/rule";

/** One thing that a policy has to say, in the same words on the real engine and in the offline check. */
export interface Verdict {
  /** The rule's id, or that of a policy that reports on rules: `undecided`, `exempted`, `stale-exemption`. */
  readonly policy: string;
  /** The rule that it is about. */
  readonly rule: string;
  readonly level: Level;
  readonly severity: Severity;
  /** Logical name of the resource; empty for the estate as a whole. */
  readonly resource: string;
  readonly urn?: string;
  readonly message: string;
}

/** What the pack is made of, for counting and listing: the rules, and the policies that report on them. */
export const POLICIES: readonly RuleDescription[] = [...RULES, UNDECIDED, EXEMPTED, STALE_EXEMPTION];

export interface JudgeOptions {
  /** Levels, settings and exemptions; each rule's own level and defaults where it says nothing. */
  readonly config?: PackConfig;
  /** The day that exemptions are held against. */
  readonly today?: Date;
  /** What the resources say, where that is read already. */
  readonly topology?: Topology;
}

/** Judges an estate by all rules: violations in the rules' order, then what is undecided, exempted and stale. */
export function judge(resources: readonly DeclaredResource[], options: JudgeOptions = {}): Verdict[] {
  const { config = NO_CONFIG, today = new Date(), topology = readTopology(resources) } = options;
  const settled = RULES.filter((rule) => levelOf(config, rule) !== "disabled").map((rule) => {
    const own = configOf(config, rule);
    return { rule, ...settle(rule.id, outcomeOf(rule, resources, topology, own), own, dayOf(today)) };
  });
  const said = (of: (one: (typeof settled)[number]) => readonly Finding[], policy?: RuleDescription) =>
    settled.flatMap((one) =>
      of(one).flatMap((finding) => verdict(policy ?? one.rule, one.rule, finding, config)),
    );
  return [
    ...said(({ outcome }) => violationsIn(outcome)),
    ...said(({ rule, outcome }) => undecidedIn(rule, outcome), UNDECIDED),
    ...said(({ accepted }) => accepted, EXEMPTED),
    ...said(({ stale }) => stale, STALE_EXEMPTION),
  ];
}

function verdict(
  policy: RuleDescription,
  rule: Rule,
  { resource, message }: Finding,
  config: PackConfig,
): Verdict[] {
  const level = levelOf(config, policy);
  if (level === "disabled") return [];
  return [
    {
      policy: policy.id,
      rule: rule.id,
      level,
      severity: policy.severity,
      resource: resource?.name ?? "",
      ...(resource?.urn !== undefined && { urn: resource.urn }),
      message,
    },
  ];
}
