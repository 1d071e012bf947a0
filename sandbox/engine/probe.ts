import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { run } from "./processes";

/** A shim that asks or downloads instead of answering is not an engine: milliseconds to wait for `pulumi version`. */
const PATIENCE = 30_000;

/**
 * What `pulumi version` prints, or undefined when the file does not run or fails. The CLI writes a log for every
 * command into PULUMI_HOME, so that it gets a folder of its own: asking must not leave traces in the user's home.
 */
export async function versionOf(file: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const home = await mkdtemp(path.join(tmpdir(), "hybrid-estate-probe-"));
  try {
    const asked = await run(file, ["version"], {
      env: { ...env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeout: PATIENCE,
    });
    return asked.code === 0 ? asked.stdout.trim() : undefined;
  } catch {
    return undefined;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
