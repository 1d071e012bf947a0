import type * as pulumi from "@pulumi/pulumi";
import type { Estate } from "../../../estate";
import { firstNode } from "../../../estate/corosync";
import { hostNames } from "../../../estate/host-names";
import { mapValues } from "../../records";
import { Node, type NodeArgs } from "../node";
import type { Site } from "./context";
import { nodeInterfaces } from "./interfaces";

/** The site's nodes by name. */
export type Nodes = Readonly<Record<string, Node>>;

export function createNodes({ estate, parent }: Site): Nodes {
  return mapValues(estate.nodes, (_, name) => new Node(name, nodeArgs(estate, name), { parent }));
}

/** The bridges of those names on every node. */
export function bridgesOf(nodes: Nodes, names: readonly string[]): pulumi.Resource[] {
  const wanted = new Set(names);
  return Object.values(nodes).flatMap((node) =>
    Object.entries(node.bridges).flatMap(([name, bridge]) => (wanted.has(name) ? [bridge] : [])),
  );
}

/** Every interface of every node: over some of them, nodes reach what is not on them. */
export function interfacesOf(nodes: Nodes): pulumi.Resource[] {
  return Object.values(nodes).flatMap((node) => node.interfaces);
}

function nodeArgs(estate: Estate, nodeName: string): NodeArgs {
  const { timeZone, dns, repositories } = estate.cluster;
  return {
    nodeName,
    timeZone,
    dns,
    hosts: hostNames(estate),
    repositories: repositories.subscription,
    description: estate.nodes[nodeName]?.description,
    interfaces: nodeInterfaces(estate, nodeName),
    joins: nodeName !== firstNode(estate),
  };
}
