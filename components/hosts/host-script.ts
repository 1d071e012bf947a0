import { readFileSync } from "node:fs";
import { join } from "node:path";
import { remote } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { quote } from "shell-quote";

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
export type ScriptName = "nfs-export" | "zfs-dataset" | "zfs-pool";

/** The text of a host script. */
export function scriptText(name: ScriptName): string {
  return readFileSync(join(__dirname, "scripts", `${name}.sh`), "utf8");
}

export interface HostScriptArgs {
  readonly connection: Connection;
  readonly script: ScriptName;
  /** Arguments that bring the host to the declared state; running them again changes nothing. */
  readonly apply: readonly string[];
  /** Arguments that take it back when the resource is removed; the host is left as it is when absent. */
  readonly remove?: readonly string[];
}

/**
 * Runs a host script over SSH. The script travels on standard input, so that nothing is left on the host, and
 * every argument is quoted for the shell, so that no name from the configuration is ever read as code.
 */
export function runHostScript(
  name: string,
  args: HostScriptArgs,
  opts: pulumi.CustomResourceOptions,
): remote.Command {
  const { host, user, privateKey, hostKey } = args.connection;
  const stdin = scriptText(args.script);
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

/** `bash -s -- ARGUMENT…`, safe for any argument. */
export function commandLine(args: readonly string[]): string {
  return quote(["bash", "-s", "--", ...args]);
}
