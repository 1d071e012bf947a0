import { contains } from "./addresses";
import { entry } from "./paths";
import type { Estate, Storage } from "./schema";

type Nfs = Extract<Storage, { type: "nfs" }>;

/** What a node may do on the export of a storage; nothing where it is none of the export's clients. */
export function nfsAccess(estate: Estate, storage: Nfs, node: string): "ro" | "rw" | undefined {
  const server = entry(estate.nfsServers, storage.server);
  const clients = entry(server?.exports, storage.export)?.clients ?? {};
  const addresses = Object.values(entry(estate.nodes, node)?.addresses ?? {});
  const [network] = Object.keys(clients)
    .filter((cidr) => addresses.some((address) => contains(cidr, address)))
    // The node calls from its address on the server's own network where it has one there.
    .sort((one, other) => near(other, server?.address) - near(one, server?.address));
  if (network === undefined) return undefined;
  return clients[network]?.options.includes("rw") ? "rw" : "ro";
}

function near(cidr: string, address = ""): number {
  return address !== "" && contains(cidr, address) ? 1 : 0;
}
