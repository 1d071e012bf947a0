import type * as pulumi from "@pulumi/pulumi";

/** What a rule of Proxmox's firewall says, with sets by name. */
export interface FirewallRule {
  readonly action: "accept" | "drop" | "reject";
  readonly direction: "in" | "out";
  /** Any when absent. */
  readonly protocol?: "icmp" | "tcp" | "udp";
  /** Destination ports and ranges (`8000-8010`); any when absent. */
  readonly ports?: readonly (number | string)[];
  /** Sets that it comes from, one rule each; anywhere when empty. */
  readonly from: readonly string[];
  /** Sets that it goes to, one rule each; anywhere when empty. */
  readonly to: readonly string[];
  /** Log level; `nolog` for none. */
  readonly log: string;
  readonly comment?: string;
}

/** What a firewall lets in: security groups first, then rules. */
export interface FirewallRules {
  readonly groups: readonly string[];
  readonly rules: readonly FirewallRule[];
}

/** The parts of a firewall that rules name: what they are called at the site, known once they are there. */
export interface FirewallNames {
  readonly sets: Readonly<Record<string, pulumi.Input<string>>>;
  readonly groups: Readonly<Record<string, pulumi.Input<string>>>;
}

/** A rule as the provider takes it. */
export interface RuleInputs {
  readonly type?: string;
  readonly action?: string;
  readonly securityGroup?: pulumi.Input<string>;
  readonly proto?: string;
  readonly dport?: string;
  readonly source?: pulumi.Input<string>;
  readonly dest?: pulumi.Input<string>;
  readonly log?: string;
  readonly comment: string;
  readonly enabled: boolean;
}

/** Groups and rules in the provider's form, in the order in which the firewall reads them. */
export function ruleInputs({ groups, rules }: FirewallRules, names: FirewallNames): RuleInputs[] {
  return [
    ...groups.map((group) => ({ securityGroup: names.groups[group] ?? group, comment: "", enabled: true })),
    ...rules.flatMap((rule) => expanded(rule, names)),
  ];
}

/** One rule for every pair of a source and a destination: Proxmox takes one set in a rule. */
function expanded(rule: FirewallRule, { sets }: FirewallNames): RuleInputs[] {
  const each = (list: readonly string[]) =>
    list.length === 0 ? [undefined] : list.map((name) => sets[name] ?? name);
  return each(rule.from).flatMap((source) =>
    each(rule.to).map((dest) => ({
      type: rule.direction,
      action: rule.action.toUpperCase(),
      ...(rule.protocol === undefined ? {} : { proto: rule.protocol }),
      ...(rule.ports === undefined ? {} : { dport: portList(rule.ports) }),
      ...(source === undefined ? {} : { source }),
      ...(dest === undefined ? {} : { dest }),
      log: rule.log,
      comment: rule.comment ?? "",
      enabled: true,
    })),
  );
}

/** `80,443,8000:8010`, as iptables writes ports. */
export function portList(ports: readonly (number | string)[]): string {
  return ports.map((port) => String(port).replace("-", ":")).join(",");
}
