import { Directory, Lvmthin, Nfs, Zfspool } from "@muhlba91/pulumi-proxmoxve/storage";
import * as pulumi from "@pulumi/pulumi";

/** What kind of storage it is, and what stands behind it. */
export type StorageBacking =
  | { readonly type: "directory"; readonly path: string; readonly shared: boolean }
  | { readonly type: "zfspool"; readonly pool: string; readonly thinProvision: boolean }
  | { readonly type: "lvmthin"; readonly volumeGroup: string; readonly thinPool: string }
  | { readonly type: "nfs"; readonly server: string; readonly export: string; readonly options: string };

export interface StorageArgs {
  /** Storage id, unique in the cluster. */
  readonly storageId: string;
  /** What it may hold: Proxmox's content types. */
  readonly content: pulumi.Input<pulumi.Input<string>[]>;
  /** Nodes that may use it; every node when absent. */
  readonly nodes?: pulumi.Input<pulumi.Input<string>[]>;
  readonly backing: StorageBacking;
  /** The installer made it: the first `up` imports it, and stops if it is not as declared. */
  readonly existing: boolean;
}

/**
 * One storage of the cluster (`/etc/pve/storage.cfg`), protected.
 *
 * @example
 * new Storage("nas", { storageId: "nas", content: ["images"], existing: false,
 *   backing: { type: "nfs", server: "192.0.2.5", export: "/srv/nfs", options: "vers=4.2" } });
 */
export class Storage extends pulumi.ComponentResource {
  /** The storage itself: guests on it depend on this. */
  readonly resource: pulumi.CustomResource;

  constructor(name: string, args: StorageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:Storage", name, args, opts);
    this.resource = this.createStorage(name, args, {
      parent: this,
      protect: true,
      ...(args.existing ? { import: args.storageId } : {}),
    });
    this.registerOutputs({ storageId: args.storageId });
  }

  private createStorage(
    name: string,
    args: StorageArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.CustomResource {
    const { backing } = args;
    const common = { resourceId: args.storageId, contents: args.content, nodes: args.nodes, disable: false };
    switch (backing.type) {
      case "directory":
        return new Directory(name, { ...common, path: backing.path, shared: backing.shared }, opts);
      case "zfspool":
        return new Zfspool(
          name,
          { ...common, zfsPool: backing.pool, thinProvision: backing.thinProvision },
          opts,
        );
      case "lvmthin":
        return new Lvmthin(
          name,
          { ...common, volumeGroup: backing.volumeGroup, thinPool: backing.thinPool },
          opts,
        );
      case "nfs":
        return new Nfs(
          name,
          { ...common, server: backing.server, export: backing.export, options: backing.options },
          opts,
        );
    }
  }
}
