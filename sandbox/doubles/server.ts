import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  type CheckRequest,
  CheckResponse,
  type ConfigureRequest,
  ConfigureResponse,
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  type DiffResponse,
  GetSchemaResponse,
  type InvokeRequest,
  InvokeResponse,
  ProviderHandshakeResponse,
  type ReadRequest,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Properties, Value, World, WorldObject } from "../world";
import { checkFailure, diffConfig, diffResponse } from "./answers";
import { type ProviderDouble, Refusal } from "./behaviour";
import type { FaultOperation } from "./faults";
import { Inputs } from "./inputs";
import { type ExistingTarget, Lifecycle, type Target } from "./lifecycle";
import { decode, encode, UNKNOWN } from "./wire";

/** Carries out one operation that changes or reads the world, with whatever is to go wrong with it. */
export type Perform = <T>(operation: FaultOperation, target: Target, effect: () => T) => Promise<T>;

export interface ServerOptions {
  readonly double: ProviderDouble;
  readonly world: World;
  readonly scripts: Readonly<Record<string, string>>;
  readonly perform: Perform;
  readonly onCancel: () => void;
}

/** Speaks Pulumi's provider protocol for one double, with the engine on the other end of 127.0.0.1. */
export class ProviderServer {
  private readonly server = new grpc.Server();
  private readonly lifecycle: Lifecycle;
  /** Every provider of the program, the default one included, dials a connection of its own. */
  private readonly configs = new Map<string, Properties>();

  constructor(private readonly options: ServerOptions) {
    const { double, world, scripts } = options;
    this.lifecycle = new Lifecycle(double.behaviours, world, scripts);
    this.server.addService(ResourceProviderService, this.handlers());
  }

  /** Starts serving on a free port of 127.0.0.1 and returns the port. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
        if (error) reject(error);
        else resolve(port);
      });
    });
  }

  /** Stops at once; what is under way gets no answer. */
  stop(): void {
    this.server.forceShutdown();
  }

  private handlers(): grpc.UntypedServiceImplementation {
    return {
      handshake: unary(() =>
        new ProviderHandshakeResponse()
          .setAcceptSecrets(true)
          .setAcceptResources(false)
          .setAcceptOutputs(false),
      ),
      attach: unary(() => new Empty()),
      getPluginInfo: unary(() => new PluginInfo().setVersion(this.options.double.version)),
      getSchema: unary(() => new GetSchemaResponse().setSchema(JSON.stringify(this.schema()))),
      checkConfig: unary((request: CheckRequest) => new CheckResponse().setInputs(request.getNews())),
      diffConfig: unary((request: DiffRequest) => diffConfig(request, this.options.double.replacedBy)),
      configure: unary((request: ConfigureRequest, peer) => this.configure(request, peer)),
      check: unary((request: CheckRequest, peer) => this.check(request, peer)),
      diff: unary((request: DiffRequest) => this.diff(request)),
      create: unary((request: CreateRequest, peer) => this.create(request, peer)),
      read: unary((request: ReadRequest, peer) => this.read(request, peer)),
      update: unary((request: UpdateRequest, peer) => this.update(request, peer)),
      delete: unary((request: DeleteRequest, peer) => this.delete(request, peer)),
      invoke: unary((request: InvokeRequest, peer) => this.invoke(request, peer)),
      cancel: unary(() => {
        this.options.onCancel();
        return new Empty();
      }),
    };
  }

  private schema() {
    const { name, version } = this.options.double;
    return { name, version };
  }

  private configure(request: ConfigureRequest, peer: string): ConfigureResponse {
    const { values } = decode(request.getArgs());
    const config = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, parsed(value)]));
    this.options.double.configure?.(new Inputs(config), this.options.world);
    this.configs.set(peer, config);
    return new ConfigureResponse()
      .setAcceptsecrets(true)
      .setAcceptresources(false)
      .setAcceptoutputs(false)
      .setSupportspreview(true);
  }

  private check(request: CheckRequest, peer: string): CheckResponse {
    const news = decode(request.getNews());
    const { inputs, failures } = this.lifecycle.check({
      ...this.target(request, peer),
      olds: decode(request.getOlds()).values,
      news: news.values,
      randomSeed: request.getRandomseed_asB64(),
    });
    return new CheckResponse()
      .setInputs(encode(inputs, news.secrets))
      .setFailuresList(failures.map(checkFailure));
  }

  private diff(request: DiffRequest): DiffResponse {
    const olds = decode(request.getOldInputs() ?? request.getOlds()).values;
    const news = decode(request.getNews()).values;
    const plan = this.lifecycle.diff(typeOf(request), olds, news);
    return diffResponse(plan.differences).setDeletebeforereplace(plan.deleteBeforeReplace);
  }

  private async create(request: CreateRequest, peer: string): Promise<CreateResponse> {
    const { values, secrets } = decode(request.getProperties());
    const target = this.target(request, peer);
    if (request.getPreview()) {
      const outputs = this.lifecycle.planCreate(target.type, values);
      return new CreateResponse().setProperties(encode(outputs, secrets));
    }
    const object = await this.options.perform("create", target, () =>
      this.lifecycle.create(target, values, secrets),
    );
    return new CreateResponse().setId(object.id).setProperties(encodeOutputs(object));
  }

  private async read(request: ReadRequest, peer: string): Promise<ReadResponse> {
    const target = this.existingTarget(request, request.getProperties(), peer);
    const object = await this.options.perform("read", target, () => this.lifecycle.read(target));
    if (!object) return new ReadResponse();
    return new ReadResponse()
      .setId(object.id)
      .setProperties(encodeOutputs(object))
      .setInputs(encode(object.inputs, new Set(object.secretOutputs)));
  }

  private async update(request: UpdateRequest, peer: string): Promise<UpdateResponse> {
    const target = this.existingTarget(request, request.getOlds(), peer);
    const { values, secrets } = decode(request.getNews());
    if (request.getPreview()) {
      const outputs = this.lifecycle.planUpdate(target.type, values, target.state);
      const olds = decode(request.getOlds());
      return new UpdateResponse().setProperties(encode(outputs, new Set([...secrets, ...olds.secrets])));
    }
    const object = await this.options.perform("update", target, () =>
      this.lifecycle.update(target, values, secrets),
    );
    return new UpdateResponse().setProperties(encodeOutputs(object));
  }

  private async delete(request: DeleteRequest, peer: string): Promise<Empty> {
    const target = this.existingTarget(request, request.getProperties(), peer);
    await this.options.perform("delete", target, () => this.lifecycle.delete(target));
    return new Empty();
  }

  private invoke(request: InvokeRequest, peer: string): InvokeResponse {
    const { double, world } = this.options;
    const call = double.functions[request.getTok()];
    if (!call) {
      throw new Refusal(`unrecognized function: ${request.getTok()} (the sandbox does not model it)`);
    }
    const args = new Inputs(decode(request.getArgs()).values);
    const result = call({ world, args, config: this.config(peer) });
    return new InvokeResponse().setReturn(encode(result, new Set()));
  }

  private target(request: { getUrn(): string; getType(): string }, peer: string): Target {
    return { type: typeOf(request), urn: request.getUrn(), config: this.config(peer) };
  }

  private existingTarget(
    request: { getUrn(): string; getType(): string; getId(): string },
    state: Parameters<typeof decode>[0],
    peer: string,
  ): ExistingTarget {
    return { ...this.target(request, peer), id: request.getId(), state: decode(state).values };
  }

  private config(peer: string): Properties {
    return this.configs.get(peer) ?? {};
  }
}

/** A handler whose refusals and errors become gRPC errors. */
function unary<Request, Response>(
  handle: (request: Request, peer: string) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const answer = async () => handle(call.request, call.getPeer());
    answer().then(
      (response) => callback(null, response),
      (error: unknown) => callback({ code: grpc.status.UNKNOWN, details: messageOf(error) }),
    );
  };
}

function messageOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  return `error in a sandbox double: ${error instanceof Error ? (error.stack ?? error.message) : error}`;
}

/** The type, which older engines only give inside the URN. */
function typeOf(request: { getUrn(): string; getType(): string }): string {
  return request.getType() || (request.getUrn().split("::")[2]?.split("$").at(-1) ?? "");
}

/** The SDK sends nested provider configuration as JSON text. */
function parsed(value: Value | undefined): Value | undefined {
  if (typeof value !== "string" || value === UNKNOWN || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    return value;
  }
}

function encodeOutputs({ outputs, secretOutputs }: WorldObject) {
  return encode(outputs, new Set(secretOutputs));
}
