import type { Properties, WorldObject } from "./object";

/** The factory state: what is there before anything is declared. */
export interface Installed {
  readonly nodes: readonly InstalledNode[];
  /** Storages that are there already: the Proxmox installer makes `local` and `local-lvm`. */
  readonly storages: readonly InstalledStorage[];
  /** Machines besides the nodes that can be reached over SSH, such as NFS servers. */
  readonly hosts: readonly { readonly address: string }[];
  /** Backup servers that someone else runs: each with the datastores and the user that it is asked for. */
  readonly backupServers?: readonly { readonly address: string; readonly fingerprint?: string }[];
  /** Absent where the estate has no second site. */
  readonly awsAccount?: AwsAccount;
}

export interface InstalledNode {
  readonly name: string;
  /** Address that SSH reaches it on. */
  readonly address: string;
  /** Physical network interfaces. */
  readonly interfaces: readonly string[];
  /** Disks that are free, such as `/dev/sdb`. */
  readonly disks: readonly string[];
  /** Bonds that were made when the node was installed. */
  readonly bonds: readonly InstalledBond[];
  /** Bridges that the installer made: `vmbr0`. */
  readonly bridges: readonly InstalledBridge[];
  /** VLAN interfaces that were made when the node was installed. */
  readonly vlans?: readonly InstalledInterface[];
  /** Name of the cluster that it is a member of; a node fresh from the installer is in none. */
  readonly cluster?: string;
  /** Ids of guests that it holds already. */
  readonly guests?: readonly number[];
}

interface InstalledInterface {
  readonly name: string;
  /** The node's address with prefix length. */
  readonly address?: string;
  readonly gateway?: string;
  readonly mtu?: number;
  readonly comment?: string;
}

export interface InstalledBridge extends InstalledInterface {
  readonly ports: readonly string[];
  /** False where absent, as the installer makes them. */
  readonly vlanAware?: boolean;
}

export interface InstalledBond extends InstalledInterface {
  readonly slaves: readonly string[];
  readonly bondMode: string;
  readonly bondXmitHashPolicy?: string;
  readonly bondPrimary?: string;
}

export type InstalledStorage = {
  readonly id: string;
  /** Proxmox's content types. */
  readonly content: readonly string[];
  /** Nodes that may use it; every node when absent. */
  readonly nodes?: readonly string[];
} & (
  | { readonly type: "directory"; readonly path: string }
  | { readonly type: "lvm"; readonly volumeGroup: string }
  | { readonly type: "lvmthin"; readonly volumeGroup: string; readonly thinPool: string }
  | { readonly type: "zfspool"; readonly pool: string }
  | { readonly type: "nfs"; readonly server: string; readonly export: string }
);

export interface AwsAccount {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  readonly zones: readonly string[];
}

/** The installer's work as objects that can be imported. */
export function installedObjects({ nodes, storages }: Installed): WorldObject[] {
  const interfaces = nodes.flatMap((node) => [
    ...node.bonds.map((bond) => interfaceObject(node, "bond:Bond", bond)),
    // What is read of a bridge says that it is not VLAN-aware, too.
    ...node.bridges.map((bridge) => interfaceObject(node, "bridge:Bridge", { vlanAware: false, ...bridge })),
    ...(node.vlans ?? []).map((vlan) => interfaceObject(node, "vlan:Vlan", vlan)),
  ]);
  const members = nodes.flatMap(({ name, address, cluster }) =>
    cluster === undefined ? [] : [factoryObject("host:cluster-member", name, { cluster, links: [address] })],
  );
  return [...interfaces, ...members, ...nodes.flatMap(packageSources), ...storages.map(storageObject)];
}

/** The installer enables the repositories for who has a subscription key, whether there is one or not. */
function packageSources({ name }: InstalledNode): WorldObject[] {
  const lists = { enterprise: "pve-enterprise", "ceph-squid-enterprise": "ceph" };
  return Object.entries(lists).map(([handle, list]) =>
    factoryObject("host:apt-entry", `${name}:${handle}`, {
      node: name,
      handle,
      file: `/etc/apt/sources.list.d/${list}.sources`,
      index: 0,
      enabled: true,
    }),
  );
}

function interfaceObject(node: InstalledNode, kind: string, settings: InstalledInterface): WorldObject {
  return factoryObject(`proxmoxve:network/linux/${kind}`, `${node.name}:${settings.name}`, {
    nodeName: node.name,
    autostart: true,
    ...settings,
  });
}

function storageObject(storage: InstalledStorage): WorldObject {
  const { id, content, nodes } = storage;
  const common = { resourceId: id, contents: content, ...(nodes === undefined ? {} : { nodes }) };
  switch (storage.type) {
    case "directory":
      return factoryObject("proxmoxve:storage/directory:Directory", id, {
        ...common,
        path: storage.path,
        shared: false,
      });
    case "lvm":
      return factoryObject("proxmoxve:storage/lvm:Lvm", id, { ...common, volumeGroup: storage.volumeGroup });
    case "lvmthin":
      return factoryObject("proxmoxve:storage/lvmthin:Lvmthin", id, {
        ...common,
        volumeGroup: storage.volumeGroup,
        thinPool: storage.thinPool,
      });
    case "zfspool":
      return factoryObject("proxmoxve:storage/zfspool:Zfspool", id, { ...common, zfsPool: storage.pool });
    case "nfs":
      return factoryObject("proxmoxve:storage/nfs:Nfs", id, {
        ...common,
        server: storage.server,
        export: storage.export,
      });
  }
}

/** Outputs stay empty: the type's behaviour computes them whenever the object is read. */
function factoryObject(type: string, id: string, inputs: Properties): WorldObject {
  return { type, id, key: id, inputs, outputs: {}, secretOutputs: [], serial: 0 };
}
