import type { BackupStorage, ManagedBackupServer } from "../../../estate";
import { backupStorages, backupUser, isManaged, serverAddress } from "../../../estate/backup";
import { BackupServer, type Datastore } from "../../hosts/backup-server";
import { mapValues } from "../../records";
import { BackupServerStorage } from "../backup-server-storage";
import type { Site } from "./context";
import type { Guests } from "./guests";

/** The backup servers that this program sets up, by name. */
export type BackupServers = Readonly<Record<string, BackupServer>>;

/** Sets up Proxmox Backup Servers; one on a VM waits for that VM. */
export function createBackupServers(site: Site, guests: Guests): BackupServers {
  const { estate, secrets, parent } = site;
  const managed = Object.entries(estate.backupServers).flatMap(([name, server]) =>
    isManaged(server) ? [[name, server] as const] : [],
  );
  return Object.fromEntries(
    managed.map(([name, server]) => {
      const vm = server.kind === "vm" ? guests[server.guest] : undefined;
      const connection = {
        host: addressOf(site, name),
        user: server.sshUser,
        privateKey: secrets.sshPrivateKey,
        hostKey: server.sshHostKey,
      };
      const component = new BackupServer(
        name,
        { connection, datastores: datastores(server), logins: loginsOn(site, name) },
        { parent, ...(vm ? { dependsOn: vm.resource } : {}) },
      );
      return [name, component];
    }),
  );
}

/** The storages that are datastores of backup servers, by id. */
export function createBackupStorages(
  site: Site,
  servers: BackupServers,
): Record<string, BackupServerStorage> {
  const { estate, secrets, parent } = site;
  return Object.fromEntries(
    backupStorages(estate).map(([id, storage]) => {
      const user = backupUser(id, storage);
      const login = servers[storage.server]?.logins[user];
      return [
        id,
        new BackupServerStorage(
          id,
          {
            storageId: id,
            server: addressOf(site, storage.server),
            datastore: storage.datastore,
            namespace: storage.namespace,
            username: user,
            password: passwordOf(site, id),
            fingerprint: fingerprintOf(site, servers, storage),
            encryptionKey: storage.encrypted ? secrets.storageEncryptionKeys[id] : undefined,
            nodes: storage.nodes,
          },
          { parent, ...(login ? { dependsOn: login } : {}) },
        ),
      ];
    }),
  );
}

/** The slot of a VM's disk as its guest sees it: QEMU's SCSI disks are called after their slot. */
export function diskPath(disk: string): string {
  return disk.startsWith("/") ? disk : `/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_drive-${disk}`;
}

function datastores({ datastores }: ManagedBackupServer): Record<string, Datastore> {
  return mapValues(datastores, ({ disk, ...datastore }) => ({
    ...datastore,
    ...(disk === undefined ? {} : { device: diskPath(disk) }),
  }));
}

/** One user for each storage of the cluster: what one may do, no other needs to. */
function loginsOn(site: Site, server: string) {
  return Object.fromEntries(
    backupStorages(site.estate)
      .filter(([, storage]) => storage.server === server)
      .map(([id, storage]) => [
        backupUser(id, storage),
        { datastore: storage.datastore, namespace: storage.namespace, password: passwordOf(site, id) },
      ]),
  );
}

function passwordOf({ secrets }: Site, id: string) {
  const password = secrets.storagePasswords[id];
  if (!password) throw new Error(`storage ${id} has no password; validation should have refused it`);
  return password;
}

function fingerprintOf({ estate }: Site, servers: BackupServers, { server: name }: BackupStorage) {
  const server = estate.backupServers[name];
  return server?.kind === "foreign" ? server.fingerprint : servers[name]?.fingerprint;
}

function addressOf({ estate }: Site, name: string): string {
  const server = estate.backupServers[name];
  const address = server && serverAddress(estate, server);
  if (!address) throw new Error(`backup server ${name} has no address; validation should have refused it`);
  return address;
}
