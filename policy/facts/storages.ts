import type { DeclaredResource } from "./declared";
import { flag, get, type Known, text, texts, UNKNOWN, type Value } from "./read";

/** Proxmox's own names of the storage kinds. */
export type StorageType =
  | "dir"
  | "nfs"
  | "cifs"
  | "pbs"
  | "zfspool"
  | "lvm"
  | "lvmthin"
  | "rbd"
  | "cephfs"
  | "iscsi";

/** A storage of the cluster, declared or made by the installer. */
export interface Storage {
  readonly source?: DeclaredResource;
  readonly id: Known<string>;
  readonly type: StorageType;
  /** Whether every node that has the storage sees the same data. */
  readonly shared: Known<boolean>;
  /** The nodes that have the storage; left out or empty: every node. */
  readonly nodes: Value<readonly Known<string>[]>;
  /** Content types; left out: the type's default. */
  readonly contents: Value<readonly Known<string>[]>;
  /** Where the data lies, comparable between storages (see `sameData`); left out: cannot be told. */
  readonly location?: string;
}

/** Our component around a storage. */
export const STORAGE_COMPONENT = "hybrid-estate:proxmox:Storage";

type Reader = (resource: DeclaredResource) => Storage | undefined;

/**
 * `shared` of a directory or volume group is read from what is declared and counts as false when left out:
 * bpg's provider then writes true, which tells Proxmox that the data is everywhere although nothing makes it so.
 */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ...twins("nfs:Nfs", (resource) => network(resource, "nfs", "export")),
  ...twins("cifs:Cifs", (resource) => network(resource, "cifs", "share")),
  ...twins("pbs:Pbs", (resource) => network(resource, "pbs", "datastore")),
  ...twins("directory:Directory", (resource) => ({
    ...common(resource, "dir"),
    shared: flag(resource.properties, "shared") ?? false,
    location: located("path:", text(resource.properties, "path")),
  })),
  ...twins("zfspool:Zfspool", (resource) => ({
    ...common(resource, "zfspool"),
    shared: false,
    location: located("zfs:", poolOf(text(resource.properties, "zfsPool"))),
  })),
  ...twins("lvm:Lvm", (resource) => ({
    ...common(resource, "lvm"),
    shared: flag(resource.properties, "shared") ?? false,
    location: located("vg:", text(resource.properties, "volumeGroup")),
  })),
  ...twins("lvmthin:Lvmthin", (resource) => ({
    ...common(resource, "lvmthin"),
    shared: false,
    location: located("vg:", text(resource.properties, "volumeGroup")),
  })),
  ["proxmoxve:node/disk/zfs:Zfs", poolStorage],
  ["proxmoxve:ceph/pool:Pool", cephStorage],
  [STORAGE_COMPONENT, scriptStorage],
]);

/** A kind that the provider does not know is made by a script: our component says what it is. */
function scriptStorage(resource: DeclaredResource): Storage | undefined {
  const backing = get(resource.properties, "backing");
  const part = (name: string) => text(backing, name);
  const told = (type: StorageType, location: string | undefined): Storage => ({
    source: resource,
    id: text(resource.properties, "storageId") ?? UNKNOWN,
    type,
    shared: true,
    nodes: texts(resource.properties, "nodes"),
    contents: texts(resource.properties, "content"),
    location,
  });
  switch (part("type")) {
    case "rbd":
      return told("rbd", located("rbd:", part("pool")));
    case "cephfs":
      return told("cephfs", located("cephfs:", part("fileSystem")));
    case "iscsi":
      return told("iscsi", located("iscsi:", part("target")));
    default:
      return undefined; // a resource of the provider says it
  }
}

/** What an installation of Proxmox VE has without being told, unless the program declares it itself. */
export const INSTALLER_STORAGES: ReadonlyMap<string, Storage> = new Map<string, Storage>([
  ["local", installed("local", "dir", "path:/var/lib/vz")],
  ["local-lvm", installed("local-lvm", "lvmthin", "vg:pve")],
  ["local-zfs", installed("local-zfs", "zfspool", "zfs:rpool")],
]);

/** Whether resources of this type may define a storage. */
export function isStorage(type: string): boolean {
  return READERS.has(type);
}

/** The storage that a resource defines; nothing for a ZFS or Ceph pool that adds none. */
export function readStorage(resource: DeclaredResource): Storage | undefined {
  return READERS.get(resource.type)?.(resource);
}

/**
 * Whether two storages lose their data together: the same place, a directory within the other, or a directory
 * on a ZFS pool (pools are mounted at /NAME) that the other storage uses.
 */
export function sameData(one: Storage, other: Storage, pools: ReadonlySet<string>): boolean {
  const first = domain(one, pools);
  const second = domain(other, pools);
  return (
    first !== undefined &&
    second !== undefined &&
    (first === second || inside(first, second) || inside(second, first))
  );
}

/** Name of the pool of a ZFS storage's location. */
export function zfsPoolOf(storage: Storage): string | undefined {
  return storage.location?.startsWith("zfs:") ? storage.location.slice("zfs:".length) : undefined;
}

function domain(storage: Storage, pools: ReadonlySet<string>): string | undefined {
  const path = storage.location?.startsWith("path:/") ? storage.location.slice("path:/".length) : undefined;
  const mountedPool = path?.split("/")[0];
  return mountedPool !== undefined && pools.has(mountedPool) ? `zfs:${mountedPool}` : storage.location;
}

function inside(part: string, whole: string): boolean {
  return !whole.startsWith("zfs:") && part.startsWith(`${whole}/`);
}

function twins(token: string, reader: Reader): [string, Reader][] {
  return [
    [`proxmoxve:storage/${token}`, reader],
    [`proxmoxve:storage/${token.replace(/:(.*)/, "Legacy:$1Legacy")}`, reader],
  ];
}

function common(
  resource: DeclaredResource,
  type: StorageType,
): Pick<Storage, "source" | "id" | "type" | "nodes" | "contents"> {
  return {
    source: resource,
    id: text(resource.properties, "resourceId") ?? UNKNOWN,
    type,
    nodes: texts(resource.properties, "nodes"),
    contents: texts(resource.properties, "contents"),
  };
}

function network(resource: DeclaredResource, type: "nfs" | "cifs" | "pbs", part: string): Storage {
  const server = text(resource.properties, "server");
  const share = text(resource.properties, part);
  const known = typeof server === "string" && typeof share === "string";
  return {
    ...common(resource, type),
    shared: true,
    location: known ? located(`${type}://${server}/`, share.replace(/^\/+/, "")) : undefined,
  };
}

/** A ZFS pool made on a node becomes a storage of its name with `addStorage`. */
function poolStorage(resource: DeclaredResource): Storage | undefined {
  const adds = flag(resource.properties, "addStorage") ?? false;
  const name = text(resource.properties, "name");
  return adds === true
    ? {
        ...common(resource, "zfspool"),
        id: name ?? UNKNOWN,
        nodes: undefined,
        contents: undefined,
        shared: false,
        location: located("zfs:", name),
      }
    : undefined;
}

function cephStorage(resource: DeclaredResource): Storage | undefined {
  const adds = flag(resource.properties, "addStorages") ?? false;
  const name = text(resource.properties, "name");
  return adds === true
    ? {
        ...common(resource, "rbd"),
        id: name ?? UNKNOWN,
        nodes: undefined,
        contents: undefined,
        shared: true,
        location: located("rbd:", name),
      }
    : undefined;
}

function installed(id: string, type: StorageType, location: string): Storage {
  return { id, type, shared: false, nodes: undefined, contents: undefined, location };
}

function located(kind: string, place: Value<string>): string | undefined {
  return typeof place === "string" && place !== "" ? kind + place.replace(/(?<=.)\/+$/, "") : undefined;
}

function poolOf(dataset: Value<string>): Value<string> {
  return typeof dataset === "string" ? dataset.split("/")[0] : dataset;
}
