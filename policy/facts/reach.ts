import { isKnown, knownIn, UNKNOWN } from "./read";
import type { Topology } from "./topology";

/** Where a bridge is, as far as the program says. */
export interface Reach {
  /** Undefined: the program declares no bridge of this name. */
  readonly nodes: ReadonlySet<string> | "every node" | undefined;
  /** Whether a bridge whose name or node is not known yet may add nodes. */
  readonly maybeMore: boolean;
}

/** Looks up bridges once for many guests; built once per topology by the rule that needs it. */
export function bridgeReach(topology: Topology): (name: string) => Reach {
  const declared = new Map<string, Set<string>>();
  const open = new Set<string>();
  let nameless = false;
  for (const bridge of topology.bridges) {
    if (bridge.name === UNKNOWN) {
      nameless = true;
      continue;
    }
    const nodes = declared.get(bridge.name) ?? new Set<string>();
    declared.set(bridge.name, nodes);
    if (bridge.node === UNKNOWN) {
      open.add(bridge.name);
    } else {
      nodes.add(bridge.node);
    }
  }
  const vnets = new Map(topology.vnets.map((vnet) => [vnet.name, vnet]));
  const zones = new Map(topology.zones.map((zone) => [zone.name, zone]));
  nameless ||= topology.vnets.some((vnet) => vnet.name === UNKNOWN);

  return (name) => {
    const vnet = vnets.get(name);
    if (vnet === undefined) {
      return { nodes: declared.get(name), maybeMore: nameless || open.has(name) };
    }
    const zone = isKnown(vnet.zone) ? zones.get(vnet.zone) : undefined;
    if (zone === undefined || zone.nodes === UNKNOWN) {
      return { nodes: undefined, maybeMore: true };
    }
    const nodes = knownIn(zone.nodes);
    return zone.nodes === undefined || zone.nodes.length === 0
      ? { nodes: "every node", maybeMore: false }
      : { nodes: new Set(nodes), maybeMore: nodes.length < zone.nodes.length };
  };
}
