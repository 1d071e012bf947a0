import type * as pulumi from "@pulumi/pulumi";
import type { Storage as AnyStorage, BackupStorage, Estate } from "../../../estate";
import { nodesOf } from "../../../estate/disks";
import { nfsAccess } from "../../../estate/nfs";
import { isAdopted, isShared } from "../../../estate/storage";
import { NfsCheck } from "../../hosts/nfs-check";
import { NfsServer } from "../../hosts/nfs-server";
import { mapValues, present } from "../../records";
import { Storage, type StorageArgs, type StorageBacking } from "../storage";
import { nodeConnection, type Site } from "./context";
import { createSharedGroups, type Members } from "./disks";
import { interfacesOf, type Nodes } from "./nodes";

/** The site's storages by id. */
export type Storages = Readonly<Record<string, Storage>>;

/** What storages stand on. */
interface Foundations {
  readonly nodes: Nodes;
  readonly pools: Members;
  readonly volumeGroups: Members;
  readonly cephPools: Members;
  readonly nfsServers: Readonly<Record<string, NfsServer>>;
}

export function createNfsServers({ estate, secrets, parent }: Site): Record<string, NfsServer> {
  return mapValues(estate.nfsServers, ({ address, sshUser, sshHostKey, firewall, exports }, name) => {
    const connection = {
      host: address,
      user: sshUser,
      privateKey: secrets.sshPrivateKey,
      hostKey: sshHostKey,
    };
    const clients = mapValues(exports, (folder) => mapValues(folder.clients, ({ options }) => options));
    return new NfsServer(name, { connection, firewall, exports: clients }, { parent });
  });
}

/** First those that groups on a SAN need, then those groups, then the others. */
export function createStorages(site: Site, foundations: Foundations): Storages {
  const all = Object.entries(onNodesAndNas(site.estate));
  const isTarget = ([, { type }]: (typeof all)[number]) => type === "iscsi";
  const create = (entries: typeof all, ready: Foundations) =>
    Object.fromEntries(entries.map(([id, storage]) => [id, createStorage(site, id, storage, ready)]));
  const targets = create(all.filter(isTarget), foundations);
  const volumeGroups = { ...foundations.volumeGroups, ...createSharedGroups(site, targets) };
  const others = create(
    all.filter((one) => !isTarget(one)),
    { ...foundations, volumeGroups },
  );
  return { ...targets, ...others };
}

function createStorage(site: Site, id: string, storage: StorageDescription, ready: Foundations): Storage {
  const foundations = present(behind(storage, ready));
  return new Storage(id, storageArgs(site, id, storage), {
    parent: site.parent,
    dependsOn: storage.type === "nfs" ? nfsChecks(site, id, storage, foundations) : foundations,
  });
}

/** Every node that is to use an export proves that it can, before the storage is declared. */
function nfsChecks(
  site: Site,
  id: string,
  storage: Extract<StorageDescription, { type: "nfs" }>,
  dependsOn: pulumi.Resource[],
): pulumi.Resource[] {
  const { estate, parent } = site;
  return nodesOf(estate, storage).map((node) => {
    const args = {
      connection: nodeConnection(site, node),
      server: serverAddress(estate, storage.server),
      export: storage.export,
      options: storage.options,
      access: nfsAccess(estate, storage, node) ?? "ro",
    };
    return new NfsCheck(`${node}/${id}`, args, { parent, dependsOn }).command;
  });
}

/** A storage that stands on the nodes or on a NAS; a backup server may stand on guests, and comes after them. */
type StorageDescription = Exclude<AnyStorage, BackupStorage>;

function onNodesAndNas({ storages }: Estate): Record<string, StorageDescription> {
  return Object.fromEntries(
    Object.entries(storages).flatMap(([id, storage]): [string, StorageDescription][] =>
      storage.type === "pbs" ? [] : [[id, storage]],
    ),
  );
}

/** What has to be there before a storage. */
function behind(
  storage: StorageDescription,
  { nodes, pools, volumeGroups, cephPools, nfsServers }: Foundations,
): readonly (pulumi.Resource | undefined)[] {
  switch (storage.type) {
    case "nfs":
      // The nodes reach the server over interfaces that are made here too.
      return [nfsServers[storage.server]?.exports[storage.export], ...interfacesOf(nodes)];
    case "zfspool":
      return pools[storage.pool.split("/")[0] ?? ""] ?? [];
    case "directory":
      // Pools are mounted at /NAME.
      return pools[storage.path.split("/")[1] ?? ""] ?? [];
    case "lvm":
    case "lvmthin":
      return volumeGroups[storage.volumeGroup] ?? [];
    case "rbd":
      return [...(cephPools[storage.pool] ?? []), ...interfacesOf(nodes)];
    case "cifs":
    case "iscsi":
    case "cephfs":
      return interfacesOf(nodes);
  }
}

function storageArgs(site: Site, storageId: string, storage: StorageDescription): StorageArgs {
  const { content, nodes } = storage;
  return {
    storageId,
    content,
    nodes,
    existing: isAdopted(storage),
    backing: storageBacking(site, storageId, storage),
  };
}

/** What stands behind a storage: an NFS server's name becomes its address, a password is looked up. */
function storageBacking(site: Site, id: string, storage: StorageDescription): StorageBacking {
  const { estate, secrets } = site;
  const { content: _, nodes, existing: __, ...backing } = { existing: false, ...storage };
  switch (backing.type) {
    case "directory":
    case "zfspool":
    case "lvmthin":
      return backing;
    case "lvm":
      return { ...backing, shared: isShared(estate, storage) };
    case "nfs":
      return { ...backing, server: serverAddress(estate, backing.server) };
    case "cifs":
      return { ...backing, password: secrets.storagePasswords[id] ?? "" };
    case "iscsi":
    case "rbd":
    case "cephfs": {
      const [node = ""] = nodes ?? Object.keys(estate.nodes);
      return { ...backing, connection: nodeConnection(site, node) };
    }
  }
}

function serverAddress(estate: Estate, name: string): string {
  const server = estate.nfsServers[name];
  if (!server) throw new Error(`unknown NFS server ${name}; validation should have refused it`);
  return server.address;
}
