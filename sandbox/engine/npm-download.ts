import { rename, rm } from "node:fs/promises";
import path from "node:path";
import { lastLines, run } from "./processes";
import type { Progress } from "./progress";
import { ENGINE_VERSION } from "./version";

/**
 * Let npm's `pulumi` package, which is Pulumi's own, download the official CLI with its language plugins, and put it into
 * `<folder>/bin`. That package installs below PULUMI_HOME, which is pointed into `folder` for it.
 */
export async function downloadWithNpm(
  npm: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  progress: Progress,
): Promise<void> {
  const work = path.join(folder, "npm");
  const home = path.join(work, "home");

  progress.update(`Downloading the Pulumi CLI ${ENGINE_VERSION} (npm package pulumi)`);
  const flags = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"];
  const installed = await run(npm, ["install", "--prefix", work, ...flags, `pulumi@${ENGINE_VERSION}`], {
    env,
  });
  if (installed.code !== 0) throw new Error(`\`npm install pulumi\` failed: ${lastLines(installed.stderr)}`);

  const launcher = path.join(work, "node_modules", "pulumi", "run.js");
  const downloaded = await run(process.execPath, [launcher, "version"], {
    env: { ...env, PULUMI_HOME: home, PULUMI_VERSION: ENGINE_VERSION, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  if (downloaded.code !== 0) {
    throw new Error(`the npm package could not download the CLI: ${lastLines(downloaded.stderr)}`);
  }
  await rename(path.join(home, "versions", ENGINE_VERSION, "bin"), path.join(folder, "bin"));
  await rm(work, { recursive: true });
}
