import { disk } from "@muhlba91/pulumi-proxmoxve/node";
import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../hosts/host-script";
import { ZfsDataset } from "../hosts/zfs-dataset";

export interface ZfsPoolArgs {
  /** Pool name, the same on every node. */
  readonly pool: string;
  /** Nodes that get the pool, each with how to reach it over SSH (datasets have no API). */
  readonly nodes: Readonly<Record<string, Connection>>;
  readonly raidlevel: pulumi.Input<string>;
  /** Whole disks. */
  readonly devices: pulumi.Input<pulumi.Input<string>[]>;
  /** Sector size as a power of two. */
  readonly ashift: pulumi.Input<number>;
  readonly compression: pulumi.Input<string>;
  /** Datasets below the pool with their ZFS properties. */
  readonly datasets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * The same ZFS pool, with the same datasets, on several nodes. Protected, and never wiped: destroying it from
 * state leaves disks and datasets as they are (bpg #1163, #2952).
 *
 * @example
 * new ZfsPool("tank", { pool: "tank", nodes: { pve1: connection }, raidlevel: "mirror",
 *   devices: ["/dev/disk/by-id/a", "/dev/disk/by-id/b"], ashift: 12, compression: "on", datasets: { backup: {} } });
 */
export class ZfsPool extends pulumi.ComponentResource {
  /** What has to exist before a storage on the pool can: the pools and the datasets of all nodes. */
  readonly members: readonly pulumi.Resource[];

  constructor(name: string, args: ZfsPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:ZfsPool", name, {}, opts);
    this.members = Object.entries(args.nodes).flatMap(([node, connection]) => {
      const pool = this.createPool(`${node}/${name}`, node, args);
      const datasets = Object.entries(args.datasets).map(
        ([dataset, properties]) =>
          new ZfsDataset(
            `${node}/${name}/${dataset}`,
            { connection, pool: args.pool, dataset, properties },
            { parent: this, dependsOn: pool },
          ).command,
      );
      return [pool, ...datasets];
    });
    this.registerOutputs({ pool: args.pool });
  }

  private createPool(name: string, nodeName: string, args: ZfsPoolArgs): disk.Zfs {
    return new disk.Zfs(
      name,
      {
        nodeName,
        name: args.pool,
        raidlevel: args.raidlevel,
        devices: args.devices,
        ashift: args.ashift,
        compression: args.compression,
        // The storage entry is declared as a storage of its own; disks are never wiped by us.
        addStorage: false,
        cleanupConfig: false,
        cleanupDisks: false,
      },
      { parent: this, protect: true },
    );
  }
}
