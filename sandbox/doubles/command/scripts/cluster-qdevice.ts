import { clusterOf, TYPES } from "../../proxmox/cluster";
import type { CommandResult } from "../remote";
import { failed, made, nodeAt, type ScriptCall, single } from "./call";
import { trusts } from "./cluster-trust";

const SCRIPT = "cluster-qdevice";
const NOTHING: CommandResult = { stdout: "", stderr: "", changes: [] };

/** `cluster-qdevice`: a vote outside for a cluster of an even number of nodes. Packages are on host or node afterwards. */
export function clusterQdevice(call: ScriptCall): CommandResult {
  const { world, host, action } = call;
  if (action === "setup") return setup(call);
  if (action !== "host" && action !== "node") throw failed(SCRIPT, `want host, node or setup, got ${action}`);
  const node = nodeAt(world, host)?.name;
  if (action === "node" && clusterOf(world, node ?? "") === undefined) {
    throw failed(SCRIPT, "this node is in no cluster");
  }
  const key = `${host} ${action}`;
  return world.find(TYPES.qdevicePackage, key) ? NOTHING : made(world, TYPES.qdevicePackage, key, {}, "");
}

function setup({ world, host, options }: ScriptCall): CommandResult {
  const [cluster, address] = [single(SCRIPT, options, "--cluster"), single(SCRIPT, options, "--address")];
  if (clusterOf(world, nodeAt(world, host)?.name ?? "") !== cluster) {
    throw failed(SCRIPT, `this node is not in the cluster ${cluster}`);
  }
  const there = world.find(TYPES.qdevice, cluster)?.inputs.address;
  if (there === address) return NOTHING;
  if (there !== undefined) throw failed(SCRIPT, `${cluster} has the QDevice ${there} already`);
  const members = world.installed.nodes.filter(({ name }) => clusterOf(world, name) === cluster);
  if (members.length % 2 === 1) {
    throw failed(SCRIPT, "Clusters with an odd node count are not officially supported!");
  }
  const ready = [`${address} host`, ...members.map((member) => `${member.address} node`)];
  const missing = ready.find((key) => world.find(TYPES.qdevicePackage, key) === undefined);
  if (missing !== undefined)
    throw failed(SCRIPT, `pvecm qdevice setup failed: ${missing} has not its package`);
  if (!trusts({ world }, host, address)) throw failed(SCRIPT, `Permission denied at ${address}`);
  const says = `${SCRIPT}: ${cluster} has the vote of ${address}\n`;
  return made(world, TYPES.qdevice, cluster, { address }, says);
}
