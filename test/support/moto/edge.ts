import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request to AWS as it passes the edge. */
export interface EdgeRequest {
  readonly method: string;
  /** Path with query, such as `/bucket/key?uploads`. */
  readonly path: string;
  /** Service of the signature, such as `ec2`; `s3` where the signature says none. */
  readonly service: string;
  /** What is asked: `Action` of the query protocol, the operation of a JSON target; undefined for S3. */
  readonly action?: string;
  /** Parameters of the query protocol, or the JSON body. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What the edge answers in place of moto. */
export interface EdgeAnswer {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
}

/** Answers a request itself, or leaves it to moto; `"drop"` cuts the connection. */
export type EdgeStub = (request: EdgeRequest) => EdgeAnswer | "drop" | undefined;

/**
 * The HTTP edge in front of moto: everything that a test's clients and moto's own state machines ask goes through it,
 * so that a test can see it, answer what moto lacks, and fail it as a network does.
 */
export class Edge {
  readonly seen: EdgeRequest[] = [];
  readonly #server: Server;
  #stubs: readonly EdgeStub[] = [];
  #target = 0;

  private constructor() {
    this.#server = createServer((incoming, outgoing) => void this.#pass(incoming, outgoing));
  }

  static async open(): Promise<Edge> {
    const edge = new Edge();
    await new Promise<void>((resolve) => edge.#server.listen(0, "127.0.0.1", resolve));
    return edge;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Port that moto listens on. */
  forwardTo(port: number): void {
    this.#target = port;
  }

  /** Asked in order before moto; the first that answers does. */
  stub(...stubs: readonly EdgeStub[]): void {
    this.#stubs = [...this.#stubs, ...stubs];
  }

  reset(): void {
    this.#stubs = [];
    this.seen.length = 0;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const service = serviceOf(incoming.headers.authorization);
    // Objects are passed on as they come: they may be large, and are not ours to read.
    const body = service === "s3" ? undefined : await bodyOf(incoming);
    const asked = described(incoming, service, body);
    this.seen.push(asked);
    for (const stub of this.#stubs) {
      const answer = stub(asked);
      if (answer === "drop") {
        incoming.socket.destroy();
        return;
      }
      if (answer) {
        incoming.resume();
        outgoing.writeHead(answer.status ?? 200, {
          "content-type": answer.type ?? "text/xml",
          // moto's state machines want one with every error.
          "x-amzn-requestid": "edge",
        });
        outgoing.end(answer.body);
        return;
      }
    }
    this.#forward(incoming, outgoing, body);
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer | undefined): void {
    const { method, url: path, headers } = incoming;
    const onward = request({ host: "127.0.0.1", port: this.#target, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.on("error", () => onward.destroy());
    outgoing.on("close", () => onward.destroy());
    if (body) onward.end(body);
    else incoming.pipe(onward);
  }
}

function serviceOf(authorization: string | undefined): string {
  return /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(authorization ?? "")?.[1] ?? "s3";
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function described(
  { method = "GET", url = "/", headers }: IncomingMessage,
  service: string,
  body?: Buffer,
): EdgeRequest {
  const request = { method, path: url, service };
  const text = body?.toString("utf8") ?? "";
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    return { ...request, action: target.split(".").at(-1), parameters: JSON.parse(text || "{}") };
  }
  const parameters = Object.fromEntries(new URLSearchParams(text));
  return { ...request, action: parameters.Action, parameters };
}
