import { contains } from "./addresses";
import { entry } from "./paths";
import type { Estate, Storage } from "./schema";

type Nfs = Extract<Storage, { type: "nfs" }>;

/** What root of a node surely may do on the export of a storage; nothing where it is none of the export's clients. */
export function nfsAccess(estate: Estate, storage: Nfs, node: string): "ro" | "rw" | undefined {
  const server = entry(estate.nfsServers, storage.server);
  const clients = entry(server?.exports, storage.export)?.clients ?? {};
  const addresses = Object.values(entry(estate.nodes, node)?.addresses ?? {});
  const [network] = Object.keys(clients)
    .filter((cidr) => addresses.some((address) => contains(cidr, address)))
    // The node calls from its address on the server's own network where it has one there.
    .sort((one, other) => near(other, server?.address) - near(one, server?.address));
  if (network === undefined) return undefined;
  // Where root is squashed, whether it may write is the folder's owner's business, who is not known here.
  const options = clients[network]?.options ?? [];
  return options.includes("rw") && options.includes("no_root_squash") ? "rw" : "ro";
}

function near(cidr: string, address = ""): number {
  return address !== "" && contains(cidr, address) ? 1 : 0;
}
