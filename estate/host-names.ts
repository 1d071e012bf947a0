import type { Estate } from "./schema";

/** A node's name with the cluster's domain. */
export function fullName({ cluster: { dns } }: Estate, node: string): string {
  return `${node}.${dns.domain}`;
}

/**
 * Names by address for every node's /etc/hosts: each node on its management address (Proxmox VE takes the address of
 * its own name for the one that the cluster reaches it on, so it must not be 127.0.1.1), then the other machines.
 */
export function hostNames(estate: Estate): Record<string, string[]> {
  const [network = ""] =
    Object.entries(estate.networks).find(([, { purpose }]) => purpose === "management") ?? [];
  const nodes = Object.entries(estate.nodes).flatMap(([node, { addresses }]): [string, string[]][] => {
    const address = addresses[network];
    return address === undefined ? [] : [[address, [fullName(estate, node), node]]];
  });
  return Object.fromEntries([...nodes, ...Object.entries(estate.cluster.hosts)]);
}
