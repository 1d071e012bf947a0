import type { Change } from "./description";

const DATASTORE = {
  path: "/srv/backup",
  disk: "scsi1",
  namespaces: ["prod"],
  prune: { retention: { daily: 7 } },
};

/** A backup server on a VM of the dev cluster, and a storage on it. */
export const BACKUP_SERVER: readonly Change[] = [
  [
    ["guests", "pbs1"],
    {
      kind: "vm",
      id: 170,
      node: "blckpink02",
      memory: "4 GiB",
      disks: {
        scsi0: { storage: "vmc-pool", size: "16 GiB", image: "alpine-3.22" },
        scsi1: { storage: "vmc-pool", size: "1 TiB" },
      },
      nics: { net0: { bridge: "vmbr0", address: "192.168.137.40/24" } },
      cloudInitStorage: "vmc-pool",
      user: "root",
      sshKeys: ["ssh-ed25519 AAAA estate"],
    },
  ],
  [["backupServers"], { pbs1: { kind: "vm", guest: "pbs1", datastores: { main: DATASTORE } } }],
  [["storages", "pbs"], { type: "pbs", server: "pbs1", datastore: "main", namespace: "prod" }],
];
