import type * as pulumi from "@pulumi/pulumi";
import type { Estate } from "../../../estate";
import { prefixLength } from "../../../estate/addresses";
import { mapValues } from "../../records";
import { Node, type NodeArgs, type NodeBridge } from "../node";
import type { Site } from "./context";

/** The site's nodes by name. */
export type Nodes = Readonly<Record<string, Node>>;

export function createNodes({ estate, parent }: Site): Nodes {
  return mapValues(estate.nodes, (_, name) => new Node(name, nodeArgs(estate, name), { parent }));
}

/** The bridges of those names on every node: all of them where no names are given. */
export function bridgesOf(nodes: Nodes, names?: readonly string[]): pulumi.Resource[] {
  const wanted = names && new Set(names);
  return Object.values(nodes).flatMap((node) =>
    Object.entries(node.bridges).flatMap(([name, bridge]) =>
      wanted === undefined || wanted.has(name) ? [bridge] : [],
    ),
  );
}

/** A node with its own address on each bridge that carries one of its networks untagged. */
function nodeArgs(estate: Estate, nodeName: string): NodeArgs {
  const { timeZone, dns } = estate.cluster;
  return {
    nodeName,
    timeZone,
    dns,
    bridges: mapValues(estate.bridges, (bridge, name) => ({
      ...bridge,
      ...bridgeAddress(estate, nodeName, name),
    })),
  };
}

function bridgeAddress(
  estate: Estate,
  node: string,
  bridge: string,
): Pick<NodeBridge, "address" | "gateway"> {
  for (const [name, network] of Object.entries(estate.networks)) {
    const address = estate.nodes[node]?.addresses[name];
    if (network.bridge === bridge && network.vlan === undefined && address !== undefined) {
      return { address: `${address}/${prefixLength(network.cidr)}`, gateway: network.gateway };
    }
  }
  return {};
}
