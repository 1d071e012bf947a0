import type { InstalledNode, Properties, World } from "../../../world";
import { Refusal } from "../../behaviour";
import type { CommandResult } from "../remote";

/** One call of a host script: `apply --path /srv --client 192.0.2.0/24 --options rw`. */
export interface ScriptCall {
  readonly world: World;
  readonly host: string;
  readonly action: string;
  /** Options in order. */
  readonly options: readonly (readonly [string, string])[];
  /** What the script reads on its standard input; empty where it reads nothing. */
  readonly input: string;
}

/** What a host script does to the world. */
export type HostScript = (call: ScriptCall) => CommandResult;

/** The node that answers at an address. */
export function nodeAt(world: World, host: string): InstalledNode | undefined {
  return world.installed.nodes.find(({ address }) => address === host);
}

/** The value of an option that must be there. */
export function single(script: string, options: ScriptCall["options"], wanted: string): string {
  const value = options.find(([option]) => option === wanted)?.[1];
  if (value === undefined) throw failed(script, `${wanted} is missing`);
  return value;
}

/** The result of a script that made or changed one thing. */
export function made(
  world: World,
  type: string,
  key: string,
  inputs: Properties,
  stderr: string,
): CommandResult {
  const object = { type, id: key, key, inputs, outputs: {}, secretOutputs: [], serial: world.nextSerial() };
  return { stdout: "", stderr, changes: [{ put: object }] };
}

/** A script's refusal, as the provider passes it on. */
export function failed(script: string, message: string): Refusal {
  return new Refusal(`Process exited with status 1: running "bash": ${script}: ${message}`);
}
