import { entry } from "./paths";
import type { Estate, Network } from "./schema";

/** What an interface has where nothing is declared. */
export const DEFAULT_MTU = 1500;

/** Linux takes interface names of up to fifteen letters (IFNAMSIZ). */
export const LONGEST_NAME = 15;

/** The interface and the VLAN tag of a port such as `bond0.50`. */
export function splitPort(port: string): { readonly base: string; readonly vlan: number | undefined } {
  const [base = "", vlan] = port.split(".");
  return { base, vlan: vlan === undefined ? undefined : Number(vlan) };
}

/** What a node calls an interface, or a VLAN of one, that the description names. */
export function interfaceOn({ nodes }: Pick<Estate, "nodes">, node: string, port: string): string {
  const [base = "", ...vlan] = port.split(".");
  return [entry(entry(nodes, node)?.interfaces, base) ?? base, ...vlan].join(".");
}

/** The bridge, bond or physical interface that a network is on; undefined where the description says none. */
export function carrierOf({
  bridge,
  interface: link,
}: Pick<Network, "bridge" | "interface">): string | undefined {
  return bridge ?? link;
}

/** The network that gives a node its default route, of which it may have only one. */
export function gatewayNetwork(estate: Pick<Estate, "networks" | "nodes">, node: string): string | undefined {
  const [first, ...others] = networksWithGateway(estate, node);
  if (first === undefined || others.length === 0) return first?.[0];
  return [first, ...others].find(([, { purpose }]) => purpose === "management")?.[0];
}

/** The networks with a gateway that a node has an address in. */
export function networksWithGateway(
  { networks, nodes }: Pick<Estate, "networks" | "nodes">,
  node: string,
): [name: string, network: Network][] {
  const addresses = entry(nodes, node)?.addresses ?? {};
  return Object.entries(networks).filter(
    ([name, { gateway }]) => gateway !== undefined && Object.hasOwn(addresses, name),
  );
}

/** MTU of a bridge, bond or physical interface as it is declared. */
export function mtuOf({ bridges, bonds }: Pick<Estate, "bonds" | "bridges">, carrier: string): number {
  return entry(bridges, carrier)?.mtu ?? entry(bonds, carrier)?.mtu ?? DEFAULT_MTU;
}

/** Bytes that VXLAN adds to a packet. */
const VXLAN_OVERHEAD = 50;

/** Largest MTU of a VXLAN that goes over a network. */
export function vxlanMtu(estate: Pick<Estate, "bonds" | "bridges">, network: Network): number {
  const carrier = carrierOf(network);
  return (network.mtu ?? (carrier === undefined ? DEFAULT_MTU : mtuOf(estate, carrier))) - VXLAN_OVERHEAD;
}

/** The network that migrations go over: the one that is named, or the only one for that purpose. */
export function migrationNetwork({
  cluster,
  networks,
}: Pick<Estate, "cluster" | "networks">): string | undefined {
  if (cluster.migration.network !== undefined) return cluster.migration.network;
  const [only, ...others] = Object.entries(networks).filter(([, { purpose }]) => purpose === "migration");
  return others.length === 0 ? only?.[0] : undefined;
}
