import { Pbs } from "@muhlba91/pulumi-proxmoxve/storage";
import * as pulumi from "@pulumi/pulumi";

export interface BackupServerStorageArgs {
  /** Storage id, unique in the cluster. */
  readonly storageId: pulumi.Input<string>;
  /** Address or host name of the Proxmox Backup Server. */
  readonly server: pulumi.Input<string>;
  readonly datastore: pulumi.Input<string>;
  /** Namespace of the datastore; its root when absent. */
  readonly namespace?: pulumi.Input<string>;
  /** `user@realm`, or `user@realm!token`. */
  readonly username: pulumi.Input<string>;
  /** The user's password or the token's secret; a secret. */
  readonly password: pulumi.Input<string>;
  /** SHA-256 fingerprint of the server's certificate; absent where a public authority signed it. */
  readonly fingerprint?: pulumi.Input<string>;
  /** The client's key file; a secret. Backups are not encrypted without one. */
  readonly encryptionKey?: pulumi.Input<string>;
  /** Nodes that may use it; every node when absent. */
  readonly nodes?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * A datastore of a Proxmox Backup Server as storage of the cluster, protected. The provider can only change the
 * fingerprint and the nodes: another server, datastore, namespace, user, password or key is another storage to it,
 * which the protection stops. Removing one never touches the backups, but takes the cluster's copy of the
 * encryption key with it: keep another.
 *
 * A key that Proxmox generates is not offered: it would only live on the cluster whose loss the backups are for.
 *
 * @example
 * new BackupServerStorage("pbs", { storageId: "pbs", server: "192.0.2.30", datastore: "main", namespace: "prod",
 *   username: "pbs@pbs", password, fingerprint, encryptionKey });
 */
export class BackupServerStorage extends pulumi.ComponentResource {
  /** The storage itself: jobs that write to it depend on this. */
  readonly resource: pulumi.CustomResource;

  constructor(name: string, args: BackupServerStorageArgs, opts?: pulumi.ComponentResourceOptions) {
    const { storageId, password, encryptionKey, ...plain } = args;
    super("hybrid-estate:proxmox:BackupServerStorage", name, { storageId, ...plain }, opts);
    this.resource = new Pbs(
      name,
      {
        resourceId: storageId,
        contents: ["backup"],
        disable: false,
        ...plain,
        password: pulumi.secret(password),
        encryptionKey: encryptionKey === undefined ? undefined : pulumi.secret(encryptionKey),
      },
      // Two storages of one id cannot be there at once.
      { parent: this, protect: true, deleteBeforeReplace: true },
    );
    this.registerOutputs({ storageId });
  }
}
