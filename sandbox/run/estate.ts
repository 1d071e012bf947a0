import path from "node:path";
import { program } from "../../components";
import { type Estate, EstateError, readEstate } from "../../estate";
import { ESTATE_KEY, readEnvironmentFile } from "../../estate/file";
import { standInSecrets } from "../../estate/secrets";
import type { StartProgress } from "../engine";
import { installedFor } from "./installed";
import type { SandboxOptions } from "./workspace";

export interface EnvironmentOptions {
  /** The checkout. */
  readonly root: string;
  /** Stack name, such as `dev`. */
  readonly stack: string;
  /** Environment file; `Pulumi.<stack>.yaml` of the checkout when absent. */
  readonly file?: string | undefined;
  readonly startProgress: StartProgress;
  readonly faults?: string | undefined;
}

/**
 * The sandbox of an environment file.
 *
 * @throws EstateError with every mistake of the file
 */
export function environmentSandbox(options: EnvironmentOptions): SandboxOptions {
  const { root, stack, startProgress, faults } = options;
  const { estate, description } = readEnvironment(options.file ?? path.join(root, `Pulumi.${stack}.yaml`));
  return {
    root,
    environment: stack,
    installed: installedFor(estate),
    project: "hybrid-estate",
    stack,
    config: { [ESTATE_KEY]: description },
    // Secrets to the engine, as the real ones are; the user's own never come near the sandbox.
    secrets: { "hybrid-estate:secrets": standInSecrets(estate) },
    program,
    startProgress,
    faults,
  };
}

/**
 * The estate of an environment file.
 *
 * @throws EstateError with every mistake of the file
 */
export function environmentEstate({
  root,
  stack,
  file,
}: Pick<EnvironmentOptions, "root" | "stack" | "file">): Estate {
  return readEnvironment(file ?? path.join(root, `Pulumi.${stack}.yaml`)).estate;
}

function readEnvironment(file: string): { estate: Estate; description: unknown } {
  const read = readEnvironmentFile(file);
  if (!read.ok) throw new EstateError(read.problems);
  const reading = readEstate(read.description);
  if (!reading.ok) throw new EstateError(reading.problems);
  return { estate: reading.estate, description: read.description };
}
