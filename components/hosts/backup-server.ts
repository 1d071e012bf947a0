import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../records";
import { type Connection, runHostScript } from "./host-script";

/** What is kept of each guest, by period. */
export type Kept = Readonly<
  Partial<Record<"daily" | "hourly" | "last" | "monthly" | "weekly" | "yearly", number>>
>;

export interface Datastore {
  /** Folder of the datastore. */
  readonly path: string;
  /** Whole disk that is mounted there, by a path of /dev/disk/by-id: formatted if nothing is on it. */
  readonly device?: string;
  readonly namespaces: readonly string[];
  readonly prune: { readonly schedule: string; readonly retention: Kept };
  /** Calendar event. */
  readonly garbageCollection: string;
  readonly verify: { readonly schedule: string; readonly outdatedAfterDays: number };
}

/** A user that may back up into one namespace and restore from it, and nothing else: not prune, not see others. */
export interface BackupLogin {
  readonly datastore: string;
  /** The datastore's root, and with it every namespace, when absent. */
  readonly namespace?: string;
  /** A secret of 8 to 64 letters. */
  readonly password: pulumi.Input<string>;
}

export interface BackupServerArgs {
  /** The Debian 13 host; scripts run as root. */
  readonly connection: Connection;
  readonly datastores: Readonly<Record<string, Datastore>>;
  /** By user id, such as `cluster@pbs`. */
  readonly logins: Readonly<Record<string, BackupLogin>>;
}

/**
 * A Debian host as Proxmox Backup Server: the packages of Proxmox's repository, datastores with their namespaces and
 * jobs for prune, garbage collection and verification, and a user for each cluster storage. Removing a user revokes
 * it; a datastore that is taken out is left as it is, with its backups.
 *
 * @example
 * const server = new BackupServer("pbs", { connection,
 *   datastores: { main: { path: "/srv/backup", namespaces: ["prod"], prune: { schedule: "daily", retention: { daily: 7 } },
 *     garbageCollection: "daily", verify: { schedule: "sat 12:00", outdatedAfterDays: 30 } } },
 *   logins: { "cluster@pbs": { datastore: "main", namespace: "prod", password } } });
 */
export class BackupServer extends pulumi.ComponentResource {
  /** SHA-256 fingerprint of the server's certificate. */
  readonly fingerprint: pulumi.Output<string>;
  /** The users by id: a storage that logs in as one depends on it. */
  readonly logins: Readonly<Record<string, remote.Command>>;

  constructor(name: string, args: BackupServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:hosts:BackupServer", name, { datastores: args.datastores }, opts);
    const { connection } = args;
    const server = runHostScript(
      name,
      { connection, script: "pbs-server", apply: ["apply"] },
      { parent: this },
    );
    // Nothing has run, and there is no output, where the engine is a mock.
    this.fingerprint = server.stdout.apply((text: string | undefined) => text?.trim() ?? "");
    const datastores = mapValues(args.datastores, (datastore, store) =>
      runHostScript(
        `${name}/${store}`,
        { connection, script: "pbs-datastore", apply: datastoreArguments(store, datastore) },
        { parent: this, dependsOn: server },
      ),
    );
    this.logins = mapValues(args.logins, (login, user) =>
      runHostScript(
        `${name}/${user}`,
        {
          connection,
          script: "pbs-access",
          apply: accessArguments(user, login),
          remove: revokeArguments(user),
          input: pulumi.secret(pulumi.interpolate`${login.password}\n`),
        },
        { parent: this, dependsOn: datastores[login.datastore] ?? server },
      ),
    );
    this.registerOutputs({ host: connection.host, fingerprint: this.fingerprint });
  }
}

/** What `pbs-datastore` is told to make a datastore, or to adopt the one that is there. */
export function datastoreArguments(name: string, datastore: Datastore): string[] {
  const { path, device, namespaces, prune, garbageCollection, verify } = datastore;
  const kept = Object.entries(prune.retention).filter(([, count]) => count > 0);
  return [
    "apply",
    "--name",
    name,
    "--path",
    path,
    ...(device === undefined ? [] : ["--device", device]),
    "--garbage-collection",
    garbageCollection,
    "--prune",
    prune.schedule,
    ...kept.flatMap(([period, count]) => ["--keep", `${period}=${count}`]),
    "--verify",
    verify.schedule,
    "--outdated-after",
    String(verify.outdatedAfterDays),
    ...namespaces.flatMap((namespace) => ["--namespace", namespace]),
  ];
}

/** What `pbs-access` is told to let a user back up; the password comes on standard input. */
export function accessArguments(user: string, { datastore, namespace }: BackupLogin): string[] {
  return [
    "apply",
    "--user",
    user,
    "--datastore",
    datastore,
    ...(namespace === undefined ? [] : ["--namespace", namespace]),
  ];
}

/** What `pbs-access` is told to take a user away; its backups stay. */
export function revokeArguments(user: string): string[] {
  return ["remove", "--user", user];
}
