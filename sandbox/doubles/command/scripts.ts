import { isDeepStrictEqual } from "node:util";
import { parse } from "shell-quote";
import type { InstalledNode, Properties, World } from "../../world";
import { type Operation, Refusal } from "../behaviour";
import { hasDataset, TYPES } from "../proxmox/cluster";
import type { CommandResult } from "./remote";

/** One call of a host script: `apply --path /srv --client 192.0.2.0/24 --options rw`. */
interface ScriptCall {
  readonly world: World;
  readonly host: string;
  readonly action: string;
  /** Options in order. */
  readonly options: readonly (readonly [string, string])[];
}

type HostScript = (call: ScriptCall) => CommandResult;

const HOST_SCRIPTS: Readonly<Record<string, HostScript>> = {
  "nfs-export": nfsExport,
  "zfs-dataset": zfsDataset,
  "zfs-pool": zfsPool,
};

/** What a command does on its host: the effects of a script that the world knows, and else nothing. */
export function runScript(operation: Operation, host: string, command: string): CommandResult {
  const { world, inputs, scripts } = operation;
  const name = Object.keys(scripts).find((known) => scripts[known] === inputs.optionalText("stdin"));
  const script = name === undefined ? undefined : HOST_SCRIPTS[name];
  const words = parse(command).filter((word) => typeof word === "string");
  const [shell, fromInput, separator, action, ...rest] = words;
  if (!script || shell !== "bash" || fromInput !== "-s" || separator !== "--" || action === undefined) {
    return { stdout: "", stderr: "", changes: [] };
  }
  return script({ world, host, action, options: pairs(name ?? "", rest) });
}

function pairs(script: string, words: readonly string[]): [string, string][] {
  const options: [string, string][] = [];
  for (let index = 0; index < words.length; index += 2) {
    const [option = "", value] = words.slice(index, index + 2);
    if (value === undefined) throw failed(script, `${option} wants a value`);
    options.push([option, value]);
  }
  return options;
}

function nfsExport({ world, host, action, options }: ScriptCall): CommandResult {
  const path = single("nfs-export", options, "--path");
  const key = `${host}:${path}`;
  if (action === "remove") {
    const there = world.find(TYPES.nfsExport, key) !== undefined;
    return {
      stdout: "",
      stderr: `nfs-export: ${path} ${there ? "is no longer exported" : "is not exported by us"}\n`,
      changes: there ? [{ remove: { type: TYPES.nfsExport, key } }] : [],
    };
  }
  if (action !== "apply") throw failed("nfs-export", `want apply or remove, got ${action}`);
  const clients = options.filter(([option]) => option === "--client").map(([, value]) => value);
  const settings = options.filter(([option]) => option === "--options").map(([, value]) => value);
  if (clients.length === 0)
    throw failed("nfs-export", "apply wants at least one --client with its --options");
  if (clients.length !== settings.length) {
    throw failed("nfs-export", "every --client wants --options of its own");
  }
  const inputs = Object.fromEntries(clients.map((client, index) => [client, settings[index]]));
  return made(world, TYPES.nfsExport, key, inputs, `nfs-export: ${path} exported\n`);
}

function zfsDataset({ world, host, action, options }: ScriptCall): CommandResult {
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

function zfsPool({ world, host, action, options }: ScriptCall): CommandResult {
  if (action !== "apply") throw failed("zfs-pool", `want apply, got ${action}`);
  const value = (option: string) => single("zfs-pool", options, option);
  const devices = options.filter(([option]) => option === "--device").map(([, device]) => device);
  const node = nodeAt(world, host);
  const [name, raidlevel, ashift] = [value("--pool"), value("--raidlevel"), Number(value("--ashift"))];
  const inputs = { nodeName: node?.name ?? "", name, raidlevel, ashift, devices };
  const there = world.find(TYPES.zfsPool, `${inputs.nodeName}/${name}`);
  if (there) {
    const same = isDeepStrictEqual(there.inputs.devices, devices) && there.inputs.raidlevel === raidlevel;
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

function nodeAt(world: World, host: string): InstalledNode | undefined {
  return world.installed.nodes.find(({ address }) => address === host);
}

function single(script: string, options: ScriptCall["options"], wanted: string): string {
  const value = options.find(([option]) => option === wanted)?.[1];
  if (value === undefined) throw failed(script, `${wanted} is missing`);
  return value;
}

function made(world: World, type: string, key: string, inputs: Properties, stderr: string): CommandResult {
  const object = { type, id: key, key, inputs, outputs: {}, secretOutputs: [], serial: world.nextSerial() };
  return { stdout: "", stderr, changes: [{ put: object }] };
}

function failed(script: string, message: string): Refusal {
  return new Refusal(`Process exited with status 1: running "bash": ${script}: ${message}`);
}
