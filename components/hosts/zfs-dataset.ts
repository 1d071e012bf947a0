import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Connection, runHostScript } from "./host-script";

export interface ZfsDatasetArgs {
  readonly connection: Connection;
  /** Pool that is already there. */
  readonly pool: string;
  /** Dataset without the pool, such as `backup` or `guests/web`. */
  readonly dataset: string;
  /** ZFS properties to set. */
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * A ZFS dataset on one node, which Proxmox's API cannot make. An existing one is adopted; removing the resource
 * leaves the dataset and what is in it.
 *
 * @example
 * new ZfsDataset("tank-backup", { connection, pool: "tank", dataset: "backup", properties: { recordsize: "1M" } });
 */
export class ZfsDataset extends pulumi.ComponentResource {
  /** The command that made it. */
  readonly command: remote.Command;

  constructor(name: string, args: ZfsDatasetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:hosts:ZfsDataset", name, {}, opts);
    this.command = runHostScript(
      name,
      {
        connection: args.connection,
        script: "zfs-dataset",
        apply: datasetArguments(args),
      },
      { parent: this },
    );
    this.registerOutputs({ dataset: `${args.pool}/${args.dataset}` });
  }
}

/** What `zfs-dataset` is told to make a dataset with its properties. */
export function datasetArguments(args: Pick<ZfsDatasetArgs, "pool" | "dataset" | "properties">): string[] {
  const properties = Object.entries(args.properties).flatMap(([key, value]) => [
    "--property",
    `${key}=${value}`,
  ]);
  return ["apply", "--pool", args.pool, "--dataset", args.dataset, ...properties];
}
