import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Connection, runHostScript } from "./host-script";

export interface NfsCheckArgs {
  /** The host that is to mount the export. */
  readonly connection: Connection;
  /** Address of the server. */
  readonly server: string;
  readonly export: string;
  /** Mount options, as the storage has them. */
  readonly options: string;
  /** Whether the host may write there; then it does, to a file of its own that it removes again. */
  readonly access: "ro" | "rw";
}

/**
 * A host proves that it can mount an NFS export as declared: it does, below /run, and takes it down again. It does so
 * again whenever any of this changes, and a storage on the export waits for it.
 *
 * @example
 * new NfsCheck("pve1/nas", { connection, server: "192.0.2.5", export: "/srv/nfs", options: "vers=4.2", access: "rw" });
 */
export class NfsCheck extends pulumi.ComponentResource {
  /** The command that mounted it. */
  readonly command: remote.Command;

  constructor(name: string, args: NfsCheckArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:hosts:NfsCheck", name, {}, opts);
    this.command = runHostScript(
      name,
      { connection: args.connection, script: "nfs-check", apply: checkArguments(args) },
      { parent: this },
    );
    this.registerOutputs({ export: `${args.server}:${args.export}` });
  }
}

/** What `nfs-check` is told to mount. */
export function checkArguments(args: Omit<NfsCheckArgs, "connection">): string[] {
  const { server, options, access } = args;
  return ["apply", "--server", server, "--export", args.export, "--options", options, "--access", access];
}
