import type { RuleDescription } from "./rules/rule";

/**
 * CrossGuard gives every policy one level, so a mandatory rule cannot say "I do not know" as an advisory of its
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
