import { isProperties, type Properties, type World, type WorldObject } from "../../world";
import { Refusal } from "../behaviour";
import { Inputs } from "../inputs";

/** Type tokens that several behaviours look up. */
export const TYPES = {
  vm: "proxmoxve:index/vmLegacy:VmLegacy",
  experimentalVm: "proxmoxve:index/vm:Vm",
  container: "proxmoxve:index/containerLegacy:ContainerLegacy",
  haResource: "proxmoxve:index/haresource:Haresource",
  haRule: "proxmoxve:index/harule:Harule",
  bond: "proxmoxve:network/linux/bond:Bond",
  bridge: "proxmoxve:network/linux/bridge:Bridge",
  vlan: "proxmoxve:network/linux/vlan:Vlan",
  simpleZone: "proxmoxve:sdn/zone/simple:Simple",
  vlanZone: "proxmoxve:sdn/zone/vlan:Vlan",
  vxlanZone: "proxmoxve:sdn/zone/vxlan:Vxlan",
  evpnZone: "proxmoxve:sdn/zone/evpn:Evpn",
  evpnController: "proxmoxve:sdn/controller/evpn:Evpn",
  vnet: "proxmoxve:sdn/vnet:Vnet",
  subnet: "proxmoxve:sdn/subnet:Subnet",
  applier: "proxmoxve:sdn/applier:Applier",
  /** A virtual network on a node, which is there once it is applied. */
  appliedVnet: "host:vnet",
  file: "proxmoxve:download/file:File",
  zfsPool: "host:zfs-pool",
  zfsDataset: "host:zfs-dataset",
  monitoring: "host:monitoring",
  vpnGateway: "host:vpnGateway",
  offsite: "host:offsite",
  nfsExport: "host:nfs-export",
  nfsFirewall: "host:nfs-firewall",
  clusterMember: "host:cluster-member",
  sshTrust: "host:ssh-trust",
  qdevice: "host:qdevice",
  qdevicePackage: "host:qdevice-package",
  watchdog: "host:watchdog",
  aptEntry: "host:apt-entry",
  aptRepository: "proxmoxve:apt/repository:Repository",
  aptStandardRepository: "proxmoxve:apt/standard/repository:Repository",
  pool: "proxmoxve:index/poolLegacy:PoolLegacy",
  poolMembership: "proxmoxve:pool/membership:Membership",
  pciMapping: "proxmoxve:hardware/mapping/pci:Pci",
  usbMapping: "proxmoxve:hardware/mapping/usb:Usb",
  directoryMapping: "proxmoxve:hardware/mapping/dir:Dir",
  backupJob: "proxmoxve:backup/job:Job",
  replication: "proxmoxve:index/replication:Replication",
  volumeGroup: "host:volume-group",
  scriptStorage: "host:pve-storage",
  cephPool: "proxmoxve:ceph/pool:Pool",
  cifs: "proxmoxve:storage/cifs:Cifs",
  directory: "proxmoxve:storage/directory:Directory",
  lvm: "proxmoxve:storage/lvm:Lvm",
  lvmthin: "proxmoxve:storage/lvmthin:Lvmthin",
  metricServer: "proxmoxve:metrics/server:Server",
  nfs: "proxmoxve:storage/nfs:Nfs",
  pbs: "proxmoxve:storage/pbs:Pbs",
  pbsServer: "host:pbs-server",
  pbsDatastore: "host:pbs-datastore",
  pbsAccess: "host:pbs-access",
  zfspool: "proxmoxve:storage/zfspool:Zfspool",
  role: "proxmoxve:index/roleLegacy:RoleLegacy",
  group: "proxmoxve:index/groupLegacy:GroupLegacy",
  user: "proxmoxve:index/userLegacy:UserLegacy",
  token: "proxmoxve:user/token:Token",
  acl: "proxmoxve:index/acl:Acl",
  ldap: "proxmoxve:realm/ldap:Ldap",
  openid: "proxmoxve:realm/openid:Openid",
  realmSync: "proxmoxve:realm/sync:Sync",
  clusterFirewall: "proxmoxve:cluster/firewallLegacy:FirewallLegacy",
  nodeFirewall: "proxmoxve:node/firewall:Firewall",
  ipset: "proxmoxve:firewall/ipsetLegacy:IpsetLegacy",
  firewallGroup: "proxmoxve:cluster/firewall/security/groupLegacy:GroupLegacy",
  firewallRules: "proxmoxve:firewall/rulesLegacy:RulesLegacy",
  firewallOptions: "proxmoxve:firewall/optionsLegacy:OptionsLegacy",
} as const;

const STORAGE_TYPES = [
  TYPES.cifs,
  TYPES.directory,
  TYPES.lvm,
  TYPES.lvmthin,
  TYPES.nfs,
  TYPES.pbs,
  TYPES.scriptStorage,
  TYPES.zfspool,
];
/** Those whose nodes all see the same data, whatever is declared. */
const SHARED_TYPES: readonly string[] = [TYPES.cifs, TYPES.nfs, TYPES.pbs, TYPES.scriptStorage];
const GUEST_TYPES = [TYPES.vm, TYPES.container, TYPES.experimentalVm];

/** What a storage holds by its type where nothing is declared (the storage plugins' defaults). */
const DEFAULT_CONTENT: Readonly<Record<string, readonly string[]>> = {
  [TYPES.directory]: ["images", "rootdir", "vztmpl", "iso", "snippets", "backup"],
  [TYPES.cifs]: ["images"],
  [TYPES.lvm]: ["images", "rootdir"],
  [TYPES.lvmthin]: ["images", "rootdir"],
  [TYPES.nfs]: ["images"],
  [TYPES.pbs]: ["backup"],
  [TYPES.zfspool]: ["images", "rootdir"],
};

/** Name of the cluster that a node is a member of. */
export function clusterOf(world: World, node: string): string | undefined {
  const cluster = world.find(TYPES.clusterMember, node)?.inputs.cluster;
  return cluster === undefined ? undefined : String(cluster);
}

/** The nodes that the API knows: the members of the first node's cluster, or that node alone before it is in one. */
export function nodeNames(world: World): string[] {
  const names = world.installed.nodes.map(({ name }) => name);
  const cluster = clusterOf(world, names[0] ?? "");
  return cluster === undefined
    ? names.slice(0, 1)
    : names.filter((name) => clusterOf(world, name) === cluster);
}

/** @throws Refusal for a node that is not of the cluster */
export function requireNode(world: World, node: string): void {
  if (nodeNames(world).includes(node)) return;
  throw new Refusal(
    `received an HTTP 500 response - Reason: hostname lookup '${node}' failed - failed to get address info for: ${node}: Name or service not known`,
  );
}

/** A storage as the cluster's storage.cfg has it. */
export interface ClusterStorage {
  readonly id: string;
  readonly type: string;
  readonly content: readonly string[];
  readonly nodes: readonly string[];
  readonly shared: boolean;
  readonly inputs: Inputs;
}

export function storages(world: World): ClusterStorage[] {
  return STORAGE_TYPES.flatMap((type) => world.list(type).map((object) => storageOf(world, object)));
}

function storageOf(world: World, { type, id, inputs: values }: WorldObject): ClusterStorage {
  const inputs = new Inputs(values);
  return {
    id,
    type,
    inputs,
    content: inputs.has("contents") ? inputs.texts("contents") : (DEFAULT_CONTENT[type] ?? []),
    nodes: inputs.texts("nodes").length > 0 ? inputs.texts("nodes") : nodeNames(world),
    shared:
      SHARED_TYPES.includes(type) ||
      (type === TYPES.directory && values.shared !== false) ||
      (type === TYPES.lvm && values.shared === true),
  };
}

/** What a storage does not hold, in the words of the API that asks for it. */
const WRONG_CONTENT: Readonly<Record<string, (id: string) => string>> = {
  images: (id) => `storage '${id}' does not support content-type 'images'`,
  rootdir: (id) => `storage '${id}' does not support container directories`,
  backup: (id) => `can't use storage '${id}' for backups - wrong content type`,
};

/** @throws Refusal unless the storage is there, on that node, and holds that content */
export function requireStorage(world: World, id: string, node: string, content: string): ClusterStorage {
  const storage = storages(world).find((candidate) => candidate.id === id);
  if (!storage) throw new Refusal(`storage '${id}' does not exist`);
  if (!storage.nodes.includes(node)) throw new Refusal(`storage '${id}' is not available on node '${node}'`);
  if (storage.inputs.flag("disable")) throw new Refusal(`storage '${id}' is disabled`);
  if (!storage.content.includes(content)) {
    throw new Refusal(
      WRONG_CONTENT[content]?.(id) ?? `storage '${id}' is not configured for content-type '${content}'`,
    );
  }
  if (storage.type === TYPES.zfspool) requireDataset(world, node, storage.inputs.text("zfsPool"));
  return storage;
}

/** @throws Refusal when a node has no such ZFS pool or dataset */
export function requireDataset(world: World, node: string, dataset: string): void {
  if (hasDataset(world, node, dataset)) return;
  const [pool = ""] = dataset.split("/");
  throw new Refusal(
    `zfs error: cannot open '${dataset}': ${hasDataset(world, node, pool) ? "dataset does not exist" : "no such pool"}`,
  );
}

export function hasDataset(world: World, node: string, dataset: string): boolean {
  const type = dataset.includes("/") ? TYPES.zfsDataset : TYPES.zfsPool;
  const key = dataset.includes("/") ? `${node}:${dataset}` : `${node}/${dataset}`;
  return world.find(type, key) !== undefined;
}

/** The volume group of a node, its own or one on a SAN that it sees too. */
export function volumeGroupOf(world: World, node: string, group: string): WorldObject | undefined {
  return world
    .list(TYPES.volumeGroup)
    .find(({ inputs }) => inputs.group === group && (inputs.node === node || inputs.shared === true));
}

/** @throws Refusal when a volume (`nas:iso/debian.iso`) is not there for that node */
export function requireFile(world: World, volume: string, node: string, content: string): void {
  const [id = ""] = volume.split(":");
  const storage = requireStorage(world, id, node, content);
  const there = world
    .list(TYPES.file)
    .some((file) => file.id === volume && (storage.shared || file.inputs.nodeName === node));
  if (!there) throw new Refusal(`volume '${volume}' does not exist`);
}

/** @throws Refusal when a node has no such bridge or virtual network */
export function requireBridge(world: World, bridge: string, node: string): void {
  const there = [TYPES.bridge, TYPES.appliedVnet].some((type) => world.find(type, `${node}:${bridge}`));
  if (!there) throw new Refusal(`bridge '${bridge}' does not exist`);
}

/** @throws Refusal when there is no such resource pool */
export function requirePool(world: World, pool: string): void {
  if (pool !== "" && !world.find(TYPES.pool, pool)) throw new Refusal(`pool '${pool}' does not exist`);
}

/** A VM or container. Both take their ids from one range. */
export interface ClusterGuest {
  readonly id: string;
  readonly kind: "CT" | "VM";
  readonly node: string;
  readonly object: WorldObject;
}

export function guests(world: World): ClusterGuest[] {
  return GUEST_TYPES.flatMap((type) => world.list(type).map(guestOf));
}

export function findGuest(world: World, id: string): ClusterGuest | undefined {
  const [object] = GUEST_TYPES.flatMap((type) => world.find(type, id) ?? []);
  return object && guestOf(object);
}

function guestOf(object: WorldObject): ClusterGuest {
  const kind = object.type === TYPES.container ? "CT" : "VM";
  return { id: object.id, kind, node: String(object.inputs.nodeName), object };
}

/** The guest that was given an address (cloud-init's or the container's), without prefix length. */
export function guestAt(world: World, address: string): ClusterGuest | undefined {
  return guests(world).find(({ object }) =>
    new Inputs(object.inputs)
      .objects("initialization")
      .flatMap((initialization) => initialization.objects("ipConfigs"))
      .flatMap((config) => config.objects("ipv4"))
      .some((ipv4) => ipv4.optionalText("address")?.split("/")[0] === address),
  );
}

/** @throws Refusal when a VM or a container has the id already */
export function requireFreeId(world: World, kind: "CT" | "VM", id: string): void {
  const other = findGuest(world, id);
  if (other) {
    throw new Refusal(
      `received an HTTP 500 response - Reason: unable to create ${kind} ${id} - ${other.kind} ${id} already exists on node '${other.node}'`,
    );
  }
}

/** The id that a guest asks for, or the lowest from 100 that no guest has, as `/cluster/nextid` gives it. */
export function guestIdFor(world: World, inputs: Inputs): string {
  const asked = inputs.optionalNumber("vmId") ?? -1;
  if (asked !== -1) return String(asked);
  const used = new Set(guests(world).map(({ id }) => id));
  let id = 100;
  while (used.has(String(id))) id += 1;
  return String(id);
}

/** Addresses that a node has on its interfaces, without prefix length. */
export function nodeAddresses(world: World, node: string): string[] {
  const installed = world.installed.nodes.filter(({ name }) => name === node).map(({ address }) => address);
  const configured = [TYPES.bond, TYPES.bridge, TYPES.vlan]
    .flatMap((type) => world.list(type))
    .filter(({ inputs }) => inputs.nodeName === node && typeof inputs.address === "string")
    .map(({ inputs }) => String(inputs.address).split("/")[0] ?? "");
  return [...new Set([...installed, ...configured])];
}

/** A copy of an object with some inputs and outputs changed at the site itself. */
export function patched(object: WorldObject, values: Properties): WorldObject {
  return { ...object, inputs: { ...object.inputs, ...values }, outputs: { ...object.outputs, ...values } };
}

/** The keys of a map property. */
export function keysOf(inputs: Inputs, name: string): string[] {
  const value = inputs.values[name];
  return isProperties(value) ? Object.keys(value) : [];
}
