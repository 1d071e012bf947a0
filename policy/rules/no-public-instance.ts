import { flag, items, UNKNOWN } from "../facts/read";
import { NO_OPEN_PORTS } from "./frameworks";
import { answer, type ResourceRule } from "./rule";

export const noPublicInstance: ResourceRule = {
  id: "no-public-instance",
  title: "Recovery instances have no public address",
  description:
    "A recovered guest was never meant to be reached from the internet; it is over the tunnel or behind a load balancer.",
  severity: "high",
  level: "mandatory",
  framework: NO_OPEN_PORTS,
  url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
  tags: ["aws", "network", "security"],
  remediation: "Set associatePublicIpAddress: false, and let a load balancer or NAT gateway stand in public.",
  scope: "resource",
  types: ["aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"],
  check: (resource) => {
    const asked = [resource.properties, ...items(resource.properties, "networkInterfaces")].map(
      (from) => flag(from, "associatePublicIpAddress") ?? false,
    );
    const wrong = asked.includes(true) ? true : asked.includes(UNKNOWN) ? UNKNOWN : false;
    return answer(resource, wrong, {
      wrong: `${resource.name} gets a public address. Set associatePublicIpAddress: false.`,
      open: `Whether ${resource.name} gets a public address is not known yet.`,
    });
  },
};
