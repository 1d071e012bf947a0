import type { RuleDescription } from "./rules/rule";

/**
 * Policies that report on the rules. CrossGuard gives every policy one level, so a mandatory rule cannot say "I do not know" as an advisory of its
 * own. This description stands for the reports of all rules that an unknown value leaves undecided; a team that
 * wants to allow nothing undecided sets its level to mandatory.
 */
export const UNDECIDED: RuleDescription = {
  id: "undecided",
  title: "Every mandatory rule could be decided",
  description:
    "A mandatory rule depends on a value that is not known before up, or on something that this program does not " +
    "declare; it is checked again with what is known then.",
  severity: "medium",
  level: "advisory",
  url: "https://www.pulumi.com/docs/insights/policy/",
  tags: ["policy"],
  remediation:
    "Give the value outright (a VM id, a storage id, a bucket name) instead of computing it from another resource, or " +
    "declare what the program relies on.",
};

/** What exemptions hold back, so that nobody forgets it. */
export const EXEMPTED: RuleDescription = {
  id: "exempted",
  title: "What is exempted, why and for how long",
  description:
    "A finding that a team accepts for a while is still there: it is listed with the reason and the days that are left.",
  severity: "low",
  level: "advisory",
  url: "https://www.pulumi.com/docs/insights/policy/",
  tags: ["policy"],
  remediation: "Put the finding right before its exemption ends, then take the exemption away.",
};

/** Exemptions that do nothing (any more); a team that wants a tidy list sets its level to mandatory. */
export const STALE_EXEMPTION: RuleDescription = {
  id: "stale-exemption",
  title: "Exemptions hold, and exempt something",
  description:
    "An exemption that has ended exempts nothing any more, and one that matches nothing would hide the next finding of " +
    "that name.",
  severity: "low",
  level: "advisory",
  url: "https://www.pulumi.com/docs/insights/policy/",
  tags: ["policy"],
  remediation: "Take the exemption away, or give it a new reason and a new last day.",
};
