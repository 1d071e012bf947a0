import { isDeepStrictEqual } from "node:util";
import { TYPES } from "../../proxmox/cluster";
import type { CommandResult } from "../remote";
import { failed, made, type ScriptCall } from "./call";

/** `nfs-firewall`: who reaches the NFS server of a Debian host. */
export function nfsFirewall({ world, host, action, options }: ScriptCall): CommandResult {
  if (action === "remove") {
    const there = world.find(TYPES.nfsFirewall, host) !== undefined;
    return {
      stdout: "",
      stderr: there ? "nfs-firewall: the NFS server is no longer kept from anyone\n" : "",
      changes: there ? [{ remove: { type: TYPES.nfsFirewall, key: host } }] : [],
    };
  }
  if (action !== "apply") throw failed("nfs-firewall", `want apply or remove, got ${action}`);
  const clients = options.filter(([option]) => option === "--client").map(([, client]) => client);
  if (clients.length === 0) throw failed("nfs-firewall", "apply wants at least one --client");
  if (isDeepStrictEqual(world.find(TYPES.nfsFirewall, host)?.inputs.clients, clients)) {
    return { stdout: "", stderr: "", changes: [] };
  }
  const said = `nfs-firewall: only ${clients.join(" ")} may reach the NFS server\n`;
  return made(world, TYPES.nfsFirewall, host, { clients }, said);
}
