import { text, UNKNOWN } from "../facts/read";
import { textsSetting } from "../settings";
import { answer, listed, type ResourceRule } from "./rule";

const TYPES = textsSetting("types", {
  description:
    "Instance types that may be used, such as t3.small, or t3.* for a whole family; every one when empty.",
  default: [],
});

export const awsAllowedInstanceTypes: ResourceRule = {
  id: "aws-allowed-instance-types",
  title: "Instances are of allowed types only",
  description:
    "A type that nobody priced is found on the bill; one that the team does not know is found in the drill.",
  severity: "low",
  level: "mandatory",
  url: "https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html",
  tags: ["aws", "cost"],
  remediation: "Choose one of the allowed types, or have the list changed in the pack's configuration.",
  settings: [TYPES],
  scope: "resource",
  types: ["aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"],
  check: (resource, config) => {
    const allowed = TYPES.in(config);
    if (allowed.length === 0) return [];
    const type = text(resource.properties, "instanceType");
    const wrong =
      type === UNKNOWN ? UNKNOWN : type !== undefined && !allowed.some((each) => fits(each, type));
    return answer(resource, wrong, {
      wrong: `${resource.name} is of type ${String(type)}; allowed: ${listed(allowed)}.`,
      open: `Of which type ${resource.name} is is not known yet.`,
    });
  },
};

function fits(allowed: string, type: string): boolean {
  return allowed.endsWith(".*") ? type.startsWith(allowed.slice(0, -1)) : allowed === type;
}
