import { parseGrants } from "../facts/iam";
import { get, UNKNOWN } from "../facts/read";
import { NO_STAR_POLICIES } from "./frameworks";
import { answer, type ResourceRule } from "./rule";

export const iamNoStar: ResourceRule = {
  id: "iam-no-star",
  title: "IAM policies name their actions and resources",
  description:
    "A policy that allows everything makes one leaked key the end of the account, backups included.",
  severity: "critical",
  level: "mandatory",
  framework: NO_STAR_POLICIES,
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  tags: ["aws", "security"],
  remediation: "Name the actions and the resources that the work needs.",
  scope: "resource",
  types: ["policy:Policy", "userPolicy:UserPolicy", "groupPolicy:GroupPolicy", "rolePolicy:RolePolicy"].map(
    (type) => `aws:iam/${type}`,
  ),
  check: (resource) => {
    const document = get(resource.properties, "policy");
    const grants = document === undefined ? [] : parseGrants(document);
    const open = grants.includes(UNKNOWN);
    const wide = grants.some(
      (grant) => grant !== UNKNOWN && grant.allows && grant.everyAction && grant.everyResource,
    );
    return answer(resource, wide ? true : open ? UNKNOWN : false, {
      wrong: `IAM policy ${resource.name} allows every action (of a service) on every resource. Name both.`,
      open: `What IAM policy ${resource.name} allows is not known yet.`,
    });
  },
};
