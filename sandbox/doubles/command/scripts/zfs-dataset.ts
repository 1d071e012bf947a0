import { hasDataset, TYPES } from "../../proxmox/cluster";
import type { CommandResult } from "../remote";
import { failed, made, nodeAt, type ScriptCall, single } from "./call";

/** `zfs-dataset`: a dataset on a node. */
export function zfsDataset({ world, host, action, options }: ScriptCall): CommandResult {
  if (action !== "apply") throw failed("zfs-dataset", `want apply, got ${action}`);
  const [pool, dataset] = [
    single("zfs-dataset", options, "--pool"),
    single("zfs-dataset", options, "--dataset"),
  ];
  const node = nodeAt(world, host)?.name ?? "";
  if (!hasDataset(world, node, pool)) throw failed("zfs-dataset", `there is no pool ${pool} on this host`);
  const properties = options
    .filter(([option]) => option === "--property")
    .map(([, value]) => value.split(/=(.*)/s, 2));
  const name = `${pool}/${dataset}`;
  return made(
    world,
    TYPES.zfsDataset,
    `${node}:${name}`,
    Object.fromEntries(properties),
    `zfs-dataset: ${name} created\n`,
  );
}
