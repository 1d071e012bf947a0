import { feasibleRules } from "../../placement";
import { affinityRules } from "../facts/ha-cluster";
import { knownIn, UNKNOWN } from "../facts/read";
import type { Topology } from "../facts/topology";
import { RECOVERY } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

export const haRulesInForce: EstateRule = {
  id: "ha-rules-in-force",
  title: "HA rules do not contradict each other",
  description:
    "Proxmox leaves out every rule of a conflict without stopping: the guests then run anywhere, together or apart as it comes.",
  severity: "high",
  level: "mandatory",
  framework: RECOVERY,
  url: "https://pve.proxmox.com/pve-docs/chapter-ha-manager.html#ha_manager_rules",
  tags: ["ha"],
  remediation: "Take a rule out, or a guest out of one of them.",
  scope: "estate",
  check: (topology) => {
    if (topology.haRules.length === 0) return notApplicable("This program declares no HA rule");
    const { rules, open } = affinityRules(topology);
    const dropped = new Map(
      feasibleRules(rules, membersOf(topology)).dropped.map(({ rule, because }) => [rule, because]),
    );
    return topology.haRules.flatMap((rule) => {
      const because = dropped.get(rule.name);
      return answer(rule.source, because !== undefined || (open.has(rule.name) ? UNKNOWN : false), {
        wrong: `Proxmox leaves HA rule ${rule.name} out: ${(because ?? []).join("; ")}.`,
        open: `Whether Proxmox applies HA rule ${rule.name} is not known yet.`,
      });
    });
  },
};

/** The cluster's own list where the program has it: a resource may name a node that is no member. */
function membersOf({ clusters, nodes }: Topology): Iterable<string> {
  return clusters.length > 0 ? clusters.flatMap((cluster) => knownIn(cluster.nodes)) : nodes;
}
