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
  if (devices.length === 0) throw fail("apply wants at least one --device");
  if (value("--thin-pool-gib") !== undefined && value("--thin-pool") === undefined) {
    throw fail("--thin-pool-gib wants a --thin-pool");
  }
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
  // A group keeps a thin pool that is no longer asked for.
  const thinPool = value("--thin-pool") ?? there?.inputs.thinPool;
  if (there && there.inputs.thinPool === thinPool) return { stdout: "", stderr: "", changes: [] };
  const inputs = {
    node: node?.name ?? "",
    group,
    devices,
    shared: target !== undefined,
    ...(thinPool === undefined ? {} : { thinPool }),
  };
  const key = there?.key ?? `${inputs.node}/${group}`;
  const created = [...(there ? [] : [group]), ...(thinPool === undefined ? [] : [`${group}/${thinPool}`])];
  const said = created.map((name) => `volume-group: ${name} created\n`).join("");
  return made(world, TYPES.volumeGroup, key, inputs, said);
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
