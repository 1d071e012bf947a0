import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  type AnalyzeDiagnostic,
  AnalyzeRequest,
  type AnalyzeResponse,
  type AnalyzerInfo,
  AnalyzerPropertyDependencies,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
  EnforcementLevel,
  PolicyConfig,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { DeclaredResource } from "../../policy/facts/declared";
import { type Properties, sentProperties } from "./estate";

type Reply<T> = (error: ServiceError | null, value: T) => void;

/** The pack in a process of its own, spoken to as the engine does. */
export class PackProcess {
  private constructor(
    readonly process: ChildProcess,
    readonly client: AnalyzerClient,
  ) {}

  static async start(): Promise<PackProcess> {
    const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    const folder = path.resolve(__dirname, "../../policy");
    const child = spawn(process.execPath, [runner, "127.0.0.1:1", "."], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [first] = await once(child.stdout, "data");
    const port = Number(String(first).trim());
    return new PackProcess(child, new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure()));
  }

  stop(): void {
    this.client.close();
    this.process.kill();
  }

  info(): Promise<AnalyzerInfo> {
    return answer((reply: Reply<AnalyzerInfo>) => this.client.getAnalyzerInfo(new Empty(), reply));
  }

  /** Levels and properties by policy, as the engine hands them over. */
  async configure(
    levels: Readonly<Record<string, EnforcementLevel>>,
    properties: Readonly<Record<string, Properties>> = {},
  ): Promise<void> {
    const info = await this.info();
    const own = new Map(
      info.getPoliciesList().map((policy) => [policy.getName(), policy.getEnforcementlevel()]),
    );
    const request = new ConfigureAnalyzerRequest();
    for (const policy of new Set([...Object.keys(levels), ...Object.keys(properties)])) {
      const level = levels[policy] ?? own.get(policy) ?? EnforcementLevel.MANDATORY;
      request
        .getPolicyconfigMap()
        .set(
          policy,
          new PolicyConfig().setEnforcementlevel(level).setProperties(struct(properties[policy] ?? {})),
        );
    }
    await answer((reply: Reply<Empty>) => this.client.configure(request, reply));
  }

  /** Shows every resource's inputs, then all outputs: what the engine does in a preview. */
  async preview(
    resources: readonly DeclaredResource[],
    computed: (resource: DeclaredResource) => Properties = () => ({}),
  ): Promise<AnalyzeDiagnostic.AsObject[]> {
    const said: AnalyzeDiagnostic[] = [];
    for (const resource of resources) {
      const reply = await answer((reply: Reply<AnalyzeResponse>) =>
        this.client.analyze(inputsOf(resource), reply),
      );
      said.push(...reply.getDiagnosticsList().map((each) => each.setUrn(resource.urn ?? "")));
    }
    const request = new AnalyzeStackRequest().setResourcesList(
      resources.map((resource) => outputsOf(resource, computed(resource))),
    );
    const reply = await answer((reply: Reply<AnalyzeResponse>) => this.client.analyzeStack(request, reply));
    return [...said, ...reply.getDiagnosticsList()].map((each) => each.toObject());
  }
}

function answer<T>(call: (reply: Reply<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))));
}

function inputsOf(resource: DeclaredResource): AnalyzeRequest {
  return new AnalyzeRequest()
    .setType(resource.type)
    .setName(resource.name)
    .setUrn(resource.urn ?? "")
    .setOptions(optionsOf(resource))
    .setProperties(struct(sentProperties(resource)));
}

function outputsOf(resource: DeclaredResource, computed: Properties): AnalyzerResource {
  const sent = new AnalyzerResource()
    .setType(resource.type)
    .setName(resource.name)
    .setUrn(resource.urn ?? "")
    .setOptions(optionsOf(resource))
    .setProperties(struct({ ...computed, ...sentProperties(resource) }));
  for (const [property, urns] of Object.entries(resource.propertyDependencies ?? {})) {
    const dependencies = new AnalyzerPropertyDependencies().setUrnsList([...urns]);
    sent.getPropertydependenciesMap().set(property, dependencies);
  }
  return sent;
}

function optionsOf({ options }: DeclaredResource): AnalyzerResourceOptions {
  return new AnalyzerResourceOptions()
    .setProtect(options?.protect ?? false)
    .setIgnorechangesList([...(options?.ignoreChanges ?? [])]);
}

/** Through JSON, which drops what is left out as the SDK does. */
function struct(properties: Properties): Struct {
  const plain: Record<string, JavaScriptValue> = JSON.parse(JSON.stringify(properties));
  return Struct.fromJavaScript(plain);
}

export const LEVELS = EnforcementLevel;
