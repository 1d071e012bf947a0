import type { World } from "../../../world";
import { hex } from "../../behaviour";
import { TYPES } from "../../proxmox/cluster";
import { passwordMark } from "../../proxmox/pbs";
import type { CommandResult } from "../remote";
import { failed, made, nodeAt, type ScriptCall, single } from "./call";

/** `pbs-server`: makes a host a Proxmox Backup Server, and prints its certificate's fingerprint. */
export function pbsServer({ world, host, action }: ScriptCall): CommandResult {
  if (action !== "apply") throw failed("pbs-server", `want apply, got ${action}`);
  if (nodeAt(world, host)) {
    throw failed(
      "pbs-server",
      "this host is a node of a Proxmox VE cluster; its backups would be lost with it",
    );
  }
  const there = world.find(TYPES.pbsServer, host);
  const fingerprint = there ? String(there.inputs.fingerprint) : fingerprintOf(host);
  const stdout = `${fingerprint}\n`;
  if (there) return { stdout, stderr: "", changes: [] };
  const server = { fingerprint };
  return {
    ...made(world, TYPES.pbsServer, host, server, "pbs-server: proxmox-backup-server installed\n"),
    stdout,
  };
}

/** `pbs-datastore`: a datastore with its jobs and namespaces. */
export function pbsDatastore({ world, host, action, options }: ScriptCall): CommandResult {
  const script = "pbs-datastore";
  if (action !== "apply") throw failed(script, `want apply, got ${action}`);
  requireServer(world, host, script);
  const all = (wanted: string) => options.filter(([option]) => option === wanted).map(([, value]) => value);
  const [name, path] = [single(script, options, "--name"), single(script, options, "--path")];
  const there = world.find(TYPES.pbsDatastore, `${host}/${name}`);
  if (there && there.inputs.path !== path) {
    throw failed(
      script,
      `there is a datastore ${name} already, at ${there.inputs.path}; nothing was changed`,
    );
  }
  const other = world
    .list(TYPES.pbsDatastore)
    .find(
      ({ key, inputs }) => key.startsWith(`${host}/`) && key !== `${host}/${name}` && inputs.path === path,
    );
  if (other)
    throw failed(script, `${path} is the datastore ${other.inputs.name} already; nothing was changed`);
  const namespaces = [...new Set([...texts(there?.inputs.namespaces), ...all("--namespace")])];
  const inputs = {
    name,
    path,
    namespaces,
    keep: all("--keep"),
    prune: single(script, options, "--prune"),
    verify: single(script, options, "--verify"),
    garbageCollection: single(script, options, "--garbage-collection"),
  };
  return made(world, TYPES.pbsDatastore, `${host}/${name}`, inputs, `${script}: datastore ${name} created\n`);
}

/** `pbs-access`: a user that may back up into one place. */
export function pbsAccess({ world, host, action, options, input }: ScriptCall): CommandResult {
  const script = "pbs-access";
  const user = single(script, options, "--user");
  const key = `${host}/${user}`;
  if (action === "remove") {
    const there = world.find(TYPES.pbsAccess, key) !== undefined;
    return {
      stdout: "",
      stderr: `${script}: ${there ? `user ${user} removed; the backups are left as they are` : `there is no user ${user}; no change`}\n`,
      changes: there ? [{ remove: { type: TYPES.pbsAccess, key } }] : [],
    };
  }
  if (action !== "apply") throw failed(script, `want apply or remove, got ${action}`);
  requireServer(world, host, script);
  const datastore = single(script, options, "--datastore");
  const namespace = options.find(([option]) => option === "--namespace")?.[1];
  if (!world.find(TYPES.pbsDatastore, `${host}/${datastore}`)) {
    throw failed(script, `there is no datastore ${datastore} on this host`);
  }
  const [password = ""] = input.split("\n");
  if (password.length < 8 || password.length > 64) {
    throw failed(script, "refused the password: want 8 to 64 letters");
  }
  const inputs = {
    datastore,
    password: passwordMark(password),
    ...(namespace === undefined ? {} : { namespace }),
  };
  return made(world, TYPES.pbsAccess, key, inputs, `${script}: user ${user} created\n`);
}

function requireServer(world: World, host: string, script: string): void {
  if (world.find(TYPES.pbsServer, host)) return;
  throw failed(script, "line 1: proxmox-backup-manager: command not found");
}

/** A certificate's fingerprint: another on each host. */
function fingerprintOf(host: string): string {
  return hex(`certificate of ${host}`, 64).replace(/..(?=.)/g, "$&:");
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
