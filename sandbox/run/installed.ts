import type { NodeBond } from "../../components/proxmox/node-network";
import { managementAddress } from "../../components/proxmox/site/context";
import { nodeInterfaces } from "../../components/proxmox/site/interfaces";
import type { Estate } from "../../estate";
import { firstNode } from "../../estate/corosync";
import { disksByNode } from "../../estate/disks";
import { splitPort } from "../../estate/interfaces";
import { isAdopted } from "../../estate/storage";
import type { Installed, InstalledBond } from "../world";

/** Disk that the Proxmox VE installer takes for itself. */
const SYSTEM_DISK = "/dev/sda";

/**
 * The machines that an estate is declared for, as they are before anything is declared: nodes fresh from the
 * Proxmox VE installer, each for itself, Debian hosts for NFS, an empty AWS account.
 */
export function installedFor(estate: Estate): Installed {
  return {
    // The API is asked at the first one.
    nodes: [...new Set([firstNode(estate), ...Object.keys(estate.nodes)])].map((name) =>
      installedNode(estate, name),
    ),
    storages: Object.entries(estate.storages).flatMap(([id, storage]) =>
      isAdopted(storage) ? [{ id, ...storage }] : [],
    ),
    hosts: [
      ...(estate.cluster.qdevice ? [{ address: estate.cluster.qdevice.address }] : []),
      ...Object.keys(estate.nodes).map((node) => ({ address: managementAddress(estate, node) })),
      ...Object.values(estate.nfsServers).map(({ address }) => ({ address })),
      ...Object.values(estate.storages).flatMap((storage) =>
        storage.type === "cifs" ? [{ address: storage.server }] : [],
      ),
      ...Object.values(estate.backupServers).flatMap((server) =>
        server.kind === "host" ? [{ address: server.address }] : [],
      ),
    ],
    backupServers: Object.values(estate.backupServers).flatMap((server) =>
      server.kind === "foreign" ? [{ address: server.address, fingerprint: server.fingerprint }] : [],
    ),
    ...(estate.aws ? { awsAccount: awsAccount(estate.aws) } : {}),
  };
}

function installedNode(estate: Estate, name: string): Installed["nodes"][number] {
  const disks = [...Object.values(estate.zfsPools), ...Object.values(estate.volumeGroups)].flatMap(
    (made) => disksByNode(estate, made)[name] ?? [],
  );
  const { bonds, bridges, vlans } = nodeInterfaces(estate, name);
  return {
    name,
    address: managementAddress(estate, name),
    interfaces: physicalInterfaces(estate, name),
    disks: [SYSTEM_DISK, ...new Set(disks)],
    vlans: existing(vlans).map(([vlan, settings]) => ({ name: vlan, ...settings })),
    bonds: existing(bonds).map(([bond, settings]) => installedBond(bond, settings)),
    // The installer knows no VLANs.
    bridges: existing(bridges).map(([bridge, { vlanAware: _, ...settings }]) => ({
      name: bridge,
      ...settings,
    })),
  };
}

function installedBond(
  name: string,
  { slaves, mode, hashPolicy, primary, ...address }: Omit<NodeBond, "existing">,
): InstalledBond {
  return {
    name,
    ...address,
    slaves: [...slaves].sort(),
    bondMode: mode,
    ...(hashPolicy === undefined ? {} : { bondXmitHashPolicy: hashPolicy }),
    ...(primary === undefined ? {} : { bondPrimary: primary }),
  };
}

function existing<T extends { readonly existing: boolean }>(
  interfaces: Readonly<Record<string, T>>,
): [name: string, settings: Omit<T, "existing">][] {
  return Object.entries(interfaces).flatMap(([name, { existing: there, ...settings }]) =>
    there ? [[name, settings]] : [],
  );
}

/** What a node's bonds, bridges and VLANs are made from. */
function physicalInterfaces(estate: Estate, node: string): string[] {
  const { bonds, bridges, vlans } = nodeInterfaces(estate, node);
  const used = [
    ...Object.values(bonds).flatMap(({ slaves }) => slaves),
    ...Object.values(bridges).flatMap(({ ports }) => ports),
    ...Object.keys(vlans),
  ].map((name) => splitPort(name).base);
  return [...new Set(used)].filter((name) => !(name in bonds) && !(name in bridges));
}

function awsAccount({ account, region, network }: NonNullable<Estate["aws"]>) {
  return { account, region, zones: [...network.zones] };
}
