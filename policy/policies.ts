import type {
  Policies,
  Policy,
  ReportViolation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { checkEach, isEstateRule, undecidedIn, violationsIn } from "./outcomes";
import { RULES } from "./rules";
import {
  type EstateRule,
  type Finding,
  isNotApplicable,
  type ResourceRule,
  type RuleDescription,
} from "./rules/rule";
import { Session } from "./session";
import { UNDECIDED } from "./undecided";

/** The rules as CrossGuard policies: one each, in order, and one for what they leave undecided. */
export function policies(): Policies {
  const session = new Session();
  return [
    ...RULES.map((rule) => (isEstateRule(rule) ? stackPolicy(rule, session) : resourcePolicy(rule, session))),
    undecidedPolicy(session),
  ];
}

function resourcePolicy(rule: ResourceRule, session: Session): ResourceValidationPolicy {
  const types = new Set(rule.types);
  return {
    ...metadata(rule),
    validateResource: (args, report) => {
      const resource = session.declare(rule.id, args);
      if (!types.has(resource.type)) {
        args.notApplicable(`Not about resources of type ${resource.type}`);
      }
      reportAll(violationsIn(rule.check(resource)), report);
    },
  };
}

function stackPolicy(rule: EstateRule, session: Session): StackValidationPolicy {
  return {
    ...metadata(rule),
    validateStack: (args, report) => {
      const round = session.round(rule.id, args.resources);
      const outcome = rule.check(round.topology);
      round.outcomes.set(rule.id, outcome);
      if (isNotApplicable(outcome)) {
        args.notApplicable(outcome.notApplicable);
      }
      reportAll(violationsIn(outcome), report);
    },
  };
}

/** Runs last, so that it sees what the other policies of the round left open; disabled ones are not in it. */
function undecidedPolicy(session: Session): StackValidationPolicy {
  return {
    ...metadata(UNDECIDED),
    validateStack: (args, report) => {
      const round = session.round(UNDECIDED.id, args.resources);
      for (const rule of RULES) {
        const outcome = isEstateRule(rule)
          ? round.outcomes.get(rule.id)
          : session.hasRun(rule.id)
            ? checkEach(rule, round.resources)
            : undefined;
        reportAll(outcome === undefined ? [] : undecidedIn(rule, outcome), report);
      }
      session.finish();
    },
  };
}

function metadata(rule: RuleDescription): Policy {
  return {
    name: rule.id,
    displayName: rule.title,
    description: rule.description,
    severity: rule.severity,
    enforcementLevel: rule.level,
    ...(rule.framework && { framework: { ...rule.framework } }),
    tags: [...rule.tags],
    remediationSteps: rule.remediation,
    url: rule.url,
  };
}

function reportAll(findings: readonly Finding[], report: ReportViolation): void {
  for (const { message, resource } of findings) {
    report(message, resource?.urn);
  }
}
