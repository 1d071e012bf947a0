import { isDeepStrictEqual } from "node:util";
import { TYPES } from "../../proxmox/cluster";
import type { CommandResult } from "../remote";
import { failed, made, nodeAt, type ScriptCall, single } from "./call";
import { filePaths } from "./files";

/** `monitoring`: a guest that watches, or a node that can be asked; the world keeps the files' paths. */
export function monitoring({ world, host, action, options, input }: ScriptCall): CommandResult {
  const role = single("monitoring", options, "--role");
  const key = `${host}:${role}`;
  const there = world.find(TYPES.monitoring, key);
  if (action === "remove") {
    return {
      stdout: "",
      stderr: "",
      changes: there ? [{ remove: { type: TYPES.monitoring, key } }] : [],
    };
  }
  if (action !== "apply") throw failed("monitoring", `want apply or remove, got ${action}`);
  if (role === "node") {
    const [certificate, file] = [
      single("monitoring", options, "--certificate"),
      single("monitoring", options, "--key"),
    ];
    if (!nodeAt(world, host) && certificate.startsWith("/etc/pve/")) {
      throw failed(
        "monitoring",
        `there is no certificate at ${certificate} and ${file}; nothing was changed`,
      );
    }
  }
  const files = filePaths("monitoring", input);
  if (isDeepStrictEqual(there?.inputs.files, files)) return { stdout: "", stderr: "", changes: [] };
  return made(world, TYPES.monitoring, key, { files }, "monitoring: files written\n");
}
