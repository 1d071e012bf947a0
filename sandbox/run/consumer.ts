import { existsSync } from "node:fs";

import program = require("../../examples/consumer");

import { type SandboxOptions, sandboxFolder, workFolder } from "./workspace";

const PROJECT = "hybrid-estate-consumer";

/** The example of a consumer, on the sites and beside the state of an environment's estate. */
export function consumerSandbox(estate: SandboxOptions): SandboxOptions {
  return {
    ...estate,
    project: PROJECT,
    config: { [`${PROJECT}:estateStack`]: `organization/${estate.project}/${estate.stack}` },
    secrets: {},
    program,
  };
}

/** Whether the consumer has ever been brought up in an environment. */
export function hasConsumer({ root, environment }: SandboxOptions): boolean {
  return existsSync(workFolder(sandboxFolder(root, environment), PROJECT));
}
