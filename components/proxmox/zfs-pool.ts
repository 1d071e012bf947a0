import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../hosts/host-script";
import { ZfsDataset } from "../hosts/zfs-dataset";
import { type PoolLayout, ZfsDisks } from "../hosts/zfs-pool";

/** A node that gets the pool. */
export interface ZfsPoolNode {
  /** How to reach it over SSH: neither adopting a pool nor datasets have an API. */
  readonly connection: Connection;
  /** The node's whole disks, by paths that stay: below /dev/disk/by-id. */
  readonly devices: readonly string[];
}

export interface ZfsPoolArgs extends Omit<PoolLayout, "devices"> {
  /** The same pool name on every one of these nodes. */
  readonly nodes: Readonly<Record<string, ZfsPoolNode>>;
  /** Datasets below the pool with their ZFS properties. A property taken away here keeps its value on the hosts. */
  readonly datasets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * The same ZFS pool, with the same datasets, on several nodes. A script makes it, as Proxmox's API can't adopt a
 * pool that is there. Protected, and never wiped: destroying it from state leaves disks and datasets as they are.
 *
 * @example
 * new ZfsPool("tank", { pool: "tank", raidlevel: "mirror", ashift: 12, compression: "on", datasets: { backup: {} },
 *   nodes: { pve1: { connection, devices: ["/dev/disk/by-id/ata-A", "/dev/disk/by-id/ata-B"] } } });
 */
export class ZfsPool extends pulumi.ComponentResource {
  /** What has to exist before a storage on the pool can: the pools and the datasets of all nodes. */
  readonly members: readonly pulumi.Resource[];

  constructor(name: string, args: ZfsPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    const { nodes, datasets, ...layout } = args;
    // Policies read from these which pools there are, and where.
    super("hybrid-estate:proxmox:ZfsPool", name, { pool: args.pool, nodes: Object.keys(nodes) }, opts);
    this.members = Object.entries(nodes).flatMap(([node, { connection, devices }]) => {
      const { command: pool } = new ZfsDisks(
        `${node}/${name}`,
        { ...layout, connection, devices },
        { parent: this },
      );
      const made = Object.entries(datasets).map(
        ([dataset, properties]) =>
          new ZfsDataset(
            `${node}/${name}/${dataset}`,
            { connection, pool: args.pool, dataset, properties },
            { parent: this, dependsOn: pool },
          ).command,
      );
      return [pool, ...made];
    });
    this.registerOutputs({ pool: args.pool });
  }
}
