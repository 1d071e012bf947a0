import { TYPES } from "../../proxmox/cluster";
import type { CommandResult } from "../remote";
import { failed, made, type ScriptCall, single } from "./call";

/** `nfs-export`: an export of a Debian host. */
export function nfsExport({ world, host, action, options }: ScriptCall): CommandResult {
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
