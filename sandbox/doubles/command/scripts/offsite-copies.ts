import { isDeepStrictEqual } from "node:util";
import { hex } from "../../behaviour";
import { TYPES } from "../../proxmox/cluster";
import type { CommandResult } from "../remote";
import { failed, made, type ScriptCall } from "./call";

const SCRIPT = "offsite-copies";
const RCLONE = "/etc/hybrid-estate/offsite/rclone.conf";

/** `offsite-copies`: a node that copies to S3; the world keeps what files there are, and digests of what is in them. */
export function offsiteCopies({ world, host, action, input }: ScriptCall): CommandResult {
  const there = world.find(TYPES.offsite, host);
  if (action === "remove") {
    const gone = there ? [{ remove: { type: TYPES.offsite, key: host } }] : [];
    return { stdout: "", stderr: "", changes: gone };
  }
  if (action !== "apply") throw failed(SCRIPT, `want apply or remove, got ${action}`);
  const files = digests(input);
  if (!(RCLONE in files)) throw failed(SCRIPT, `${RCLONE} is missing among the files; nothing was changed`);
  if (isDeepStrictEqual(there?.inputs.files, files)) return { stdout: "", stderr: "", changes: [] };
  return made(world, TYPES.offsite, host, { files }, `${SCRIPT}: files written\n`);
}

/** Digest by path of the files on standard input: keys are among them. */
function digests(input: string): Record<string, string> {
  const lines = input.split("\n").filter((line) => line !== "");
  const files = lines.slice(0, -1).map((line) => line.split(" "));
  if (lines.at(-1) !== `end ${files.length}` || files.length === 0) {
    throw failed(SCRIPT, "the files on standard input are not complete; nothing was changed");
  }
  if (files.some((words) => words[0] !== "file" || words.length !== 5)) {
    throw failed(SCRIPT, "the files on standard input are damaged; nothing was changed");
  }
  const exposed = files.find(([, mode = "", , path = ""]) => /\.conf$/.test(path) && mode !== "0600");
  if (exposed) throw failed(SCRIPT, `refused mode ${exposed[1]} of ${exposed[3]}: it holds keys`);
  return Object.fromEntries(files.map(([, , , path = "", data = ""]) => [path, hex(data, 16)]));
}
