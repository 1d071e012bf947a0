import path from "node:path";
import { parseArgs } from "node:util";
import { rightsFor } from "../components/proxmox/rights";
import { readEstate } from "../estate";
import { readEnvironmentFile } from "../estate/file";
import { bootstrapCommands, DEFAULT_IDENTITY } from "../offline/bootstrap";
import { declareEstate } from "../offline/estate";
import { BAD_INPUT, commandLine } from "./command-line";
import { printProblems } from "./findings";

const USAGE = `usage: npm run access [-- --stack NAME] [--file PATH]

Prints the commands that make the program's own user, API token, roles and ACL entries on a Proxmox VE cluster, with
no more rights than what the environment file declares needs. Run them on one node as root, once, and again when the
file declares resources of another kind. docs/access.md explains them.

  --stack NAME   environment; default dev
  --file PATH    environment file; default Pulumi.<stack>.yaml

exit codes: 0 printed, 2 a bad environment file or call`;

const root = path.join(__dirname, "..");

async function main(): Promise<number> {
  const { stack, file } = commandLine(USAGE, readCommandLine);
  const read = readEnvironmentFile(file ?? path.join(root, `Pulumi.${stack}.yaml`));
  const reading = read.ok ? readEstate(read.description) : read;
  if (!read.ok || !reading.ok) {
    printProblems(reading.ok ? [] : reading.problems);
    return BAD_INPUT;
  }
  const declared = await declareEstate(read.description, stack);
  if (!declared.ok) {
    printProblems(declared.problems);
    return BAD_INPUT;
  }
  const identity = "estate" in reading ? reading.estate.access.program : undefined;
  for (const command of bootstrapCommands(identity ?? DEFAULT_IDENTITY, rightsFor(declared.resources))) {
    console.log(command);
  }
  return 0;
}

function readCommandLine() {
  const { values } = parseArgs({
    options: {
      stack: { type: "string", default: "dev" },
      file: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  return values.help ? undefined : values;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = BAD_INPUT;
  },
);
