import { INGRESS_TYPES, readIngress } from "../facts/ingress";
import { UNKNOWN } from "../facts/read";
import { NO_OPEN_PORTS } from "./frameworks";
import { listed, type ResourceRule, undecided, violated } from "./rule";

export const noOpenIngress: ResourceRule = {
  id: "no-open-ingress",
  title: "Security groups let in known addresses only",
  description:
    "Recovery instances hold copies of internal systems that were never hardened for the internet; open to every " +
    "address they are found within minutes.",
  severity: "critical",
  level: "mandatory",
  framework: NO_OPEN_PORTS,
  url: "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html",
  tags: ["aws", "network", "security"],
  remediation: "Name the address ranges of the sites, or the security group that the traffic comes from.",
  scope: "resource",
  types: INGRESS_TYPES,
  check: (resource) => {
    const ingress = readIngress(resource);
    if (ingress === UNKNOWN) {
      return [undecided(resource, `Security group rule ${resource.name}: its direction is not known yet.`)];
    }
    const open = ingress.filter((each) => each.ranges.some(isEveryAddress));
    if (open.length > 0) {
      const traffic = listed(open.map((each) => each.traffic));
      return [
        violated(
          resource,
          `${resource.name} lets every address in (0.0.0.0/0 or ::/0) to ${traffic}. Name the address ranges or the ` +
            "security group that the traffic comes from.",
        ),
      ];
    }
    return ingress.every((each) => each.complete)
      ? []
      : [undecided(resource, `${resource.name}: an address range that it lets in is not known yet.`)];
  },
};

/** A prefix of no length, however its address is written. */
function isEveryAddress(range: string): boolean {
  return /\/0+$/.test(range.trim());
}
