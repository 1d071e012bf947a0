import { createHash } from "node:crypto";
import { FirewallLegacy } from "@muhlba91/pulumi-proxmoxve/cluster";
import { GroupLegacy } from "@muhlba91/pulumi-proxmoxve/cluster/firewall/security";
import { IpsetLegacy } from "@muhlba91/pulumi-proxmoxve/firewall/ipsetLegacy";
import { RulesLegacy } from "@muhlba91/pulumi-proxmoxve/firewall/rulesLegacy";
import { Firewall as NodeFirewall } from "@muhlba91/pulumi-proxmoxve/node/firewall";
import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Connection, runHostScript } from "../hosts/host-script";
import { mapValues } from "../records";
import { type FirewallNames, type FirewallRule, type FirewallRules, ruleInputs } from "./firewall-rule";

/** Named addresses. */
export interface FirewallSet {
  /** Name at Proxmox, which has to be another one when the addresses change (see `setNameAtSite`). */
  readonly setName: string;
  /** IPv4 addresses and networks. */
  readonly addresses: readonly string[];
  readonly comment: string;
}

export interface ClusterFirewallArgs {
  /** Whether it filters; its rules are there either way. */
  readonly enabled: boolean;
  /** Nodes of the cluster. */
  readonly nodes: readonly string[];
  readonly sets: Readonly<Record<string, FirewallSet>>;
  /** Security groups by name. */
  readonly groups: Readonly<
    Record<string, { readonly comment?: string; readonly rules: readonly FirewallRule[] }>
  >;
  /** What the nodes let in. */
  readonly nodeRules: FirewallRules;
  /** Log level for what is dropped. */
  readonly logDropped: string;
  readonly logRate: { readonly burst: number; readonly rate: string };
  /** How to reach one of the nodes, which watches over the way in. */
  readonly connection: Connection;
  /** Networks that may reach the nodes' API and SSH: what this program runs from is in one of them. */
  readonly management: readonly string[];
}

/**
 * The firewall of a cluster and its nodes: named address sets, security groups, the nodes' rules, and the switch.
 *
 * Nothing comes in but what is declared, and what Proxmox itself always lets in from the nodes' own network: API, SSH,
 * consoles and corosync. The switch comes last, after everything that it needs, and a script on a node keeps it from
 * locking this program out: `arm` refuses rules that do not let in the address that the program really comes from, and
 * has a firewall that was off turn itself off again unless the program gets in once more, after the node filters by the
 * new rules (`settle`, then `confirm`). A run that comes too late for that fails, and the next one confirms. When the
 * component is removed, the firewall is turned off before its rules go.
 *
 * @example
 * new ClusterFirewall("c1", { enabled: true, nodes: ["pve1"], connection, management: ["192.0.2.0/24"],
 *   sets: { office: { setName: "office-1a2b3c", addresses: ["192.0.2.0/24"], comment: "the office" } }, groups: {},
 *   nodeRules: { groups: [], rules: [{ action: "accept", direction: "in", protocol: "tcp", ports: [22, 8006],
 *   from: ["office"], to: [], log: "nolog" }] }, logDropped: "nolog", logRate: { burst: 5, rate: "1/second" } });
 */
export class ClusterFirewall extends pulumi.ComponentResource {
  /** What rules of guests may name; a rule with one of these names waits for it. */
  readonly names: FirewallNames;

  constructor(name: string, args: ClusterFirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:ClusterFirewall", name, {}, opts);
    const armed = this.watch(`${name}-firewall-arm`, args, {
      apply: [
        "arm",
        ...args.management.flatMap((network) => ["--allow", network]),
        "--revision",
        revision(args),
      ],
    });
    const after = { parent: this, dependsOn: armed };
    const sets = mapValues(args.sets, ({ setName, addresses, comment }, set) => {
      const cidrs = addresses.map((address) => ({ name: address, comment: "", nomatch: false }));
      return new IpsetLegacy(set, { name: setName, comment, cidrs }, after).name;
    });
    const named = { sets: mapValues(sets, (set) => pulumi.interpolate`+dc/${set}`), groups: {} };
    const groups = mapValues(
      args.groups,
      ({ comment = "", rules }, group) =>
        new GroupLegacy(
          group,
          { name: group, comment, rules: ruleInputs({ groups: [], rules }, named) },
          after,
        ).name,
    );
    this.names = { ...named, groups };
    const rules = new RulesLegacy(name, { rules: ruleInputs(args.nodeRules, this.names) }, after);
    const options = args.nodes.map(
      (nodeName) => new NodeFirewall(nodeName, nodeInputs(nodeName, args), after),
    );
    const firewall = new FirewallLegacy(
      name,
      {
        enabled: args.enabled,
        ebtables: true,
        inputPolicy: "DROP",
        outputPolicy: "ACCEPT",
        forwardPolicy: "ACCEPT",
        logRatelimit: { enabled: true, ...args.logRate },
      },
      { parent: this, dependsOn: [rules, ...options] },
    );
    // Who connects before the node filters by the new rules has not shown that they let him in.
    const settled = this.watch(
      `${name}-firewall-settle`,
      args,
      { apply: ["settle", "--revision", revision(args)] },
      firewall,
    );
    this.watch(
      `${name}-firewall-confirm`,
      args,
      {
        apply: ["confirm", "--expect", args.enabled ? "on" : "off", "--revision", revision(args)],
        remove: ["off"],
      },
      settled,
    );
    this.registerOutputs();
  }

  private watch(
    name: string,
    { connection }: ClusterFirewallArgs,
    calls: { readonly apply: readonly string[]; readonly remove?: readonly string[] },
    dependsOn?: pulumi.Resource,
  ): remote.Command {
    return runHostScript(
      name,
      { connection, script: "cluster-firewall", ...calls },
      { parent: this, dependsOn },
    );
  }
}

/** Everything that decides who gets in, in short: another one is armed and confirmed again. */
function revision({ enabled, sets, groups, nodeRules }: ClusterFirewallArgs): string {
  const text = JSON.stringify([enabled, sets, groups, nodeRules]);
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** A node's options with every default: Proxmox may change its own. */
function nodeInputs(nodeName: string, { logDropped }: ClusterFirewallArgs) {
  return {
    nodeName,
    enabled: true,
    logLevelIn: logDropped,
    logLevelOut: "nolog",
    logLevelForward: "nolog",
    ndp: true,
    nfConntrackMax: 262144,
    nfConntrackTcpTimeoutEstablished: 432000,
    nftables: false,
    nosmurfs: true,
    smurfLogLevel: "nolog",
    tcpFlagsLogLevel: "nolog",
  };
}
