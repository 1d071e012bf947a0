import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { quietProgress } from "../cli/terminal";
import { declareEnvironment } from "../offline/estate";
import { environmentSandbox } from "../sandbox/run/estate";
import { type NodeProject, nodeProject } from "../sandbox/run/node-host";
import { packFolder } from "../sandbox/run/operations";
import { previewThroughRunner } from "../sandbox/run/runner";
import { resetSandbox } from "../sandbox/run/workspace";

const STACK = "bench";

/** The bare program under the settings that Pulumi has by itself. */
const BARE: NodeProject = {
  folder: path.join(__dirname, "bare"),
  main: "index.ts",
  nodeargs: [],
  typescript: true,
};

/**
 * Previews an environment file through the real engine and Pulumi's own runner, once, and prints the seconds of
 * `pulumi preview` on standard output.
 *
 * usage: preview.ts estate|estate-with-pack|bare ROOT FILE
 */
async function main(): Promise<void> {
  const [variant, root = "", file = ""] = process.argv.slice(2);
  const sandbox = environmentSandbox({ root, stack: STACK, file, startProgress: quietProgress });
  const folder = await mkdtemp(path.join(tmpdir(), "hybrid-estate-bare-"));
  try {
    await resetSandbox(root, STACK, quietProgress);
    if (variant === "bare") process.env.HYBRID_ESTATE_BARE = await writeResources(folder, file);
    const { code, seconds, stdout } = await previewThroughRunner({
      sandbox,
      project: variant === "bare" ? BARE : nodeProject(root),
      args: variant === "estate-with-pack" ? ["--policy-pack", packFolder({ root })] : [],
    });
    if (code !== 0) throw new Error(`the preview failed:\n${stdout.slice(-3000)}`);
    console.log(seconds);
  } finally {
    await resetSandbox(root, STACK, quietProgress);
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the estate declares, for the bare program to declare too. */
async function writeResources(folder: string, file: string): Promise<string> {
  const declared = await declareEnvironment(file, STACK);
  if (!declared.ok) throw new Error(`${file} has mistakes`);
  const list = path.join(folder, "resources.json");
  await writeFile(list, JSON.stringify(declared.resources));
  return list;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
