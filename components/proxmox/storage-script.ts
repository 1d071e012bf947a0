import type * as pulumi from "@pulumi/pulumi";
import { runHostScript } from "../hosts/host-script";
import type { Retention, ScriptBacking, StorageArgs } from "./storage";

/** A storage of a kind that the provider does not know, declared by the script `pve-storage`. */
export function createByScript(
  name: string,
  args: Omit<StorageArgs, "backing">,
  backing: ScriptBacking,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  return runHostScript(
    name,
    {
      connection: backing.connection,
      script: "pve-storage",
      apply: storageArguments(args, backing),
      remove: ["remove", "--storage", args.storageId, "--type", backing.type],
    },
    // The script adopts by itself; there is nothing to import.
    { ...opts, import: undefined },
  );
}

/** What `pve-storage` is told to declare a storage, or to adopt the one that is there. */
export function storageArguments(
  { storageId, content, nodes }: Pick<StorageArgs, "storageId" | "content" | "nodes">,
  backing: ScriptBacking,
): string[] {
  const settings = {
    ...identity(backing),
    content: content.length === 0 ? "none" : content.join(","),
    ...(nodes ? { nodes: nodes.join(",") } : {}),
  };
  return [
    "apply",
    "--storage",
    storageId,
    "--type",
    backing.type,
    ...Object.entries(settings).flatMap(([key, value]) => ["--set", `${key}=${value}`]),
  ];
}

function identity(backing: ScriptBacking): Record<string, string> {
  switch (backing.type) {
    case "iscsi":
      return { portal: backing.portal, target: backing.target };
    case "rbd":
      return { pool: backing.pool, krbd: backing.krbd ? "1" : "0" };
    case "cephfs":
      return { "fs-name": backing.fileSystem, ...pruned(backing.retention) };
  }
}

/** Proxmox's own words for what is kept. */
function pruned(retention: Retention | undefined): Record<string, string> {
  const kept = Object.entries(retention ?? {}).filter(([, count]) => count !== undefined);
  return kept.length === 0
    ? {}
    : { "prune-backups": kept.map(([period, count]) => `keep-${period}=${count}`).join(",") };
}
