import { createHash } from "node:crypto";
import type { Estate } from "./schema";

/** Named addresses, as rules use them. */
export interface AddressSet {
  /** IPv4 addresses and networks. */
  readonly addresses: readonly string[];
  readonly comment: string;
}

/** The name of the set that holds every address of every node. */
export const NODES_SET = "nodes";

/** Every set that rules may name: the declared ones, the networks, and the nodes. */
export function addressSets({ networks, nodes, firewall }: Estate): Record<string, AddressSet> {
  const every = Object.values(nodes).flatMap(({ addresses }) => Object.values(addresses));
  return {
    ...Object.fromEntries(
      Object.entries(networks).map(([name, { cidr }]) => [
        name,
        { addresses: [cidr], comment: `network ${name}` },
      ]),
    ),
    [NODES_SET]: { addresses: [...new Set(every)], comment: "every address of every node" },
    ...Object.fromEntries(
      Object.entries(firewall?.sets ?? {}).map(([name, { addresses, comment }]) => [
        name,
        { addresses, comment: comment ?? name },
      ]),
    ),
  };
}

/**
 * A set's name at Proxmox: its own and a fingerprint of what it holds. The provider replaces a set whose addresses
 * change, and a set of the same name would have to go before the new one is there, with rules that name it void
 * meanwhile. With another name the new one is made first, the rules turn to it, and the old one goes.
 */
export function setNameAtSite(name: string, { addresses }: AddressSet): string {
  const fingerprint = createHash("sha256")
    .update([...addresses].sort().join(" "))
    .digest("hex")
    .slice(0, 6);
  return `${name.toLowerCase()}-${fingerprint}`;
}
