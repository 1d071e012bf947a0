import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Connection, runHostScript } from "./host-script";

/** Levels of redundancy, in Proxmox's words. */
export type RaidLevel =
  | "single"
  | "mirror"
  | "raid10"
  | "raidz"
  | "raidz2"
  | "raidz3"
  | "draid"
  | "draid2"
  | "draid3";

/** A pool on whole disks of one host. */
export interface PoolLayout {
  readonly pool: string;
  readonly raidlevel: RaidLevel;
  /** Only for draid: data disks in a group, and spares that are spread over all of the disks. */
  readonly draid?: { readonly data: number; readonly spares: number };
  /** Sector size as a power of two, from 9 to 16. */
  readonly ashift: number;
  /** `on`, `off` or an algorithm of zfsprops(7). */
  readonly compression: string;
  /** Paths below /dev; those of /dev/disk/by-id outlive a change of the cabling. raid10 mirrors them two by two. */
  readonly devices: readonly string[];
}

export interface ZfsDisksArgs extends PoolLayout {
  readonly connection: Connection;
}

/**
 * A ZFS pool on the disks of one host, made where they hold nothing and adopted where they hold that pool; anything
 * else on a disk stops the run before a byte is written. Protected, and removing it leaves the pool as it is.
 *
 * @example
 * new ZfsDisks("pve1/tank", { connection, pool: "tank", raidlevel: "mirror", ashift: 12, compression: "on",
 *   devices: ["/dev/disk/by-id/ata-A", "/dev/disk/by-id/ata-B"] });
 */
export class ZfsDisks extends pulumi.ComponentResource {
  /** The command that made it. */
  readonly command: remote.Command;

  constructor(name: string, args: ZfsDisksArgs, opts?: pulumi.ComponentResourceOptions) {
    const { raidlevel, devices } = args;
    super("hybrid-estate:hosts:ZfsDisks", name, { raidlevel, devices }, opts);
    this.command = runHostScript(
      name,
      { connection: args.connection, script: "zfs-pool", apply: poolArguments(args) },
      { parent: this, protect: true },
    );
    this.registerOutputs({ pool: args.pool });
  }
}

/** What `zfs-pool` is told to make a pool, or to adopt the one that is there. */
export function poolArguments(layout: PoolLayout): string[] {
  const { draid } = layout;
  return [
    "apply",
    "--pool",
    layout.pool,
    "--raidlevel",
    layout.raidlevel,
    ...(draid ? ["--draid-data", String(draid.data), "--draid-spares", String(draid.spares)] : []),
    "--ashift",
    String(layout.ashift),
    "--compression",
    layout.compression,
    ...layout.devices.flatMap((device) => ["--device", device]),
  ];
}
