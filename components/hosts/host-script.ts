import { join } from "node:path";
import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { quote } from "shell-quote";
import { joinedText } from "./script-text";

/** How to reach a host over SSH. */
export interface Connection {
  readonly host: string;
  readonly user: string;
  /** Private key in PEM form; a secret. */
  readonly privateKey: pulumi.Input<string>;
  /** The host's public key. Without one the first connection trusts whoever answers. */
  readonly hostKey?: string;
}

/** The scripts that may run on hosts: files beside this one, each with tests of its own. */
export const SCRIPT_NAMES = [
  "cluster-member",
  "cluster-qdevice",
  "cluster-quorum",
  "cluster-trust",
  "monitoring",
  "nfs-check",
  "nfs-export",
  "nfs-firewall",
  "offsite-copies",
  "pbs-access",
  "pbs-datastore",
  "pbs-server",
  "pve-storage",
  "volume-group",
  "vpn-gateway",
  "watchdog-module",
  "cluster-firewall",
  "realm-two-factor",
  "zfs-dataset",
  "zfs-pool",
] as const;
export type ScriptName = (typeof SCRIPT_NAMES)[number];

/** The text of a host script, in one piece. */
export function scriptText(name: ScriptName): string {
  return joinedText(join(__dirname, "scripts"), `${name}.sh`);
}

export interface HostScriptArgs {
  readonly connection: Connection;
  readonly script: ScriptName;
  /** Arguments that bring the host to the declared state; running them again changes nothing. */
  readonly apply: readonly string[];
  /** Arguments that take it back when the resource is removed; the host is left as it is when absent. */
  readonly remove?: readonly string[];
  /**
   * What the script reads on its standard input: files to write, and secrets, which must not stand on a command
   * line. Such a script ends in a call of `exit`, so that the shell never reads on into it.
   */
  readonly input?: pulumi.Input<string>;
}

/**
 * Runs a host script over SSH. The script travels on standard input, so that nothing is left on the host, and
 * every argument is quoted for the shell, so that no name from the configuration is ever read as code.
 *
 * Another address of the host is a change in place: `apply` runs there, and `remove` nowhere, as it may be the same
 * host with another address, which `remove` would take its service from, or one that is gone and would not answer. What
 * really moves to another host is given another name: then `remove` runs on the old host with the old arguments.
 */
export function runHostScript(
  name: string,
  args: HostScriptArgs,
  opts: pulumi.CustomResourceOptions,
): remote.Command {
  const { host, user, privateKey, hostKey } = args.connection;
  const script = scriptText(args.script);
  const stdin =
    args.input === undefined ? script : pulumi.interpolate`${withEnd(args.script, script)}${args.input}`;
  return new remote.Command(
    name,
    {
      connection: { host, user, privateKey, hostKey, dialErrorLimit: 30, perDialTimeout: 15 },
      create: commandLine(args.apply),
      update: commandLine(args.apply),
      delete: args.remove && commandLine(args.remove),
      stdin,
      logging: "stderr",
    },
    // How patiently it dials says nothing about what is on the host.
    { ...opts, ignoreChanges: ["connection.dialErrorLimit", "connection.perDialTimeout"] },
  );
}

/**
 * A script that input may follow. The shell reads a line at a time: an `exit` on a line of its own would be the first
 * line of the input.
 */
function withEnd(name: ScriptName, script: string): string {
  if (script.endsWith('main "$@"; exit\n')) return script;
  throw new Error(`${name}.sh has input and must end with the line: main "$@"; exit`);
}

/** `bash -s -- ARGUMENT…`, safe for any argument. */
export function commandLine(args: readonly string[]): string {
  return quote(["bash", "-s", "--", ...args]);
}
