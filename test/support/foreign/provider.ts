import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  type CheckRequest,
  CheckResponse,
  ConfigureResponse,
  type CreateRequest,
  CreateResponse,
  DiffResponse,
  GetSchemaResponse,
  ProviderHandshakeResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

/** A provider that takes whatever it is given: what a foreign program declares is judged, not what a site makes of it. */
export class AnyProvider {
  private readonly server = new grpc.Server();
  /** What the provider says of resources besides their inputs, by URN; in a preview it may be unknown. */
  private readonly outputs = new Map<string, object>();

  private constructor() {
    this.server.addService(ResourceProviderService, {
      handshake: unary(() => new ProviderHandshakeResponse().setAcceptSecrets(true)),
      attach: unary(() => new Empty()),
      getPluginInfo: unary(() => new PluginInfo().setVersion("99.0.0")),
      getSchema: unary(() => new GetSchemaResponse().setSchema("{}")),
      checkConfig: unary((request: CheckRequest) => new CheckResponse().setInputs(request.getNews())),
      diffConfig: unary(() => new DiffResponse()),
      configure: unary(() => new ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true)),
      check: unary((request: CheckRequest) => new CheckResponse().setInputs(request.getNews())),
      create: unary((request: CreateRequest) => this.create(request)),
      cancel: unary(() => new Empty()),
    });
  }

  /** Starts one on a free port of 127.0.0.1. */
  static async start(): Promise<{ provider: AnyProvider; port: number }> {
    const provider = new AnyProvider();
    const port = await new Promise<number>((resolve, reject) => {
      provider.server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    return { provider, port };
  }

  /** From now on the resource has these outputs besides its inputs. */
  answer(urn: string, outputs: object): void {
    this.outputs.set(urn, outputs);
  }

  /** Forgets what it was to answer. */
  forget(): void {
    this.outputs.clear();
  }

  stop(): void {
    this.server.forceShutdown();
  }

  private create(request: CreateRequest): CreateResponse {
    const outputs: Record<string, JavaScriptValue> = JSON.parse(
      JSON.stringify({ ...this.outputs.get(request.getUrn()), ...request.getProperties()?.toJavaScript() }),
    );
    return new CreateResponse().setProperties(Struct.fromJavaScript(outputs));
  }
}

function unary<Request, Response>(
  handle: (request: Request) => Response,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => callback(null, handle(call.request));
}
