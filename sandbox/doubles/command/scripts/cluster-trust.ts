import type { Change, Properties } from "../../../world";
import { hex } from "../../behaviour";
import { clusterOf, TYPES } from "../../proxmox/cluster";
import type { CommandResult } from "../remote";
import { failed, nodeAt, type ScriptCall, single } from "./call";

const SCRIPT = "cluster-trust";

/** `cluster-trust`: who a host is, whom it lets in and whom it knows. */
export function clusterTrust(call: ScriptCall): CommandResult {
  switch (call.action) {
    case "identity":
      return identity(call);
    case "host-keys":
      return { stdout: hostKey(call.host), stderr: "", changes: [] };
    case "allow":
      return trusting(call, "user-key", call.host);
    case "know":
      return trusting(call, "host-key", `${call.host}>${single(SCRIPT, call.options, "--address")}`);
    default:
      throw failed(SCRIPT, `want identity, host-keys, allow or know, got ${call.action}`);
  }
}

function identity({ world, host, options }: ScriptCall): CommandResult {
  const [name, cluster] = [single(SCRIPT, options, "--node"), single(SCRIPT, options, "--cluster")];
  const node = nodeAt(world, host);
  if (!node) throw failed(SCRIPT, "there is no pvecm here: this is no Proxmox VE node");
  if (node.name !== name)
    throw failed(SCRIPT, `the host that answers here is called ${node.name}, not ${name}`);
  const found = clusterOf(world, name);
  if (found !== undefined && found !== cluster) {
    throw failed(SCRIPT, `${name} is a member of another cluster, ${found}; nothing was changed`);
  }
  const userKey = `user-key ssh-rsa ${hex(`user ${host}`, 32)} root@${name}\n`;
  return { stdout: `node ${name} ${found ?? "-"}\n${userKey}${hostKey(host)}`, stderr: "", changes: [] };
}

function hostKey(host: string): string {
  return `host-key ssh-ed25519 ${hex(`host ${host}`, 32)}\n`;
}

/** Notes the keys of the input, each under what trusts it. */
function trusting({ world, input }: ScriptCall, kind: string, owner: string): CommandResult {
  const keys = input
    .split("\n")
    .map((line) => line.split(" "))
    .flatMap(([found, , key]) => (found === kind && key !== undefined ? [key] : []));
  if (keys.length === 0) throw failed(SCRIPT, `the input has no ${kind}`);
  const changes = keys
    .map((key) => `${owner} ${kind} ${key}`)
    .filter((key) => world.find(TYPES.sshTrust, key) === undefined)
    .map((key): Change => ({ put: trust(key, world.nextSerial()) }));
  return { stdout: "", stderr: "", changes };
}

function trust(key: string, serial: number) {
  const inputs: Properties = {};
  return { type: TYPES.sshTrust, id: key, key, inputs, outputs: {}, secretOutputs: [], serial };
}

/** Whether root on a host can log in on another without being asked anything. */
export function trusts({ world }: Pick<ScriptCall, "world">, from: string, to: string): boolean {
  const allowed = `${to} user-key ${hex(`user ${from}`, 32)}`;
  const known = `${from}>${to} host-key ${hex(`host ${to}`, 32)}`;
  return [allowed, known].every((key) => world.find(TYPES.sshTrust, key) !== undefined);
}
