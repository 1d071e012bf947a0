import { execFile } from "node:child_process";
import { NodeHost, type NodeProject } from "./node-host";
import { type SandboxOptions, withSandbox } from "./workspace";

export interface RunnerOptions {
  /** Sites, state and configuration; its program is not called. */
  readonly sandbox: SandboxOptions;
  readonly project: NodeProject;
  /** Further arguments of `pulumi preview`. */
  readonly args: readonly string[];
}

export interface RunnerResult {
  readonly code: number;
  readonly stdout: string;
  /** Seconds of the `pulumi preview` process. */
  readonly seconds: number;
}

/**
 * Previews a project as a user's `pulumi` does: the program in a process of its own, through @pulumi/pulumi's own
 * runner with the options of its Pulumi.yaml.
 */
export async function previewThroughRunner({ sandbox, project, args }: RunnerOptions): Promise<RunnerResult> {
  const host = new NodeHost(project);
  const address = await host.listen();
  try {
    return await withSandbox(sandbox, ({ engine, stack: { name, workspace } }) => {
      const program = ["--stack", name, `--client=${address}`, "--exec-kind", "auto.inline"];
      const env = { ...process.env, ...workspace.envVars };
      const began = Date.now();
      return new Promise((resolve) => {
        execFile(
          engine.path,
          ["preview", "--non-interactive", ...program, ...args],
          { cwd: workspace.workDir, env, maxBuffer: 2 ** 28 },
          (error, stdout) =>
            resolve({ code: error ? Number(error.code) : 0, stdout, seconds: (Date.now() - began) / 1000 }),
        );
      });
    });
  } finally {
    host.stop();
  }
}
