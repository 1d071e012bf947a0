import { OptionsLegacy } from "@muhlba91/pulumi-proxmoxve/firewall/optionsLegacy";
import { RulesLegacy } from "@muhlba91/pulumi-proxmoxve/firewall/rulesLegacy";
import * as pulumi from "@pulumi/pulumi";
import { type FirewallNames, type FirewallRules, ruleInputs } from "./firewall-rule";

type Policy = "accept" | "drop" | "reject";

export interface GuestFirewallArgs {
  readonly kind: "lxc" | "vm";
  readonly vmId: number;
  /** Node that the guest was created on. Where HA moves it since, Proxmox finds its firewall all the same. */
  readonly nodeName: string;
  readonly enabled: boolean;
  /** What happens to what no rule lets in, and out. */
  readonly input: Policy;
  readonly output: Policy;
  /** Whether it gets its address by DHCP, which needs an exception of its own. */
  readonly dhcp: boolean;
  /** Log level for what is dropped. */
  readonly logDropped: string;
  readonly rules: FirewallRules;
  readonly names: FirewallNames;
}

/**
 * The firewall of one guest: its rules, then the switch. It filters the interfaces that have `firewall: true`, and
 * only while the cluster's firewall is on.
 *
 * @example
 * new GuestFirewall("web", { kind: "vm", vmId: 100, nodeName: "pve1", enabled: true, input: "drop", output: "accept",
 *   dhcp: false, logDropped: "nolog", rules: { groups: ["web"], rules: [] }, names: clusterFirewall.names });
 */
export class GuestFirewall extends pulumi.ComponentResource {
  constructor(name: string, args: GuestFirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:GuestFirewall", name, {}, opts);
    const guest = {
      nodeName: args.nodeName,
      ...(args.kind === "vm" ? { vmId: args.vmId } : { containerId: args.vmId }),
    };
    // An HA guest is on another node at times; the rules belong to its id.
    const own = { parent: this, ignoreChanges: ["nodeName"] };
    const rules = new RulesLegacy(name, { ...guest, rules: ruleInputs(args.rules, args.names) }, own);
    new OptionsLegacy(
      name,
      {
        ...guest,
        enabled: args.enabled,
        inputPolicy: args.input.toUpperCase(),
        outputPolicy: args.output.toUpperCase(),
        dhcp: args.dhcp,
        ipfilter: false,
        macfilter: true,
        ndp: true,
        radv: false,
        logLevelIn: args.logDropped,
        logLevelOut: "nolog",
      },
      { ...own, dependsOn: rules },
    );
    this.registerOutputs();
  }
}
