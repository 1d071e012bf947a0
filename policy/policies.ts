import type {
  Policies,
  Policy,
  PolicyConfigSchema,
  ReportViolation,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { dayOf, EXEMPTIONS, EXEMPTIONS_SCHEMA, settle } from "./exemptions";
import { isEstateRule, outcomeOf, undecidedIn, violationsIn } from "./outcomes";
import { EXEMPTED, STALE_EXEMPTION, UNDECIDED } from "./reports";
import { RULES } from "./rules";
import {
  type EstateRule,
  type Finding,
  isNotApplicable,
  type ResourceRule,
  type Rule,
  type RuleDescription,
} from "./rules/rule";
import { type Judged, Session } from "./session";
import type { RuleConfig } from "./settings";

/** The rules as CrossGuard policies: one each, in order, then those that report on them. */
export function policies(): Policies {
  const session = new Session();
  return [
    ...RULES.map((rule) => (isEstateRule(rule) ? stackPolicy(rule, session) : resourcePolicy(rule, session))),
    reportPolicy(UNDECIDED, session, (rule, { outcome }) => undecidedIn(rule, outcome)),
    reportPolicy(EXEMPTED, session, (_, { accepted }) => accepted),
    reportPolicy(STALE_EXEMPTION, session, (_, { stale }) => stale),
  ];
}

function resourcePolicy(rule: ResourceRule, session: Session): ResourceValidationPolicy {
  const types = new Set(rule.types);
  return {
    ...metadata(rule),
    configSchema: configSchema(rule),
    validateResource: (args, report) => {
      const config = args.getConfig<RuleConfig>();
      const resource = session.declare(rule.id, args, config);
      // Without notApplicable(), which throws: with a thousand VMs 60,000 errors and as many lines of replies.
      if (!types.has(resource.type)) return;
      const { outcome } = settle(rule.id, rule.check(resource, config), config, dayOf(new Date()));
      reportAll(violationsIn(outcome), report);
    },
  };
}

function stackPolicy(rule: EstateRule, session: Session): StackValidationPolicy {
  return {
    ...metadata(rule),
    configSchema: configSchema(rule),
    validateStack: (args, report) => {
      const round = session.round(rule.id, args.resources);
      const config = args.getConfig<RuleConfig>();
      const judged = settle(rule.id, rule.check(round.topology, config), config, dayOf(new Date()));
      round.judged.set(rule.id, judged);
      if (isNotApplicable(judged.outcome)) {
        args.notApplicable(judged.outcome.notApplicable);
      }
      reportAll(violationsIn(judged.outcome), report);
    },
  };
}

/** Runs after the rules, so that it sees what those of the round have said; disabled ones are not in it. */
function reportPolicy(
  policy: RuleDescription,
  session: Session,
  findings: (rule: Rule, judged: Judged) => readonly Finding[],
): StackValidationPolicy {
  return {
    ...metadata(policy),
    validateStack: (args, report) => {
      const round = session.round(policy.id, args.resources);
      round.reported.add(policy.id);
      for (const rule of RULES) {
        const config = session.configOfRun(rule.id);
        if (!isEstateRule(rule) && config !== undefined && !round.judged.has(rule.id)) {
          const outcome = outcomeOf(rule, round.resources, round.topology, config);
          round.judged.set(rule.id, settle(rule.id, outcome, config, dayOf(new Date())));
        }
        const judged = round.judged.get(rule.id);
        if (judged !== undefined) reportAll(findings(rule, judged), report);
      }
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

function configSchema(rule: Rule): PolicyConfigSchema {
  const settings = (rule.settings ?? []).map((setting) => [setting.name, setting.schema] as const);
  return { properties: { ...Object.fromEntries(settings), [EXEMPTIONS]: EXEMPTIONS_SCHEMA } };
}

function reportAll(findings: readonly Finding[], report: ReportViolation): void {
  for (const { message, resource } of findings) {
    report(message, resource?.urn);
  }
}
