import type { DeclaredResource } from "../facts/declared";
import { type Known, UNKNOWN } from "../facts/read";
import type { Topology } from "../facts/topology";
import type { RuleConfig, Setting } from "../settings";

/** Mandatory stops an up; advisory only says so. */
export type Level = "mandatory" | "advisory";
/** CrossGuard's own steps. */
export type Severity = "low" | "medium" | "high" | "critical";

/** The control of a published framework that a rule serves. */
export interface Framework {
  readonly name: string;
  readonly version: string;
  readonly reference: string;
  readonly specification: string;
}

/** What a rule is, apart from its check. Written in this order in every rule's file. */
export interface RuleDescription {
  /** Kebab case; the policy's name in CrossGuard and in its configuration. */
  readonly id: string;
  readonly title: string;
  /** Why the rule exists: what fails without it. */
  readonly description: string;
  readonly severity: Severity;
  readonly level: Level;
  readonly framework?: Framework;
  /** Where the vendor documents the behaviour behind the rule. */
  readonly url: string;
  readonly tags: readonly string[];
  /** What an operator does about a finding. */
  readonly remediation: string;
  /** What teams decide differently; levels and exemptions are every rule's. */
  readonly settings?: readonly Setting[];
}

/** One resource decides: checked before the resource is created, so it prevents even without a preview. */
export interface ResourceRule extends RuleDescription {
  readonly scope: "resource";
  /** Type tokens of the resources that it is about. */
  readonly types: readonly string[];
  readonly check: (resource: DeclaredResource, config: RuleConfig) => readonly Finding[];
}

/** The whole estate decides: checked at the end of a preview. */
export interface EstateRule extends RuleDescription {
  readonly scope: "estate";
  readonly check: (topology: Topology, config: RuleConfig) => Outcome;
}

/** Any rule. */
export type Rule = ResourceRule | EstateRule;

/** Something that a rule has to say. Messages name things and never print other property values: those may be secret. */
export interface Finding {
  /** Undecided: an unknown value decides; reported apart, as an advisory. */
  readonly verdict: "violated" | "undecided";
  /** The resource that it is about; left out for the estate as a whole. */
  readonly resource?: DeclaredResource;
  readonly message: string;
}

/** What a rule says of an estate, or why it has nothing to say. */
export type Outcome = readonly Finding[] | NotApplicable;

/** The program has nothing that the rule could be about. */
export interface NotApplicable {
  readonly notApplicable: string;
}

/** A finding that is certain. */
export function violated(resource: DeclaredResource | undefined, message: string): Finding {
  return { verdict: "violated", ...(resource && { resource }), message };
}

/** A finding that hangs on a value that is not known. */
export function undecided(resource: DeclaredResource | undefined, message: string): Finding {
  return { verdict: "undecided", ...(resource && { resource }), message };
}

/** The findings of a question with one answer: whether something is wrong with a resource. */
export function answer(
  resource: DeclaredResource | undefined,
  wrong: Known<boolean>,
  says: { readonly wrong: string; readonly open: string },
): Finding[] {
  if (wrong === UNKNOWN) return [undecided(resource, says.open)];
  return wrong ? [violated(resource, says.wrong)] : [];
}

/** The answer of a rule that has nothing to look at. */
export function notApplicable(reason: string): NotApplicable {
  return { notApplicable: reason };
}

/** Tells that answer from findings. */
export function isNotApplicable(outcome: Outcome): outcome is NotApplicable {
  return "notApplicable" in outcome;
}

/** "a, b and 3 more": lists in messages stay readable however large the estate is. */
export function listed(names: readonly string[], limit = 5): string {
  const shown = names.slice(0, limit).join(", ");
  return names.length > limit ? `${shown} and ${names.length - limit} more` : shown;
}
