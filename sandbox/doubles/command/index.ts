import pkg = require("@pulumi/command/package.json");

import type { ProviderDouble } from "../behaviour";
import { remoteCommand } from "./remote";

/** pulumi-command; only remote commands: the sandbox runs nothing on this machine. */
export const commandDouble: ProviderDouble = {
  name: "command",
  version: pkg.version,
  behaviours: [remoteCommand],
  functions: {},
};
