import { BACKUP_JOB_TYPE, type BackupJob, POOL_MEMBERSHIP_TYPES, readBackupJob } from "./backup";
import {
  ACCOUNT_BLOCK_TYPE,
  BUCKET_TYPES,
  type Bucket,
  isSatellite,
  type PublicAccessBlock,
  readBucket,
  readPublicAccessBlock,
  sortSatellites,
} from "./buckets";
import {
  CLUSTER_OPTIONS_TYPES,
  CLUSTER_TYPE,
  type Cluster,
  type ClusterOptions,
  NODE_SETTING_TYPES,
  readCluster,
  readClusterOptions,
} from "./cluster";
import type { DeclaredResource } from "./declared";
import { CONTAINER_TYPE, type DeclaredGuest, readContainer, readVm, VM_TYPE } from "./guests";
import {
  HA_RESOURCE_TYPES,
  HA_RULE_TYPES,
  type HaResource,
  type HaRule,
  REPLICATION_TYPES,
  type Replication,
  readHaResource,
  readHaRule,
  readReplication,
} from "./ha";
import { type Guest, linkGuests } from "./links";
import {
  BRIDGE_TYPES,
  type Bridge,
  readBridge,
  readVnet,
  readZone,
  VNET_TYPES,
  type Vnet,
  ZONE_TYPES,
  type Zone,
} from "./network";
import { OFFSITE_TYPE, type Offsite, readOffsite } from "./offsite";
import { type Known, knownIn, text, texts, UNKNOWN, whole } from "./read";
import {
  RECOVERY_GROUP_TYPE,
  type Recovery,
  readRecovery,
  readSiteLink,
  type SiteLink,
  VPN_TYPE,
} from "./recovery";
import { readSiteNetworks, type SiteNetworks } from "./site-networks";
import {
  INSTALLER_STORAGES,
  isStorage,
  readStorage,
  STORAGE_COMPONENT,
  type Storage,
  zfsPoolOf,
} from "./storages";

/** Both sites as the program declares them; rules, assessment and diagrams read this and nothing else. */
export interface Topology {
  /** Everything by its type, for what no other member of this is about. */
  readonly byType: ReadonlyMap<string, readonly DeclaredResource[]>;
  readonly clusters: readonly Cluster[];
  readonly clusterOptions: readonly ClusterOptions[];
  /** Every node that any resource names. */
  readonly nodes: ReadonlySet<string>;
  /** The program configures nodes (or has our cluster component), so `nodes` is the cluster's size. */
  readonly describesNodes: boolean;
  readonly bridges: readonly Bridge[];
  readonly vnets: readonly Vnet[];
  readonly zones: readonly Zone[];
  /** By id: what is declared, and what the installer made. */
  readonly storages: ReadonlyMap<string, Storage>;
  readonly zfsPools: ReadonlySet<string>;
  readonly guests: readonly Guest[];
  readonly haResources: readonly HaResource[];
  readonly haRules: readonly HaRule[];
  readonly replications: readonly Replication[];
  readonly backupJobs: readonly BackupJob[];
  /** HA resources, rules and replications whose guest is not known yet: they may be any guest's. */
  readonly loose: {
    readonly haResources: readonly HaResource[];
    readonly haRules: readonly HaRule[];
    readonly replications: readonly Replication[];
  };
  readonly buckets: readonly Bucket[];
  readonly accountBlocks: readonly PublicAccessBlock[];
  readonly site: SiteNetworks;
  /** What comes back in AWS. */
  readonly recoveries: readonly Recovery[];
  readonly siteLinks: readonly SiteLink[];
  /** What nodes send to AWS by timers. */
  readonly offsite: readonly Offsite[];
  /** Copies that Ceph keeps of a pool's data, and without how many it stops, by pool. */
  readonly cephCopies: ReadonlyMap<string, CephCopies>;
}

/** How much of a Ceph pool may be lost. */
export interface CephCopies {
  readonly size: Known<number>;
  readonly minSize: Known<number>;
}

/** What the pass over the resources collects before guests and buckets are linked. */
interface Draft {
  readonly byType: Map<string, DeclaredResource[]>;
  readonly clusters: Cluster[];
  readonly clusterOptions: ClusterOptions[];
  readonly nodes: Set<string>;
  describesNodes: boolean;
  readonly bridges: Bridge[];
  readonly vnets: Vnet[];
  readonly zones: Zone[];
  readonly storages: Storage[];
  readonly zfsPools: Set<string>;
  readonly guests: DeclaredGuest[];
  readonly haResources: HaResource[];
  readonly haRules: HaRule[];
  readonly replications: Replication[];
  readonly backupJobs: BackupJob[];
  readonly memberships: DeclaredResource[];
  readonly files: Map<string, string>;
  readonly buckets: DeclaredResource[];
  readonly satellites: DeclaredResource[];
  readonly accountBlocks: PublicAccessBlock[];
  readonly recoveries: Recovery[];
  readonly siteLinks: SiteLink[];
  readonly offsite: Offsite[];
  readonly cephCopies: Map<string, CephCopies>;
}

type Collect = (draft: Draft, resource: DeclaredResource) => void;

const COLLECTORS: ReadonlyMap<string, Collect> = new Map<string, Collect>([
  [CLUSTER_TYPE, collectCluster],
  ["hybrid-estate:proxmox:ZfsPool", collectZfsPool],
  [STORAGE_COMPONENT, collectStorage],
  [VM_TYPE, (draft, resource) => draft.guests.push(readVm(resource))],
  [CONTAINER_TYPE, (draft, resource) => draft.guests.push(readContainer(resource))],
  [BACKUP_JOB_TYPE, (draft, resource) => draft.backupJobs.push(readBackupJob(resource))],
  [ACCOUNT_BLOCK_TYPE, (draft, resource) => draft.accountBlocks.push(readPublicAccessBlock(resource))],
  ...each(CLUSTER_OPTIONS_TYPES, (draft, resource) =>
    draft.clusterOptions.push(readClusterOptions(resource)),
  ),
  [RECOVERY_GROUP_TYPE, collectRecovery],
  [OFFSITE_TYPE, (draft, resource) => draft.offsite.push(readOffsite(resource))],
  [VPN_TYPE, (draft, resource) => draft.siteLinks.push(readSiteLink(resource))],
  ["proxmoxve:ceph/pool:Pool", collectCephPool],
  ...each(BRIDGE_TYPES, (draft, resource) => draft.bridges.push(readBridge(resource))),
  ...each(VNET_TYPES, (draft, resource) => draft.vnets.push(readVnet(resource))),
  ...each(ZONE_TYPES, (draft, resource) => draft.zones.push(readZone(resource))),
  ...each(HA_RESOURCE_TYPES, (draft, resource) => draft.haResources.push(readHaResource(resource))),
  ...each(HA_RULE_TYPES, collectHaRule),
  ...each(REPLICATION_TYPES, collectReplication),
  ...each(POOL_MEMBERSHIP_TYPES, (draft, resource) => draft.memberships.push(resource)),
  ...each(["proxmoxve:download/file:File", "proxmoxve:download/fileLegacy:FileLegacy"], collectFile),
  ...each(BUCKET_TYPES, (draft, resource) => draft.buckets.push(resource)),
]);

const NODE_SETTINGS: ReadonlySet<string> = new Set(NODE_SETTING_TYPES);

/** One pass over the resources, then the links between guests, HA, backups and buckets; linear in both. */
export function readTopology(resources: readonly DeclaredResource[]): Topology {
  const draft = emptyDraft();
  for (const resource of [...resources].sort(byName)) {
    collect(draft, resource);
  }
  const satellites = sortSatellites(draft.satellites, draft.buckets);
  const storages = new Map(INSTALLER_STORAGES);
  for (const storage of draft.storages) {
    if (storage.id !== UNKNOWN) {
      storages.set(storage.id, storage);
    }
  }
  return {
    ...draft,
    ...linkGuests(draft),
    storages,
    site: readSiteNetworks(draft.clusters, draft.bridges),
    buckets: draft.buckets.map((bucket) => readBucket(bucket, satellites)),
  };
}

/** The engine hands resources over in an order that changes from run to run: what is said of the first must not. */
function byName(one: DeclaredResource, other: DeclaredResource): number {
  if (one.name !== other.name) return one.name < other.name ? -1 : 1;
  if (one.type !== other.type) return one.type < other.type ? -1 : 1;
  return 0;
}

/** The resources of some types, in the order of the types. */
export function resourcesOf({ byType }: Topology, ...types: readonly string[]): DeclaredResource[] {
  return types.flatMap((type) => byType.get(type) ?? []);
}

function collect(draft: Draft, resource: DeclaredResource): void {
  const alike = draft.byType.get(resource.type);
  if (alike === undefined) draft.byType.set(resource.type, [resource]);
  else alike.push(resource);
  if (resource.type.startsWith("proxmoxve:")) {
    addNodes(draft, [text(resource.properties, "nodeName")]);
    draft.describesNodes ||= NODE_SETTINGS.has(resource.type);
    if (isStorage(resource.type)) {
      collectStorage(draft, resource);
    }
  } else if (isSatellite(resource.type)) {
    draft.satellites.push(resource);
  }
  COLLECTORS.get(resource.type)?.(draft, resource);
}

function collectCluster(draft: Draft, resource: DeclaredResource): void {
  const cluster = readCluster(resource);
  draft.clusters.push(cluster);
  draft.describesNodes = true;
  addNodes(draft, knownIn(cluster.nodes));
}

function collectStorage(draft: Draft, resource: DeclaredResource): void {
  const storage = readStorage(resource);
  if (storage !== undefined) {
    draft.storages.push(storage);
    addNodes(draft, knownIn(storage.nodes));
  }
  const pool =
    resource.type === "proxmoxve:node/disk/zfs:Zfs"
      ? text(resource.properties, "name")
      : storage && zfsPoolOf(storage);
  if (typeof pool === "string") {
    draft.zfsPools.add(pool);
  }
}

/** Our own pools are made by a script: the component says which there are. */
function collectZfsPool(draft: Draft, { properties }: DeclaredResource): void {
  const pool = text(properties, "pool");
  if (typeof pool === "string") draft.zfsPools.add(pool);
  addNodes(draft, knownIn(texts(properties, "nodes")));
}

function collectRecovery(draft: Draft, resource: DeclaredResource): void {
  const recovery = readRecovery(resource);
  if (recovery !== undefined) draft.recoveries.push(recovery);
}

/** Ceph's own defaults: three copies, and two without which nothing is written. */
function collectCephPool(draft: Draft, { properties }: DeclaredResource): void {
  const pool = text(properties, "name");
  if (typeof pool !== "string") return;
  draft.cephCopies.set(pool, {
    size: whole(properties, "size") ?? 3,
    minSize: whole(properties, "minSize") ?? 2,
  });
}

function collectHaRule(draft: Draft, resource: DeclaredResource): void {
  const rule = readHaRule(resource);
  draft.haRules.push(rule);
  addNodes(draft, rule.nodes === UNKNOWN ? [] : (rule.nodes ?? []));
}

function collectReplication(draft: Draft, resource: DeclaredResource): void {
  const replication = readReplication(resource);
  draft.replications.push(replication);
  addNodes(draft, [replication.target]);
}

function collectFile(draft: Draft, resource: DeclaredResource): void {
  const storage = text(resource.properties, "datastoreId");
  if (resource.urn !== undefined && typeof storage === "string") {
    draft.files.set(resource.urn, storage);
  }
}

function addNodes(draft: Draft, names: readonly unknown[]): void {
  for (const name of names) {
    if (typeof name === "string" && name !== "") {
      draft.nodes.add(name);
    }
  }
}

function each(types: readonly string[], reader: Collect): [string, Collect][] {
  return types.map((type) => [type, reader]);
}

function emptyDraft(): Draft {
  return {
    byType: new Map(),
    clusters: [],
    clusterOptions: [],
    nodes: new Set(),
    describesNodes: false,
    bridges: [],
    vnets: [],
    zones: [],
    storages: [],
    zfsPools: new Set(),
    guests: [],
    haResources: [],
    haRules: [],
    replications: [],
    backupJobs: [],
    memberships: [],
    files: new Map(),
    buckets: [],
    satellites: [],
    accountBlocks: [],
    recoveries: [],
    siteLinks: [],
    offsite: [],
    cephCopies: new Map(),
  };
}
