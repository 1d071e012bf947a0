import { TYPES } from "../../proxmox/cluster";
import type { CommandResult } from "../remote";
import { failed, made, nodeAt, type ScriptCall, single } from "./call";

const SCRIPT = "watchdog-module";

/** `watchdog-module`: the module that a node boots its watchdog with; softdog where nothing was chosen. */
export function watchdogModule({ world, host, action, options }: ScriptCall): CommandResult {
  if (action !== "apply") throw failed(SCRIPT, `want apply, got ${action}`);
  const module = single(SCRIPT, options, "--module");
  const node = nodeAt(world, host)?.name;
  if (node === undefined) throw failed(SCRIPT, "there is no /etc/pve here: this is no Proxmox VE node");
  const current = world.find(TYPES.watchdog, node)?.inputs.module ?? "softdog";
  if (current === module) return { stdout: "", stderr: "", changes: [] };
  const says = `${SCRIPT}: ${module} in place of ${current} from the next reboot on; the node was not rebooted\n`;
  return made(world, TYPES.watchdog, node, { module }, says);
}
