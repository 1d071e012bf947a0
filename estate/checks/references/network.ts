import type { Estate } from "../../schema";
import { optional, type Reference } from "./reference";

export function networkReferences(estate: Estate): Reference[] {
  return [
    ...optional(["cluster", "firstNode"], estate.cluster.firstNode, "nodes"),
    ...(estate.cluster.corosyncLinks ?? []).map((name, index) => ({
      path: ["cluster", "corosyncLinks", index],
      name,
      section: "networks",
    })),
    ...Object.entries(estate.networks).flatMap(([network, { bridge }]) =>
      optional(["networks", network, "bridge"], bridge, "bridges"),
    ),
    ...optional(["cluster", "migration", "network"], estate.cluster.migration.network, "networks"),
    ...Object.entries(estate.nodes).flatMap(([node, { addresses }]) =>
      Object.keys(addresses).map((network) => ({
        path: ["nodes", node, "addresses", network],
        name: network,
        section: "networks",
      })),
    ),
  ];
}
