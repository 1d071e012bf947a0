import { get, text, UNKNOWN } from "../facts/read";
import { IMDS_V2 } from "./frameworks";
import { answer, type ResourceRule } from "./rule";

export const imdsV2Only: ResourceRule = {
  id: "imds-v2-only",
  title: "Instances answer for their credentials to themselves only",
  description:
    "Version 1 of the metadata service hands an instance's credentials to whoever makes a program on it fetch a URL; version 2 asks for a token first.",
  severity: "high",
  level: "mandatory",
  framework: IMDS_V2,
  url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
  tags: ["aws", "security"],
  remediation: "Set metadataOptions.httpTokens to required.",
  scope: "resource",
  types: ["aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"],
  check: (resource) => {
    const options = get(resource.properties, "metadataOptions");
    const tokens = options === UNKNOWN ? UNKNOWN : text(options, "httpTokens");
    const off = options === UNKNOWN ? UNKNOWN : text(options, "httpEndpoint");
    const wrong =
      tokens === "required" || off === "disabled"
        ? false
        : tokens === UNKNOWN || off === UNKNOWN
          ? UNKNOWN
          : true;
    return answer(resource, wrong, {
      wrong: `${resource.name} answers metadata requests without a token (IMDSv1). Set metadataOptions.httpTokens: required.`,
      open: `Whether ${resource.name} asks for a token before it answers metadata requests is not known yet.`,
    });
  },
};
