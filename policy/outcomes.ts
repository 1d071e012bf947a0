import type { DeclaredResource } from "./facts/declared";
import type { Topology } from "./facts/topology";
import type { EstateRule, Finding, Outcome, ResourceRule, Rule } from "./rules/rule";
import { isNotApplicable } from "./rules/rule";
import type { RuleConfig } from "./settings";

/** Narrows a rule to one that the whole estate decides. */
export function isEstateRule(rule: Rule): rule is EstateRule {
  return rule.scope === "estate";
}

/** Runs one rule over a whole estate. */
export function outcomeOf(
  rule: Rule,
  resources: readonly DeclaredResource[],
  topology: Topology,
  config: RuleConfig = {},
): Outcome {
  return isEstateRule(rule) ? rule.check(topology, config) : checkEach(rule, resources, config);
}

/** Runs a resource rule over those of the resources that it is about. */
export function checkEach(
  rule: ResourceRule,
  resources: readonly DeclaredResource[],
  config: RuleConfig = {},
): Finding[] {
  const types = new Set(rule.types);
  return resources
    .filter((resource) => types.has(resource.type))
    .flatMap((resource) => rule.check(resource, config));
}

/** What the rule found wrong for certain. */
export function violationsIn(outcome: Outcome): readonly Finding[] {
  return isNotApplicable(outcome) ? [] : outcome.filter((finding) => finding.verdict === "violated");
}

/** What remains open in a mandatory rule; an advisory rule that cannot be decided says nothing. */
export function undecidedIn(rule: Rule, outcome: Outcome): Finding[] {
  return isNotApplicable(outcome) || rule.level !== "mandatory"
    ? []
    : outcome
        .filter((finding) => finding.verdict === "undecided")
        .map((finding) => ({ ...finding, message: `${rule.id}: ${finding.message}` }));
}
