import type { Estate } from "../../../estate";
import { prefixLength } from "../../../estate/addresses";
import { carrierOf, gatewayNetwork, interfaceOn } from "../../../estate/interfaces";
import { mapValues } from "../../records";
import type { NodeAddress, NodeBond, NodeInterfaces, NodeVlan } from "../node-network";

/**
 * The interfaces of a node, under the names that it has for them. Its address in a network is on what carries the
 * network: on the bridge or bond itself without a VLAN tag, on a VLAN interface of it with one.
 */
export function nodeInterfaces(estate: Estate, node: string): NodeInterfaces {
  const own = (name: string) => interfaceOn(estate, node, name);
  const { untagged, vlans } = addresses(estate, node);
  const on = (name: string): NodeAddress => untagged[name] ?? {};
  return {
    bonds: mapValues(estate.bonds, (bond, name) => ({ ...bondSettings(bond, own), ...on(name) })),
    bridges: mapValues(estate.bridges, (bridge, name) => ({
      ...bridge,
      ports: bridge.ports.map(own),
      ...on(name),
    })),
    vlans,
  };
}

/** The modes that spread connections over the slaves by their addresses. */
const HASHING: readonly string[] = ["802.3ad", "balance-xor"];

function bondSettings(
  { slaves, hashPolicy, primary, mode, ...rest }: Estate["bonds"][string],
  own: (name: string) => string,
): NodeBond {
  const [first = ""] = slaves;
  return {
    ...rest,
    mode,
    slaves: slaves.map(own),
    ...(HASHING.includes(mode) ? { hashPolicy: hashPolicy ?? "layer2+3" } : {}),
    ...(mode === "active-backup" ? { primary: own(primary ?? first) } : {}),
  };
}

/** The node's addresses by the interface that has them. */
interface Addresses {
  readonly untagged: Record<string, NodeAddress>;
  readonly vlans: Record<string, NodeVlan>;
}

function addresses(estate: Estate, node: string): Addresses {
  const found: Addresses = { untagged: {}, vlans: {} };
  const defaultRoute = gatewayNetwork(estate, node);
  for (const [name, own] of Object.entries(estate.nodes[node]?.addresses ?? {})) {
    const network = estate.networks[name];
    const carrier = network && carrierOf(network);
    if (network === undefined || carrier === undefined) continue;
    const { cidr, gateway, vlan, mtu, existing } = network;
    const base = interfaceOn(estate, node, carrier);
    const address = {
      address: `${own}/${prefixLength(cidr)}`,
      ...(name === defaultRoute ? { gateway } : {}),
    };
    if (vlan === undefined) found.untagged[base] = address;
    else
      found.vlans[`${base}.${vlan}`] = {
        ...address,
        mtu: mtu ?? declaredMtu(estate, carrier),
        comment: name,
        existing,
      };
  }
  return found;
}

/** Proxmox gives a VLAN interface its own MTU: left out, it is 1500 however large its bond's packets are. */
function declaredMtu({ bonds, bridges }: Estate, carrier: string): number | undefined {
  return bridges[carrier]?.mtu ?? bonds[carrier]?.mtu;
}
