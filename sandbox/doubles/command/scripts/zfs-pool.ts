import { isDeepStrictEqual } from "node:util";
import { TYPES } from "../../proxmox/cluster";
import type { CommandResult } from "../remote";
import { failed, made, nodeAt, type ScriptCall, single } from "./call";

/** `zfs-pool`: a pool on a node's disks. */
export function zfsPool({ world, host, action, options }: ScriptCall): CommandResult {
  if (action !== "apply") throw failed("zfs-pool", `want apply, got ${action}`);
  const value = (option: string) => single("zfs-pool", options, option);
  const devices = options
    .filter(([option]) => option === "--device")
    .map(([, device]) => device)
    .sort();
  const node = nodeAt(world, host);
  const [name, raidlevel, ashift] = [value("--pool"), value("--raidlevel"), Number(value("--ashift"))];
  const draid = options
    .filter(([option]) => option.startsWith("--draid-"))
    .map(([, amount]) => Number(amount));
  const inputs = { nodeName: node?.name ?? "", name, raidlevel, draid, ashift, devices };
  const there = world.find(TYPES.zfsPool, `${inputs.nodeName}/${name}`);
  if (there) {
    const same = (["devices", "raidlevel", "draid", "ashift"] as const).every((property) =>
      isDeepStrictEqual(there.inputs[property], inputs[property]),
    );
    if (!same) {
      throw failed(
        "zfs-pool",
        `there is a pool ${name} already, and it is not the declared one; nothing was changed`,
      );
    }
    return { stdout: "", stderr: "", changes: [] };
  }
  for (const device of devices) {
    const owner = world
      .list(TYPES.zfsPool)
      .filter((pool) => pool.inputs.nodeName === inputs.nodeName)
      .find((pool) => Array.isArray(pool.inputs.devices) && pool.inputs.devices.includes(device));
    if (!node?.disks.includes(device)) throw failed("zfs-pool", `there is no disk ${device} on this host`);
    if (owner) {
      throw failed(
        "zfs-pool",
        `refused ${device}: it belongs to the ZFS pool ${owner.inputs.name}; nothing was changed`,
      );
    }
  }
  return made(world, TYPES.zfsPool, `${inputs.nodeName}/${name}`, inputs, `zfs-pool: ${name} created\n`);
}
