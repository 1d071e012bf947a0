import { isDeepStrictEqual } from "node:util";
import { guestAt, TYPES } from "../../proxmox/cluster";
import type { CommandResult } from "../remote";
import { failed, made, type ScriptCall, single } from "./call";
import { filePaths } from "./files";

/** `vpn-gateway`: the site's end of the tunnels; the world keeps the files' paths, and no key. */
export function vpnGateway({ world, host, action, options, input }: ScriptCall): CommandResult {
  const there = world.find(TYPES.vpnGateway, host);
  if (action === "remove") {
    return {
      stdout: "",
      stderr: there ? "vpn-gateway: tunnels and their keys removed\n" : "",
      changes: there ? [{ remove: { type: TYPES.vpnGateway, key: host } }] : [],
    };
  }
  if (action !== "apply") throw failed("vpn-gateway", `want apply or remove, got ${action}`);
  const address = single("vpn-gateway", options, "--address");
  const routing = single("vpn-gateway", options, "--routing");
  const guest = guestAt(world, address);
  if (address !== host && !guest) {
    throw failed("vpn-gateway", `no interface has the address ${address}; nothing was changed`);
  }
  if (guest?.object.type === TYPES.container) {
    throw failed(
      "vpn-gateway",
      "the kernel has no XFRM interfaces (module xfrm_interface): a gateway has to be a virtual machine; nothing was changed",
    );
  }
  const files = filePaths("vpn-gateway", input);
  if (files.includes("/etc/frr/frr.conf") !== (routing === "bgp")) {
    throw failed(
      "vpn-gateway",
      `refused file /etc/frr/frr.conf: not one of a ${routing}'s; nothing was changed`,
    );
  }
  if (isDeepStrictEqual(there?.inputs, { routing, files })) return { stdout: "", stderr: "", changes: [] };
  return made(world, TYPES.vpnGateway, host, { routing, files }, "vpn-gateway: tunnels loaded\n");
}
