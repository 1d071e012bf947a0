import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { GetRequiredPluginsResponse, type RunRequest, RunResponse } from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { parse } from "yaml";
import { z } from "zod";

/** A project as its Pulumi.yaml has it. */
export interface NodeProject {
  readonly folder: string;
  /** The program's file in the folder. */
  readonly main: string;
  /** `runtime.options.nodeargs`. */
  readonly nodeargs: readonly string[];
  /** `runtime.options.typescript`: whether Pulumi compiles and checks TypeScript by itself. */
  readonly typescript: boolean;
}

const projectSchema = z.object({
  main: z.string(),
  runtime: z.object({ options: z.object({ nodeargs: z.string(), typescript: z.boolean() }) }),
});

/** Reads a folder's Pulumi.yaml. */
export function nodeProject(folder: string): NodeProject {
  const { main, runtime } = projectSchema.parse(
    parse(readFileSync(path.join(folder, "Pulumi.yaml"), "utf8")),
  );
  const { nodeargs, typescript } = runtime.options;
  return { folder, main, nodeargs: nodeargs.split(" "), typescript };
}

/**
 * What `pulumi-language-nodejs` does, as far as the engine needs it: runs a project's program with the options of
 * its Pulumi.yaml through @pulumi/pulumi's own runner. The plugin itself can't be had here.
 */
export class NodeHost {
  private readonly server = new Server();
  /** What the runner printed. */
  output = "";

  constructor(private readonly project: NodeProject) {
    this.server.addService(LanguageRuntimeService, {
      getPluginInfo: (_call: unknown, reply: sendUnaryData<PluginInfo>) =>
        reply(null, new PluginInfo().setVersion("1.0.0")),
      getRequiredPlugins: (_call: unknown, reply: sendUnaryData<GetRequiredPluginsResponse>) =>
        reply(null, new GetRequiredPluginsResponse()),
      run: (call: ServerUnaryCall<RunRequest, RunResponse>, reply: sendUnaryData<RunResponse>) => {
        this.run(call.request).then((response) => reply(null, response), reply);
      },
    });
  }

  /** Listens, and returns the address for `--client`. */
  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(`127.0.0.1:${port}`),
      );
    });
  }

  stop(): void {
    this.server.forceShutdown();
  }

  private run(request: RunRequest): Promise<RunResponse> {
    const { folder, main, nodeargs, typescript } = this.project;
    const args = [
      ...nodeargs,
      require.resolve("@pulumi/pulumi/cmd/run"),
      ...["--monitor", request.getMonitorAddress(), "--engine", request.getArgsList()[0] ?? ""],
      ...["--project", request.getProject(), "--stack", request.getStack(), "--pwd", folder],
      ...(request.getDryrun() ? ["--dry-run"] : []),
      main,
    ];
    const config = Object.fromEntries(request.getConfigMap().getEntryList());
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: {
        ...process.env,
        PULUMI_CONFIG: JSON.stringify(config),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
        PULUMI_NODEJS_TYPESCRIPT: String(typescript),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
      });
    }
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        const response = new RunResponse();
        if (code !== 0) response.setError(`the program ended with exit code ${code}: ${this.output}`);
        resolve(response);
      });
    });
  }
}
