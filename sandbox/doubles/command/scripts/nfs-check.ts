import { contains } from "../../networks";
import { nodeAddresses, TYPES } from "../../proxmox/cluster";
import type { CommandResult } from "../remote";
import { failed, nodeAt, type ScriptCall, single } from "./call";

/** `nfs-check`: whether a node can mount an export, and write there. It leaves nothing behind. */
export function nfsCheck({ world, host, action, options }: ScriptCall): CommandResult {
  const fail = (message: string) => failed("nfs-check", message);
  if (action !== "apply") throw fail(`want apply, got ${action}`);
  const value = (option: string) => single("nfs-check", options, option);
  const [server, path] = [value("--server"), value("--export")];
  const addresses = nodeAddresses(world, nodeAt(world, host)?.name ?? "");
  const reaches = (clients: readonly string[]) =>
    addresses.some((address) => clients.some((client) => contains(client, address)));
  const refused = `${server}:${path} can't be mounted with ${value("--options")}`;
  const wall = world.find(TYPES.nfsFirewall, server)?.inputs.clients;
  if (Array.isArray(wall) && !reaches(wall.map(String))) throw fail(`${refused}: Connection timed out`);
  const clients = Object.entries(world.find(TYPES.nfsExport, `${server}:${path}`)?.inputs ?? {});
  const settings = clients.filter(([client]) => reaches([client])).map(([, set]) => String(set).split(","));
  if (settings.length === 0) throw fail(`${refused}: mount.nfs: access denied by server`);
  // The folder that our script makes is root's.
  const writable = settings.some((set) => set.includes("rw") && set.includes("no_root_squash"));
  if (value("--access") === "rw" && !writable) {
    throw fail(`root of this host can't write to ${server}:${path}: exported ro, or without no_root_squash`);
  }
  return { stdout: "", stderr: "", changes: [] };
}
