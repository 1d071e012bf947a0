import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { LocalWorkspace, type PulumiCommand } from "@pulumi/pulumi/automation";
import { quietProgress } from "../../../cli/terminal";
import type { DeclaredResource } from "../../../policy/facts/declared";
import { engineEnvironment, findEngine, pulumiCommand } from "../../../sandbox/engine";
import { ReportCollector, type Violation } from "../../../sandbox/run/report";
import { ROOT } from "../sandbox-cli";
import { foreignProgram } from "./program";
import { AnyProvider } from "./provider";

/** What the pack said of a preview, and everything that kept the engine from finishing it but that. */
export interface Previewed {
  readonly violations: readonly Violation[];
  readonly errors: readonly string[];
}

/** The real engine on programs of somebody else, with providers that take everything. */
export class ForeignEngine {
  private constructor(
    private readonly folder: string,
    private readonly provider: AnyProvider,
    private readonly environment: Record<string, string>,
    private readonly command: PulumiCommand,
  ) {}

  static async start(): Promise<ForeignEngine> {
    const engine = await findEngine({ startProgress: quietProgress });
    const folder = await mkdtemp(path.join(tmpdir(), "hybrid-estate-foreign-"));
    const { provider, port } = await AnyProvider.start();
    const environment = await engineEnvironment({
      engine,
      stateFolder: path.join(folder, "state"),
      providers: { aws: port, proxmoxve: port },
    });
    return new ForeignEngine(folder, provider, environment, await pulumiCommand(engine, environment));
  }

  /** Previews the resources under the pack, with a configuration of the pack in the form of its file. */
  async preview(resources: readonly DeclaredResource[], config: object = {}): Promise<Previewed> {
    const { folder, provider, environment, command } = this;
    provider.forget();
    for (const { urn, outputs } of resources) {
      if (urn !== undefined && typeof outputs === "object" && outputs !== null) provider.answer(urn, outputs);
    }
    const configFile = path.join(folder, "policy.json");
    await writeFile(configFile, JSON.stringify(config));
    const workDir = path.join(folder, "work");
    await mkdir(workDir, { recursive: true });
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "dev", projectName: "test", program: foreignProgram(resources) },
      { workDir, pulumiCommand: command, envVars: environment },
    );
    const collector = new ReportCollector(() => undefined);
    let failure: unknown;
    await stack
      .preview({
        onEvent: collector.add,
        policyPacks: [path.join(ROOT, "policy")],
        policyPackConfigs: [configFile],
        suppressProgress: true,
      })
      .catch((error: unknown) => {
        failure = error;
      });
    const { violations, errors } = collector.report;
    const explained = violations.some(({ level }) => level === "mandatory");
    return { violations, errors: failure === undefined || explained ? errors : [...errors, String(failure)] };
  }

  async stop(): Promise<void> {
    this.provider.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
