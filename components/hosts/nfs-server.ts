import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Connection, runHostScript } from "./host-script";

export interface NfsServerArgs {
  /** The Debian host. */
  readonly connection: Connection;
  /** Exported folders by path, each with the options of its clients by network. */
  readonly exports: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Whether the host drops what others than these clients send to the NFS server; SSH is left as it is. */
  readonly firewall: boolean;
}

/**
 * A Debian host as NFS server: nfs-kernel-server installed and enabled, one export file a folder, and a firewall
 * around its ports. Removing an export takes the folder off the network and leaves what is in it.
 *
 * @example
 * new NfsServer("nas", { connection, firewall: true,
 *   exports: { "/srv/nfs/proxmox": { "192.0.2.0/24": ["rw", "sync"] } } });
 */
export class NfsServer extends pulumi.ComponentResource {
  /** The exports by path: storages on one depend on it. */
  readonly exports: Readonly<Record<string, remote.Command>>;

  constructor(name: string, args: NfsServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:hosts:NfsServer", name, { exports: args.exports }, opts);
    const firewall = args.firewall ? [this.createFirewall(name, args)] : [];
    this.exports = Object.fromEntries(
      Object.entries(args.exports).map(([path, clients]) => [
        path,
        runHostScript(
          `${name}${path}`,
          {
            connection: args.connection,
            script: "nfs-export",
            apply: exportArguments(path, clients),
            remove: unexportArguments(path),
          },
          // Nobody is let in before the strangers are kept out; and apt installs for one at a time.
          { parent: this, dependsOn: firewall },
        ),
      ]),
    );
    this.registerOutputs({ host: args.connection.host });
  }

  private createFirewall(name: string, { connection, exports }: NfsServerArgs): remote.Command {
    return runHostScript(
      `${name}-firewall`,
      {
        connection,
        script: "nfs-firewall",
        apply: firewallArguments(Object.values(exports).flatMap((clients) => Object.keys(clients))),
        remove: ["remove"],
      },
      { parent: this },
    );
  }
}

/** What `nfs-export` is told to export a folder to the networks of `clients`, each with its options. */
export function exportArguments(
  path: string,
  clients: Readonly<Record<string, readonly string[]>>,
): string[] {
  const each = Object.entries(clients);
  return [
    "apply",
    "--path",
    path,
    ...each.flatMap(([client, options]) => ["--client", client, "--options", options.join(",")]),
  ];
}

/** What `nfs-export` is told to take a folder off the network. */
export function unexportArguments(path: string): string[] {
  return ["remove", "--path", path];
}

/** What `nfs-firewall` is told to let these networks in, in whatever order they are declared, and nobody else. */
export function firewallArguments(clients: readonly string[]): string[] {
  return ["apply", ...[...new Set(clients)].sort().flatMap((client) => ["--client", client])];
}
