import type { DeclaredResource } from "./declared";
import { declaredOrAnswered } from "./declared";
import { type Known, text, texts, UNKNOWN, type Value } from "./read";

/** Linux bridges of a node. */
export const BRIDGE_TYPES: readonly string[] = [
  "proxmoxve:network/linux/bridge:Bridge",
  "proxmoxve:network/linux/bridgeLegacy:BridgeLegacy",
];

/** Networks of the SDN. */
export const VNET_TYPES: readonly string[] = [
  "proxmoxve:sdn/vnet:Vnet",
  "proxmoxve:sdn/vnetLegacy:VnetLegacy",
];

/** SDN zones of every kind. */
export const ZONE_TYPES: readonly string[] = [
  "simple:Simple",
  "vlan:Vlan",
  "qinq:Qinq",
  "vxlan:Vxlan",
  "evpn:Evpn",
]
  .flatMap((kind) => [kind, kind.replace(/:(.*)/, "Legacy:$1Legacy")])
  .map((kind) => `proxmoxve:sdn/zone/${kind}`);

/** A bridge on one node. */
export interface Bridge {
  readonly source: DeclaredResource;
  readonly name: Known<string>;
  readonly node: Known<string>;
}

/** A virtual network of Proxmox's SDN: a bridge of that name on every node of its zone. */
export interface Vnet {
  readonly source: DeclaredResource;
  readonly name: Known<string>;
  readonly zone: Known<string>;
}

/** The nodes on which an SDN zone has its networks. */
export interface Zone {
  readonly source: DeclaredResource;
  readonly name: Known<string>;
  /** Left out: every node. */
  readonly nodes: Value<readonly Known<string>[]>;
  /** What carries its networks: they are only where this bridge is. Left out by kinds of zones that need none. */
  readonly bridge: Value<string>;
}

/** Reads a bridge, also one that the provider named. */
export function readBridge(resource: DeclaredResource): Bridge {
  const name = declaredOrAnswered(resource, "name");
  return {
    source: resource,
    name: typeof name === "string" ? name : UNKNOWN,
    node: text(resource.properties, "nodeName") ?? UNKNOWN,
  };
}

/** Reads an SDN network. */
export function readVnet(resource: DeclaredResource): Vnet {
  return {
    source: resource,
    name: text(resource.properties, "resourceId") ?? UNKNOWN,
    zone: text(resource.properties, "zone") ?? UNKNOWN,
  };
}

/** Reads an SDN zone. */
export function readZone(resource: DeclaredResource): Zone {
  return {
    source: resource,
    name: text(resource.properties, "resourceId") ?? UNKNOWN,
    nodes: texts(resource.properties, "nodes"),
    bridge: text(resource.properties, "bridge"),
  };
}
