import { valueAt } from "../../estate/paths";
import type { Declared } from "./declared";

/** What one security group lets in and out, in words: `tcp 443 from 10.42.0.0/16`, `tcp 5432 to web`. */
export interface Openings {
  readonly in: string[];
  readonly out: string[];
}

const GROUPS = ["aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"];
const RULES: Readonly<Record<string, keyof Openings>> = {
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "in",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "out",
};

/**
 * Every security group that is declared, with all that it lets through, whichever way that is declared.
 *
 * @throws for a rule of a group that is not declared, and for a kind of rule that this does not read
 */
export function openings(resources: readonly Declared[]): Record<string, Openings> {
  const found: Record<string, Openings> = {};
  for (const { type, name, inputs } of resources) {
    if (!GROUPS.includes(type)) continue;
    const inline = (property: string) => list(inputs[property]).map((rule) => JSON.stringify(rule));
    found[type === GROUPS[1] ? `default of ${name}` : name] = {
      in: inline("ingress"),
      out: inline("egress"),
    };
  }
  for (const { type, name, inputs } of resources) {
    const direction = RULES[type];
    if (direction === undefined) {
      if (/SecurityGroupRule$|NetworkInterfaceSecurityGroup/.test(type)) throw new Error(`unread: ${type}`);
      continue;
    }
    const group = found[String(inputs.securityGroupId).replace(/-id$/, "")];
    if (!group) throw new Error(`${name} is a rule of ${String(inputs.securityGroupId)}`);
    group[direction].push(`${traffic(inputs)} ${direction === "in" ? "from" : "to"} ${peer(inputs)}`);
  }
  for (const group of Object.values(found)) {
    group.in.sort();
    group.out.sort();
  }
  return found;
}

function traffic(inputs: Declared["inputs"]): string {
  const { ipProtocol, fromPort, toPort } = inputs;
  if (ipProtocol === "-1") return "everything";
  return `${String(ipProtocol)} ${fromPort === toPort ? String(fromPort) : `${String(fromPort)}-${String(toPort)}`}`;
}

function peer(inputs: Declared["inputs"]): string {
  const { cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId } = inputs;
  const group =
    referencedSecurityGroupId === undefined
      ? undefined
      : String(referencedSecurityGroupId).replace(/-id$/, "");
  return String(cidrIpv4 ?? cidrIpv6 ?? prefixListId ?? group);
}

function list(value: unknown): unknown[] {
  const first = valueAt(value, []);
  return Array.isArray(first) ? first : [];
}
