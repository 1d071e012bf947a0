import { Watchdog } from "../../hosts/watchdog";
import { nodeConnection, type Site } from "./context";

/** The watchdog modules of the nodes that have one declared. */
export function createFencing(site: Site): void {
  const { estate, parent } = site;
  for (const [node, { watchdog = estate.cluster.watchdog }] of Object.entries(estate.nodes)) {
    if (watchdog === undefined) continue;
    new Watchdog(node, { connection: nodeConnection(site, node), module: watchdog }, { parent });
  }
}
