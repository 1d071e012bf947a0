import { isDeepStrictEqual } from "node:util";
import { clusterOf, guests, nodeAddresses, TYPES } from "../../proxmox/cluster";
import type { CommandResult } from "../remote";
import { failed, made, nodeAt, type ScriptCall, single } from "./call";
import { trusts } from "./cluster-trust";

const SCRIPT = "cluster-member";
const NOTHING: CommandResult = { stdout: "", stderr: "", changes: [] };

/** `cluster-member`: makes a node the first of a cluster, or has it join one. */
export function clusterMember(call: ScriptCall): CommandResult {
  const { world, host, action, options } = call;
  if (action !== "create" && action !== "join") throw failed(SCRIPT, `want create or join, got ${action}`);
  const [name, cluster] = [single(SCRIPT, options, "--node"), single(SCRIPT, options, "--cluster")];
  const links = options.filter(([option]) => option === "--link").map(([, address]) => address);
  if (nodeAt(world, host)?.name !== name) throw failed(SCRIPT, `the host that answers here is not ${name}`);
  const foreign = links.find((address) => !nodeAddresses(world, name).includes(address));
  if (foreign !== undefined) throw failed(SCRIPT, `${name} has no address ${foreign}`);
  if (isMember(call, name, cluster, links)) return NOTHING;
  if (action === "create") refuseSecond(call, name, cluster);
  else refuseToJoin(call, name, cluster, links);
  const done = action === "create" ? `${cluster} created on ${name}` : `${name} joined ${cluster}`;
  return made(world, TYPES.clusterMember, name, { cluster, links }, `${SCRIPT}: ${done}\n`);
}

function isMember({ world }: ScriptCall, name: string, cluster: string, links: readonly string[]): boolean {
  const found = clusterOf(world, name);
  if (found === undefined) return false;
  if (found !== cluster) throw failed(SCRIPT, `${name} is a member of another cluster, ${found}`);
  if (!isDeepStrictEqual(world.find(TYPES.clusterMember, name)?.inputs.links, links)) {
    throw failed(SCRIPT, `the links of ${name} are others in its cluster`);
  }
  return true;
}

function refuseSecond({ input }: ScriptCall, name: string, cluster: string): void {
  const member = /^node (\S+) (\S+)$/gm;
  for (const [, other, of] of input.matchAll(member)) {
    if (other !== name && of === cluster) {
      throw failed(SCRIPT, `${other} is a member of ${cluster} already and ${name} is not`);
    }
  }
}

function refuseToJoin(call: ScriptCall, name: string, cluster: string, links: readonly string[]): void {
  const { world, host, options } = call;
  const first = single(SCRIPT, options, "--first");
  const held = world.installed.nodes.find((node) => node.name === name)?.guests ?? [];
  if (held.length > 0) throw failed(SCRIPT, `${name} holds guests (${held.join(", ")})`);
  if (guests(world).some(({ node }) => node === name)) throw failed(SCRIPT, `${name} holds guests`);
  if (!trusts(call, host, first)) throw failed(SCRIPT, `${name} can't log in on ${first} as root`);
  const found = clusterOf(world, nodeAt(world, first)?.name ?? "");
  if (found !== cluster)
    throw failed(SCRIPT, `${first} is in the cluster ${found ?? "''"}, not in ${cluster}`);
  const members = world.list(TYPES.clusterMember).filter(({ inputs }) => inputs.cluster === cluster);
  const count = members[0]?.inputs.links;
  if (Array.isArray(count) && count.length !== links.length) {
    throw failed(SCRIPT, `corosync: the cluster has ${count.length} links, and ${links.length} are given`);
  }
}
