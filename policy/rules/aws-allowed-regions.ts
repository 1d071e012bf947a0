import { text, UNKNOWN } from "../facts/read";
import { textsSetting } from "../settings";
import { ALTERNATE_SITE } from "./frameworks";
import { answer, listed, type ResourceRule } from "./rule";

const REGIONS = textsSetting("regions", {
  description: "Regions that may be used; every one when empty.",
  default: [],
});

export const awsAllowedRegions: ResourceRule = {
  id: "aws-allowed-regions",
  title: "AWS is used in allowed regions only",
  description:
    "Data in another region is under another law and out of the sight of whoever watches the bill.",
  severity: "medium",
  level: "mandatory",
  framework: ALTERNATE_SITE,
  url: "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html",
  tags: ["aws", "compliance"],
  remediation: "Use one of the allowed regions, or have the list changed in the pack's configuration.",
  settings: [REGIONS],
  scope: "resource",
  types: ["pulumi:providers:aws"],
  check: (resource, config) => {
    const allowed = REGIONS.in(config);
    if (allowed.length === 0) return [];
    const region = text(resource.properties, "region");
    const wrong = region === UNKNOWN ? UNKNOWN : region !== undefined && !allowed.includes(region);
    return answer(resource, wrong, {
      wrong: `Provider ${resource.name} uses AWS region ${String(region)}; allowed: ${listed(allowed)}.`,
      open: `Which AWS region provider ${resource.name} uses is not known yet.`,
    });
  },
};
