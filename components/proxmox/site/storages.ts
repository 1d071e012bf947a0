import type * as pulumi from "@pulumi/pulumi";
import type { Estate, Storage as StorageDescription } from "../../../estate";
import { disksByNode } from "../../../estate/disks";
import { NfsServer } from "../../hosts/nfs-server";
import { mapValues, present } from "../../records";
import { Storage, type StorageArgs, type StorageBacking } from "../storage";
import { ZfsPool } from "../zfs-pool";
import { nodeConnection, type Site } from "./context";
import { interfacesOf, type Nodes } from "./nodes";

/** The site's storages by id. */
export type Storages = Readonly<Record<string, Storage>>;

/** What storages stand on. */
interface Foundations {
  readonly nodes: Nodes;
  readonly pools: Readonly<Record<string, ZfsPool>>;
  readonly nfsServers: Readonly<Record<string, NfsServer>>;
}

export function createZfsPools(site: Site): Record<string, ZfsPool> {
  const { estate, parent } = site;
  return mapValues(
    estate.zfsPools,
    ({ raidlevel, draid, ashift, compression, datasets, ...disks }, name) =>
      new ZfsPool(
        name,
        {
          pool: name,
          raidlevel,
          draid,
          ashift,
          compression,
          nodes: mapValues(disksByNode(estate, disks), (devices, node) => ({
            connection: nodeConnection(site, node),
            devices,
          })),
          datasets: mapValues(datasets, ({ properties }) => properties),
        },
        { parent },
      ),
  );
}

export function createNfsServers({ estate, secrets, parent }: Site): Record<string, NfsServer> {
  return mapValues(estate.nfsServers, ({ address, sshUser, sshHostKey, exports }, name) => {
    const connection = {
      host: address,
      user: sshUser,
      privateKey: secrets.sshPrivateKey,
      hostKey: sshHostKey,
    };
    const clients = mapValues(exports, (folder) => mapValues(folder.clients, ({ options }) => options));
    return new NfsServer(name, { connection, exports: clients }, { parent });
  });
}

export function createStorages({ estate, parent }: Site, foundations: Foundations): Storages {
  return mapValues(
    estate.storages,
    (storage, id) =>
      new Storage(id, storageArgs(estate, id, storage), {
        parent,
        dependsOn: present(behind(storage, foundations)),
      }),
  );
}

/** What has to be there before a storage. */
function behind(
  storage: StorageDescription,
  { nodes, pools, nfsServers }: Foundations,
): readonly (pulumi.Resource | undefined)[] {
  if (storage.type === "nfs") {
    // The nodes reach the server over interfaces that are made here too.
    return [nfsServers[storage.server]?.exports[storage.export], ...interfacesOf(nodes)];
  }
  return storage.existing ? [] : Object.values(pools).flatMap((pool) => pool.members);
}

/** A storage with what stands behind it; an NFS server's name becomes its address. */
function storageArgs(estate: Estate, storageId: string, storage: StorageDescription): StorageArgs {
  const { content, nodes, existing } = storage;
  return { storageId, content, nodes, existing, backing: storageBacking(estate, storage) };
}

function storageBacking(estate: Estate, storage: StorageDescription): StorageBacking {
  if (storage.type !== "nfs") return storage;
  const server = estate.nfsServers[storage.server];
  if (!server) throw new Error(`unknown NFS server ${storage.server}; validation should have refused it`);
  return { ...storage, server: server.address };
}

/** Whether a storage keeps disks as files, which alone can hold qcow2 with its snapshots. */
export function keepsFiles(storage: StorageDescription | undefined): boolean {
  return storage?.type === "nfs" || storage?.type === "directory";
}
