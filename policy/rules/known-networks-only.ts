import type { DeclaredResource } from "../facts/declared";
import { flag, get, items, type Known, text, UNKNOWN } from "../facts/read";
import { resourcesOf } from "../facts/topology";
import { NO_OPEN_PORTS } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

const CLUSTER = ["proxmoxve:cluster/firewall:Firewall", "proxmoxve:cluster/firewallLegacy:FirewallLegacy"];
const RULES = ["proxmoxve:firewall/rules:Rules", "proxmoxve:firewall/rulesLegacy:RulesLegacy"];

/** SSH, the web interface and API, SPICE, and consoles. */
const MANAGEMENT = [22, 3128, 8006, 5900];

export const knownNetworksOnly: EstateRule = {
  id: "known-networks-only",
  title: "Nodes let in known networks only",
  description:
    "Whoever reaches a node's web interface or SSH may try passwords and what is not patched yet: the nodes own every guest.",
  severity: "critical",
  level: "mandatory",
  framework: NO_OPEN_PORTS,
  url: "https://pve.proxmox.com/pve-docs/chapter-pve-firewall.html",
  tags: ["access", "network", "security"],
  remediation: "Drop what no rule lets in, and give each rule about management ports a source.",
  scope: "estate",
  check: (topology) => {
    const firewalls = resourcesOf(topology, ...CLUSTER);
    if (firewalls.length === 0) return notApplicable("This program does not declare the cluster's firewall");
    return [
      ...firewalls.flatMap((firewall) => {
        const on = flag(firewall.properties, "enabled") ?? true;
        const policy = text(firewall.properties, "inputPolicy") ?? "DROP";
        return answer(
          firewall,
          on === false || policy === "ACCEPT" ? true : on === UNKNOWN || policy === UNKNOWN ? UNKNOWN : false,
          {
            wrong: `The cluster's firewall ${firewall.name} is off, or lets in what no rule drops. Enable it with inputPolicy: DROP.`,
            open: `Whether the cluster's firewall ${firewall.name} drops what no rule lets in is not known yet.`,
          },
        );
      }),
      ...resourcesOf(topology, ...RULES)
        .filter(aboutNodes)
        .flatMap((rules) => {
          const states = items(rules.properties, "rules").map(opensManagement);
          return answer(rules, states.includes(true) ? true : states.includes(UNKNOWN) ? UNKNOWN : false, {
            wrong: `Firewall rules ${rules.name} let every address in to a management port of nodes. Give the rule a source.`,
            open: `Whom firewall rules ${rules.name} let in is not known yet.`,
          });
        }),
    ];
  },
};

/** Rules without a guest are the cluster's or a node's. */
function aboutNodes({ properties }: DeclaredResource): boolean {
  return get(properties, "vmId") === undefined && get(properties, "containerId") === undefined;
}

function opensManagement(rule: unknown): Known<boolean> {
  if (rule === UNKNOWN) return UNKNOWN;
  const off = flag(rule, "enabled") === false;
  const other =
    text(rule, "type") === "out" ||
    (text(rule, "action") ?? "ACCEPT") !== "ACCEPT" ||
    get(rule, "securityGroup") !== undefined;
  if (off || other || get(rule, "source") !== undefined) return false;
  const protocol = text(rule, "proto");
  if (protocol !== undefined && protocol !== UNKNOWN && protocol !== "tcp") return false;
  const ports = text(rule, "dport");
  return ports === UNKNOWN ? UNKNOWN : ports === undefined || ports.split(",").some(isManagement);
}

function isManagement(range: string): boolean {
  const [first = Number.NaN, last = first] = range.split(/[:-]/).map(Number);
  return MANAGEMENT.some((port) => first <= port && port <= last);
}
