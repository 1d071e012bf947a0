import { text, texts, UNKNOWN } from "../facts/read";
import { NO_STAR_POLICIES } from "./frameworks";
import { answer, type ResourceRule } from "./rule";

const WIDE = /:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

export const iamNoAdministrator: ResourceRule = {
  id: "iam-no-administrator",
  title: "Nobody is administrator by attachment",
  description:
    "AWS' own administrator policy is wider than any integration needs; with it a leaked key ends the account.",
  severity: "critical",
  level: "mandatory",
  framework: NO_STAR_POLICIES,
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions.html",
  tags: ["aws", "security"],
  remediation:
    "Attach a policy of the actions that the work needs, or give people the role through single sign-on.",
  scope: "resource",
  types: [
    "userPolicyAttachment:UserPolicyAttachment",
    "groupPolicyAttachment:GroupPolicyAttachment",
    "rolePolicyAttachment:RolePolicyAttachment",
    "policyAttachment:PolicyAttachment",
    "role:Role",
  ].map((type) => `aws:iam/${type}`),
  check: (resource) => {
    const managed = texts(resource.properties, "managedPolicyArns");
    const named = [
      text(resource.properties, "policyArn"),
      ...(managed === UNKNOWN ? [UNKNOWN] : (managed ?? [])),
    ];
    const wrong = named.some((arn) => typeof arn === "string" && WIDE.test(arn))
      ? true
      : named.includes(UNKNOWN)
        ? UNKNOWN
        : false;
    return answer(resource, wrong, {
      wrong: `${resource.name} attaches a policy of AWS that allows everything. Attach what the work needs.`,
      open: `Which policy ${resource.name} attaches is not known yet.`,
    });
  },
};
