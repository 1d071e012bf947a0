import type { Change } from "../../world";
import { type Behaviour, type Operation, Refusal, uniqueHex } from "../behaviour";
import type { Inputs } from "../inputs";
import { guestAt } from "../proxmox/cluster";
import { anything, flag, list, map, number, object, type Schema, text } from "../schema";
import { runScript } from "./scripts";

const endpoint: Schema = {
  agentSocketPath: text,
  dialErrorLimit: number.default(10),
  host: text.required,
  hostKey: text,
  password: text.secret,
  perDialTimeout: number.default(15),
  port: number.default(22),
  privateKey: text.secret,
  privateKeyPassword: text.secret,
  user: text.default("root"),
};

/** What a command did: what it wrote, and what changed on the host. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly changes: readonly Change[];
}

export const remoteCommand: Behaviour = {
  type: "command:remote:Command",
  schema: {
    connection: object({ ...endpoint, proxy: object(endpoint) }).required.secret,
    create: text,
    update: text,
    delete: text,
    stdin: text,
    environment: map(text),
    triggers: list(anything).replaces,
    addPreviousOutputInEnv: flag.default(true),
    logging: text.oneOf("none", "stderr", "stdout", "stdoutAndStderr"),
    stdout: text.output,
    stderr: text.output,
  },
  id: (operation) => `command-${uniqueHex(operation, 16)}`,
  volatile: ["stdout", "stderr"],
  // Without an update command, `create` runs again.
  outputs: ({ inputs, ...operation }, _, previous) => {
    const name = previous && inputs.has("update") ? "update" : "create";
    const { stdout, stderr } = run({ inputs, ...operation }, inputs.optionalText(name));
    return { stdout, stderr };
  },
  create: (operation) => run(operation, operation.inputs.optionalText("create")).changes,
  update: (operation) => {
    const { inputs } = operation;
    return run(operation, inputs.optionalText("update") ?? inputs.optionalText("create")).changes;
  },
  remove: (operation) => run(operation, operation.inputs.optionalText("delete")).changes,
};

/** Runs a command on its host. Without one nothing is dialled. */
function run(operation: Operation, command: string | undefined): CommandResult {
  if (command === undefined) return { stdout: "", stderr: "", changes: [] };
  const connection = operation.inputs.object("connection");
  const host = connection?.text("host") ?? "";
  refuseUnreachable(operation, host, connection);
  return runScript(operation, host, command);
}

function refuseUnreachable({ world }: Operation, host: string, connection?: Inputs): void {
  const { nodes, hosts } = world.installed;
  if ([...nodes, ...hosts].some(({ address }) => address === host) || guestAt(world, host)) return;
  const [port, attempts] = [connection?.number("port"), connection?.number("dialErrorLimit")];
  throw new Refusal(`after ${attempts} failed attempts: dial tcp ${host}:${port}: i/o timeout`);
}
