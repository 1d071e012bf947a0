import { Cifs, Directory, Lvm, Lvmthin, Nfs, Zfspool } from "@muhlba91/pulumi-proxmoxve/storage";
import * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../hosts/host-script";
import { createByScript } from "./storage-script";

/** How many backups of a guest a storage keeps, by period. */
export interface Retention {
  readonly last?: number;
  readonly hourly?: number;
  readonly daily?: number;
  readonly weekly?: number;
  readonly monthly?: number;
  readonly yearly?: number;
}

/** What kind of storage it is, and what stands behind it. */
export type StorageBacking =
  | {
      readonly type: "directory";
      readonly path: string;
      readonly shared: boolean;
      readonly retention?: Retention;
    }
  | {
      readonly type: "zfspool";
      readonly pool: string;
      readonly thinProvision: boolean;
      /** Such as `16k`; Proxmox's default when absent. */
      readonly blockSize?: string;
    }
  | {
      readonly type: "lvm";
      readonly volumeGroup: string;
      readonly shared: boolean;
      readonly wipeRemovedVolumes: boolean;
    }
  | { readonly type: "lvmthin"; readonly volumeGroup: string; readonly thinPool: string }
  | {
      readonly type: "nfs";
      readonly server: string;
      readonly export: string;
      readonly options: string;
      readonly retention?: Retention;
    }
  | {
      readonly type: "cifs";
      readonly server: string;
      readonly share: string;
      readonly username: string;
      /** A new one replaces the entry, which its protection stops: lift that for the run. */
      readonly password: pulumi.Input<string>;
      readonly domain?: string;
      readonly subdirectory?: string;
      readonly options?: string;
      readonly retention?: Retention;
    }
  | ScriptBacking;

/** Kinds that the provider does not know: a script on a node declares them. */
export type ScriptBacking = {
  /** A node of the cluster, whichever: the entry is the whole cluster's. */
  readonly connection: Connection;
} & (
  | { readonly type: "iscsi"; readonly portal: string; readonly target: string }
  | { readonly type: "rbd"; readonly pool: string; readonly krbd: boolean }
  | { readonly type: "cephfs"; readonly fileSystem: string; readonly retention?: Retention }
);

export interface StorageArgs {
  /** Storage id, unique in the cluster. */
  readonly storageId: string;
  /** What it may hold: Proxmox's content types. */
  readonly content: readonly string[];
  /** Nodes that may use it; every node when absent. */
  readonly nodes?: readonly string[];
  readonly backing: StorageBacking;
  /** The installer made it: the first `up` imports it, and stops if it is not as declared. */
  readonly existing: boolean;
}

/**
 * One storage of the cluster (`/etc/pve/storage.cfg`), protected. Removing it takes the entry away and leaves the
 * data.
 *
 * @example
 * new Storage("nas", { storageId: "nas", content: ["images"], existing: false,
 *   backing: { type: "nfs", server: "192.0.2.5", export: "/srv/nfs", options: "vers=4.2" } });
 */
export class Storage extends pulumi.ComponentResource {
  /** The storage itself: guests on it depend on this. */
  readonly resource: pulumi.CustomResource;

  constructor(name: string, args: StorageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:Storage", name, described(args), opts);
    this.resource = createStorage(name, args, {
      parent: this,
      protect: true,
      // Its id is fixed: another one beside it is refused.
      deleteBeforeReplace: true,
      ...(args.existing ? { import: args.storageId } : {}),
    });
    this.registerOutputs({ storageId: args.storageId });
  }
}

/** What policies read of the component: what it is, without its secrets. */
function described({ storageId, content, nodes, existing, backing }: StorageArgs) {
  const { connection: _, password: __, ...rest } = { connection: undefined, password: undefined, ...backing };
  return { storageId, content, nodes, existing, backing: rest };
}

function createStorage(
  name: string,
  args: StorageArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const { backing } = args;
  const common = {
    resourceId: args.storageId,
    contents: [...args.content],
    nodes: args.nodes && [...args.nodes],
    disable: false,
  };
  switch (backing.type) {
    case "directory": {
      const { path, shared, retention } = backing;
      return new Directory(name, { ...common, path, shared, backups: backups(retention) }, opts);
    }
    case "zfspool": {
      const { pool, thinProvision, blockSize } = backing;
      return new Zfspool(name, { ...common, zfsPool: pool, thinProvision, blocksize: blockSize }, opts);
    }
    case "lvm": {
      const { volumeGroup, shared, wipeRemovedVolumes } = backing;
      return new Lvm(name, { ...common, volumeGroup, shared, wipeRemovedVolumes }, opts);
    }
    case "lvmthin": {
      const { volumeGroup, thinPool } = backing;
      return new Lvmthin(name, { ...common, volumeGroup, thinPool }, opts);
    }
    case "nfs": {
      const { server, export: path, options, retention } = backing;
      return new Nfs(name, { ...common, server, export: path, options, backups: backups(retention) }, opts);
    }
    case "cifs": {
      const { type: _, retention, ...share } = backing;
      return new Cifs(name, { ...common, ...share, backups: backups(retention) }, opts);
    }
    default:
      return createByScript(name, args, backing, opts);
  }
}

function backups(retention: Retention | undefined) {
  if (retention === undefined) return undefined;
  const { last, hourly, daily, weekly, monthly, yearly } = retention;
  return {
    keepAll: false,
    keepLast: last,
    keepHourly: hourly,
    keepDaily: daily,
    keepWeekly: weekly,
    keepMonthly: monthly,
    keepYearly: yearly,
  };
}
