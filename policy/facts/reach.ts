import type { Zone } from "./network";
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

  const ofBridge = (name: string): Reach => ({
    nodes: declared.get(name),
    maybeMore: nameless || open.has(name),
  });
  return (name) => {
    const vnet = vnets.get(name);
    if (vnet === undefined) return ofBridge(name);
    const zone = isKnown(vnet.zone) ? zones.get(vnet.zone) : undefined;
    if (zone === undefined || zone.nodes === UNKNOWN || zone.bridge === UNKNOWN) {
      return { nodes: undefined, maybeMore: true };
    }
    return common(ofZone(zone), zone.bridge === undefined ? undefined : ofBridge(zone.bridge));
  };
}

function ofZone({ nodes }: Zone): Reach {
  if (nodes === undefined || nodes === UNKNOWN || nodes.length === 0) {
    return { nodes: "every node", maybeMore: false };
  }
  const known = knownIn(nodes);
  return { nodes: new Set(known), maybeMore: known.length < nodes.length };
}

/** A network on a bridge is where both are; a bridge that is not declared says nothing. */
function common(zone: Reach, bridge: Reach | undefined): Reach {
  if (bridge === undefined || bridge.nodes === undefined || bridge.nodes === "every node") return zone;
  if (zone.nodes === undefined || zone.nodes === "every node") return bridge;
  const onBoth = [...zone.nodes].filter((node) => bridge.nodes instanceof Set && bridge.nodes.has(node));
  return { nodes: new Set(onBoth), maybeMore: zone.maybeMore || bridge.maybeMore };
}
