import type { Estate } from "./schema";

/**
 * The node that the cluster is created on, and that the others join at. The order of the file can't say so: the engine
 * hands a configuration over with its keys sorted.
 */
export function firstNode({ cluster, nodes }: Pick<Estate, "cluster" | "nodes">): string {
  return cluster.firstNode ?? Object.keys(nodes).sort()[0] ?? "";
}

/** Names of the networks that corosync's links run on: the n-th is link n. corosync prefers the first that works. */
export function corosyncLinks({ cluster, networks }: Pick<Estate, "cluster" | "networks">): string[] {
  if (cluster.corosyncLinks) return [...cluster.corosyncLinks];
  const withPurpose = (wanted: string) =>
    Object.entries(networks)
      .filter(([, { purpose }]) => purpose === wanted)
      .map(([name]) => name);
  const own = withPurpose("corosync");
  return own.length > 0 ? own : withPurpose("management");
}
