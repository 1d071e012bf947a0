import type { DeclaredResource } from "./declared";
import { allKnown, get, items, type Known, knownIn, text, texts, UNKNOWN, type Value } from "./read";

/** Where a security group lets traffic in from. */
export interface Ingress {
  /** Address ranges that are known. */
  readonly ranges: readonly string[];
  /** False when a range is not known yet. */
  readonly complete: boolean;
  /** "tcp 22", "every port": for messages. */
  readonly traffic: string;
}

/** Every resource that can open a security group. */
export const INGRESS_TYPES: readonly string[] = [
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/securityGroupRule:SecurityGroupRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
];

/** What a security group or a rule of one lets in; UNKNOWN when that is not known yet. */
export function readIngress(resource: DeclaredResource): Known<readonly Ingress[]> {
  const { properties } = resource;
  switch (resource.type) {
    case "aws:ec2/securityGroupRule:SecurityGroupRule": {
      const direction = text(properties, "type");
      return direction === UNKNOWN ? UNKNOWN : direction === "ingress" ? [block(properties)] : [];
    }
    case "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
      const ranges = [text(properties, "cidrIpv4"), text(properties, "cidrIpv6")];
      return [
        {
          ranges: ranges.filter((range) => typeof range === "string"),
          complete: !ranges.includes(UNKNOWN),
          traffic: traffic(text(properties, "ipProtocol"), properties),
        },
      ];
    }
    default: {
      return items(properties, "ingress").map(block);
    }
  }
}

function block(from: unknown): Ingress {
  const lists: Value<readonly Known<string>[]>[] = [texts(from, "cidrBlocks"), texts(from, "ipv6CidrBlocks")];
  return {
    ranges: lists.flatMap((ranges) => knownIn(ranges)),
    complete: lists.every((ranges) => allKnown(ranges)),
    traffic: traffic(text(from, "protocol"), from),
  };
}

function traffic(protocol: unknown, from: unknown): string {
  const first = get(from, "fromPort");
  const last = get(from, "toPort");
  if (protocol === "-1" || protocol === "all") {
    return "every port";
  }
  const name = typeof protocol === "string" ? protocol : "some protocol";
  if (typeof first !== "number" || typeof last !== "number") {
    return name;
  }
  return first === last ? `${name} ${first}` : `${name} ${first}-${last}`;
}
