import type { Estate } from "../../schema";
import { nodeList, optional, type Reference } from "./reference";

export function sdnReferences({ sdnZones, vnets, evpn }: Estate): Reference[] {
  return [
    ...optional(["evpn", "network"], evpn?.network, "networks"),
    ...Object.entries(sdnZones).flatMap(([name, zone]) => {
      const path = ["sdnZones", name];
      const nodes = nodeList(path, zone.nodes);
      if (zone.type === "vlan")
        return [...nodes, { path: [...path, "bridge"], name: zone.bridge, section: "bridges" }];
      if (zone.type === "vxlan") {
        return [...nodes, { path: [...path, "network"], name: zone.network, section: "networks" }];
      }
      if (zone.type === "simple") return nodes;
      const exits = zone.exitNodes.map((node, index) => ({
        path: [...path, "exitNodes", index],
        name: node,
        section: "nodes",
      }));
      return [...nodes, ...exits];
    }),
    ...Object.entries(vnets).map(([name, { zone }]) => ({
      path: ["vnets", name, "zone"],
      name: zone,
      section: "sdnZones",
    })),
  ];
}
