import { isDeepStrictEqual } from "node:util";
import { storages, TYPES, volumeGroupOf } from "../../proxmox/cluster";
import type { CommandResult } from "../remote";
import { failed, made, nodeAt, type ScriptCall, single } from "./call";

/** `volume-group`: a volume group on a node's disks, or on LUNs that every node sees, with a thin pool. */
export function volumeGroup({ world, host, action, options }: ScriptCall): CommandResult {
  const fail = (message: string) => failed("volume-group", message);
  if (action !== "apply") throw fail(`want apply, got ${action}`);
  const value = (option: string) => options.find(([name]) => name === option)?.[1];
  const group = single("volume-group", options, "--group");
  const devices = options
    .filter(([option]) => option === "--device")
    .map(([, device]) => device)
    .sort();
  const target = value("--activate");
  const node = nodeAt(world, host);
  if (target !== undefined && !storages(world).some(({ id }) => id === target)) {
    throw fail(`the storage ${target} can't be activated on this host`);
  }
  const missing = devices.find((device) => !node?.disks.includes(device));
  if (missing !== undefined) throw fail(`there is no disk ${missing} on this host`);
  const there = volumeGroupOf(world, node?.name ?? "", group);
  if (there && !isDeepStrictEqual(there.inputs.devices, devices)) {
    throw fail(
      `there is a volume group ${group} already, and it is not the declared one; nothing was changed`,
    );
  }
  const used = there ? undefined : devices.find((device) => ownerOf({ world, host }, device) !== undefined);
  if (used !== undefined) throw fail(`refused ${used}: it has a signature; nothing was changed`);
  const inputs = {
    node: node?.name ?? "",
    group,
    devices,
    shared: target !== undefined,
    ...(value("--thin-pool") === undefined ? {} : { thinPool: value("--thin-pool") ?? "" }),
  };
  if (there && there.inputs.thinPool === inputs.thinPool) return { stdout: "", stderr: "", changes: [] };
  const key = there?.key ?? `${inputs.node}/${group}`;
  return made(world, TYPES.volumeGroup, key, inputs, `volume-group: ${group} created\n`);
}

/** The pool or group that a disk of a host belongs to. */
function ownerOf({ world, host }: Pick<ScriptCall, "world" | "host">, device: string) {
  const node = nodeAt(world, host)?.name;
  return [...world.list(TYPES.zfsPool), ...world.list(TYPES.volumeGroup)].find(
    ({ inputs }) =>
      (inputs.nodeName === node || inputs.node === node || inputs.shared === true) &&
      Array.isArray(inputs.devices) &&
      inputs.devices.includes(device),
  );
}
