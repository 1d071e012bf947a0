import { TYPES } from "../../proxmox/cluster";
import type { CommandResult } from "../remote";
import { failed, type ScriptCall, single } from "./call";

const SCRIPT = "cluster-quorum";

/** `cluster-quorum`: every declared member is there, and no other; in the sandbox all of them are up. */
export function clusterQuorum({ world, action, options }: ScriptCall): CommandResult {
  if (action !== "apply") throw failed(SCRIPT, `want apply, got ${action}`);
  const cluster = single(SCRIPT, options, "--cluster");
  const declared = options.filter(([option]) => option === "--member").map(([, name]) => name);
  const members = world
    .list(TYPES.clusterMember)
    .filter(({ inputs }) => inputs.cluster === cluster)
    .map(({ key }) => key);
  const missing = declared.find((name) => !members.includes(name));
  if (missing !== undefined) throw failed(SCRIPT, `${missing} is declared, but is no member of ${cluster}`);
  const other = members.find((name) => !declared.includes(name));
  if (other !== undefined) throw failed(SCRIPT, `${other} is a member of ${cluster}, but is not declared`);
  return { stdout: "", stderr: "", changes: [] };
}
