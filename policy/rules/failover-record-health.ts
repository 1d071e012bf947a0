import { flag, get, items, text, UNKNOWN } from "../facts/read";
import { RECOVERY } from "./frameworks";
import { answer, type ResourceRule } from "./rule";

export const failoverRecordHealth: ResourceRule = {
  id: "failover-record-health",
  title: "Records that fail over know when to",
  description:
    "A primary record without a health signal is given out for ever, also when nothing answers there.",
  severity: "critical",
  level: "mandatory",
  framework: RECOVERY,
  url: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-types.html",
  tags: ["aws", "network"],
  remediation: "Give the primary record a healthCheckId, or an alias with evaluateTargetHealth.",
  scope: "resource",
  types: ["aws:route53/record:Record"],
  check: (resource) => {
    const roles = items(resource.properties, "failoverRoutingPolicies").map((policy) =>
      policy === UNKNOWN ? UNKNOWN : text(policy, "type"),
    );
    if (!roles.includes("PRIMARY") && !roles.includes(UNKNOWN)) return [];
    const targets = items(resource.properties, "aliases").map(
      (alias) => flag(alias, "evaluateTargetHealth") ?? false,
    );
    const check = get(resource.properties, "healthCheckId");
    const healthy = check !== undefined || targets.includes(true);
    const wrong = healthy ? false : roles.includes(UNKNOWN) || targets.includes(UNKNOWN) ? UNKNOWN : true;
    return answer(resource, wrong, {
      wrong: `Record ${resource.name} is the primary of a failover and has no health signal: it never fails over.`,
      open: `Whether record ${resource.name} has a health signal, or needs one, is not known yet.`,
    });
  },
};
