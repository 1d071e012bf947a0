import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Connection, runHostScript } from "./host-script";
import { framed } from "./monitoring/files";
import { NODE_CERTIFICATE, nodeArguments, nodeFiles } from "./monitoring/node-files";

export interface WatchedNodeArgs {
  readonly connection: Connection;
  /** Address that the exporter listens on. */
  readonly address: string;
  /** Storages of the node whose newest backups it tells. */
  readonly backupStorages: readonly string[];
  /** Certificate and key that the exporter answers with; the node's own in a cluster when absent. */
  readonly certificate?: { readonly certificate: string; readonly key: string };
}

/**
 * A Proxmox VE node that Prometheus can ask: node_exporter over TLS on one address, and a timer for what it does not
 * know (ZFS pools, votes, backups). Removing it stops both.
 *
 * @example
 * new WatchedNode("pve1", { connection, address: "192.0.2.11", backupStorages: ["pbs"] });
 */
export class WatchedNode extends pulumi.ComponentResource {
  /** The command that configured it. */
  readonly command: remote.Command;

  constructor(name: string, args: WatchedNodeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:hosts:WatchedNode", name, {}, opts);
    const { connection, address, backupStorages, certificate = NODE_CERTIFICATE } = args;
    this.command = runHostScript(
      `${name}-metrics`,
      {
        connection,
        script: "monitoring",
        apply: nodeArguments(certificate),
        remove: ["remove", "--role", "node"],
        input: framed(nodeFiles({ address, backupStorages, ...certificate })),
      },
      { parent: this },
    );
    this.registerOutputs({ address });
  }
}
