import { managementAddress } from "../../components/proxmox/site/context";
import type { Estate } from "../../estate";
import { prefixLength } from "../../estate/addresses";
import { disksByNode } from "../../estate/disks";
import type { Installed } from "../world";

/** Disk that the Proxmox VE installer takes for itself. */
const SYSTEM_DISK = "/dev/sda";

/**
 * The machines that an estate is declared for, as they are before anything is declared: nodes fresh from the
 * Proxmox VE installer and joined to a cluster, Debian hosts for NFS, an empty AWS account.
 */
export function installedFor(estate: Estate): Installed {
  return {
    nodes: Object.keys(estate.nodes).map((name) => installedNode(estate, name)),
    storages: Object.entries(estate.storages)
      .filter(([, { existing }]) => existing)
      .map(([id, storage]) => ({ id, ...storage })),
    hosts: [
      ...Object.keys(estate.nodes).map((node) => ({ address: managementAddress(estate, node) })),
      ...Object.values(estate.nfsServers).map(({ address }) => ({ address })),
    ],
    ...(estate.aws ? { awsAccount: awsAccount(estate.aws) } : {}),
  };
}

function installedNode(estate: Estate, name: string): Installed["nodes"][number] {
  const disks = Object.values(estate.zfsPools).flatMap((pool) => disksByNode(estate, pool)[name] ?? []);
  return {
    name,
    address: managementAddress(estate, name),
    interfaces: [...new Set(Object.values(estate.bridges).flatMap(({ ports }) => ports))],
    disks: [SYSTEM_DISK, ...new Set(disks)],
    bridges: Object.entries(estate.bridges)
      .filter(([, { existing }]) => existing)
      .map(([bridge, { ports }]) => ({ name: bridge, ports, ...managementOn(estate, name, bridge) })),
  };
}

/** The installer gives the node's management address to the bridge that it makes. */
function managementOn(estate: Estate, node: string, bridge: string): { address?: string; gateway?: string } {
  const network = Object.values(estate.networks).find(
    (candidate) => candidate.purpose === "management" && candidate.bridge === bridge,
  );
  if (network === undefined) return {};
  return {
    address: `${managementAddress(estate, node)}/${prefixLength(network.cidr)}`,
    ...(network.gateway === undefined ? {} : { gateway: network.gateway }),
  };
}

function awsAccount({ account, region, network }: NonNullable<Estate["aws"]>) {
  return { account, region, zones: [...network.zones] };
}
