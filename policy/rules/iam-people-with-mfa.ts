import { parseGrants } from "../facts/iam";
import { get, UNKNOWN } from "../facts/read";
import { resourcesOf } from "../facts/topology";
import { AWS_MFA } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

const POLICIES = ["policy:Policy", "userPolicy:UserPolicy", "groupPolicy:GroupPolicy"].map(
  (type) => `aws:iam/${type}`,
);

export const iamPeopleWithMfa: EstateRule = {
  id: "iam-people-with-mfa",
  title: "People log in to AWS with a second factor",
  description:
    "A password alone is guessed or phished; with it somebody stops the recovery, or takes the backups.",
  severity: "high",
  level: "mandatory",
  framework: AWS_MFA,
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html",
  tags: ["aws", "security"],
  remediation:
    "Declare a policy that denies everything without aws:MultiFactorAuthPresent, for the group or user.",
  scope: "estate",
  check: (topology) => {
    const people = resourcesOf(topology, "aws:iam/userLoginProfile:UserLoginProfile");
    if (people.length === 0) return notApplicable("This program lets nobody log in to AWS with a password");
    const grants = resourcesOf(topology, ...POLICIES).flatMap((each) =>
      parseGrants(get(each.properties, "policy")),
    );
    const asked = grants.some((grant) => grant !== UNKNOWN && !grant.allows && grant.unlessMfa);
    const wrong = asked ? false : grants.includes(UNKNOWN) ? UNKNOWN : true;
    return people.flatMap((person) =>
      answer(person, wrong, {
        wrong: `${person.name} may log in to AWS with a password alone: no policy of this program denies what is done without MFA.`,
        open: `Whether a policy denies ${person.name} what is done without MFA is not known yet.`,
      }),
    );
  },
};
