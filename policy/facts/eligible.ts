import type { HaRule } from "./ha";
import type { Guest } from "./links";
import { UNKNOWN } from "./read";
import type { Topology } from "./topology";

/** The nodes on which HA may start a guest. */
export interface Eligible {
  readonly nodes: ReadonlySet<string>;
  /** The strict rule that names exactly these nodes; left out: any node of the cluster, named here or not. */
  readonly rule?: HaRule;
  /** False while a value that is not known may narrow the nodes, or take the guest out of HA. */
  readonly certain: boolean;
}

/** Whether HA would start the guest on another node when its own dies, as far as is known. */
export function recovers(guest: Guest): boolean {
  return guest.ha.some((resource) => resource.recovers !== false);
}

/**
 * Proxmox ignores storage when it chooses: only one strict node-affinity rule keeps a guest off nodes. A guest in
 * several node-affinity rules is in conflict, Proxmox drops them all and it runs anywhere (pve-docs ha-manager).
 */
export function eligibleNodes(topology: Topology, guest: Guest): Eligible {
  const rules = guest.haRules.filter((rule) => rule.type !== "resource-affinity" && rule.disabled !== true);
  const certain =
    guest.ha.some((resource) => resource.recovers === true) &&
    rules.every((rule) => rule.type !== UNKNOWN && rule.disabled !== UNKNOWN) &&
    !topology.loose.haRules.some(mayNarrow);
  const [rule] = rules;
  if (rule === undefined || rules.length > 1 || rule.strict === false || rule.nodes === undefined) {
    return { nodes: topology.nodes, certain };
  }
  if (rule.strict === UNKNOWN || rule.nodes === UNKNOWN || !certain) {
    return { nodes: topology.nodes, certain: false };
  }
  return { nodes: new Set(rule.nodes), rule, certain };
}

function mayNarrow(rule: HaRule): boolean {
  return rule.type !== "resource-affinity" && rule.disabled !== true && rule.strict !== false;
}
