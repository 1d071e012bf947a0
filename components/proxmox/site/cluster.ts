import { Cluster } from "../cluster";
import type { Site } from "./context";

export function createCluster({ estate, parent }: Site): void {
  const { name, shutdownPolicy } = estate.cluster;
  new Cluster(name, { clusterName: name, nodes: Object.keys(estate.nodes), shutdownPolicy }, { parent });
}
