import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Connection, runHostScript } from "./host-script";

export interface VolumeGroupArgs {
  readonly connection: Connection;
  /** Name of the node, for those that read what is declared; it is the connection that decides. */
  readonly node?: string;
  readonly group: string;
  /** Whole disks or LUNs, by paths that stay: below /dev/disk/by-id. */
  readonly devices: readonly string[];
  /** The storage that brings the disks: Proxmox connects an iSCSI target before they are looked for. */
  readonly activate?: string;
  readonly thinPool?: {
    readonly name: string;
    /** GiB; all of the room when absent. */
    readonly size?: number;
  };
}

/**
 * An LVM volume group on one host, made on disks that hold nothing or adopted as it is, with a thin pool if wanted;
 * anything else on a disk stops the run before a byte is written. Protected, and removing it leaves the group.
 *
 * @example
 * new VolumeGroup("pve1/fast", { connection, group: "fast", devices: ["/dev/disk/by-id/nvme-A"],
 *   thinPool: { name: "data" } });
 */
export class VolumeGroup extends pulumi.ComponentResource {
  /** The command that made it: storages on it depend on this. */
  readonly command: remote.Command;

  constructor(name: string, args: VolumeGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    const { connection, ...said } = args;
    super("hybrid-estate:hosts:VolumeGroup", name, said, opts);
    this.command = runHostScript(
      name,
      { connection, script: "volume-group", apply: volumeGroupArguments(args) },
      { parent: this, protect: true },
    );
    this.registerOutputs({ group: args.group });
  }
}

/** What `volume-group` is told to make a group, or to adopt the one that is there. */
export function volumeGroupArguments(args: Omit<VolumeGroupArgs, "connection">): string[] {
  const { group, activate, devices, thinPool } = args;
  return [
    "apply",
    "--group",
    group,
    ...(activate === undefined ? [] : ["--activate", activate]),
    ...devices.flatMap((device) => ["--device", device]),
    ...(thinPool ? ["--thin-pool", thinPool.name] : []),
    ...(thinPool?.size === undefined ? [] : ["--thin-pool-gib", String(thinPool.size)]),
  ];
}
