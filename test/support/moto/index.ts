import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import path from "node:path";
import { createInterface } from "node:readline";
import { Edge, type EdgeRequest, type EdgeStub } from "./edge";
import { motoPython } from "./install";

export type { EdgeAnswer, EdgeRequest, EdgeStub } from "./edge";
export { lackingForMoto } from "./install";

/** AWS said no. */
export class AwsError extends Error {
  constructor(
    /** AWS's code, such as `NoSuchKey`. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** A result of AWS: boto3's, with times as ISO texts and bytes in base64. */
export type AwsResult = Readonly<Record<string, unknown>>;

interface Answer {
  readonly id: number;
  readonly result?: AwsResult;
  readonly code?: string;
  readonly message?: string;
}

interface Waiting {
  resolve(result: AwsResult): void;
  reject(error: Error): void;
}

/**
 * AWS for tests: moto's server on loopback, which runs state machines for real, behind an edge where a test sees
 * every request and answers what moto lacks.
 *
 * @example
 * const aws = await Moto.start();
 * aws.stub(({ action }) => (action === "ImportSnapshot" ? { body: "<ImportSnapshotResponse>…" } : undefined));
 * await aws.call("s3", "create_bucket", { Bucket: "example" });
 * await aws.stop();
 */
export class Moto {
  readonly region = "us-east-1";
  readonly account = "123456789012";
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;

  private constructor(
    private readonly edge: Edge,
    private readonly server: ChildProcess,
    private readonly bridge: ChildProcess,
  ) {
    if (!bridge.stdout) throw new Error("the bridge has no standard output");
    createInterface({ input: bridge.stdout }).on("line", (line) =>
      this.#answered(JSON.parse(line) as Answer),
    );
    bridge.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the bridge to moto has ended"));
    });
  }

  /** @throws when moto is not installed (see {@link lackingForMoto}) or does not start */
  static async start(): Promise<Moto> {
    const edge = await Edge.open();
    // moto's state machines call AWS at MOTO_PORT: through the edge, as everybody does.
    const server = start([path.join(__dirname, "server.py"), "-H", "127.0.0.1", "-p", "0"], {
      MOTO_PORT: String(edge.port),
    });
    edge.forwardTo(await portOf(server));
    const moto = new Moto(edge, server, start([path.join(__dirname, "bridge.py")]));
    await moto.reset();
    return moto;
  }

  /** Where clients find AWS. */
  get url(): string {
    return `http://127.0.0.1:${this.edge.port}`;
  }

  /** What was asked since the last reset, in order; with what moto's own state machines asked. */
  get seen(): readonly EdgeRequest[] {
    return this.edge.seen;
  }

  /** Answers requests in moto's place, until the next reset. */
  stub(...stubs: readonly EdgeStub[]): void {
    this.edge.stub(...stubs);
  }

  /** An operation by boto3's names, such as `call("ec2", "describe_images", { Owners: ["self"] })`. */
  call(service: string, operation: string, parameters: AwsResult = {}): Promise<AwsResult> {
    this.#calls += 1;
    const id = this.#calls;
    const call = { id, url: this.url, region: this.region, service, operation, parameters };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.bridge.stdin?.write(`${JSON.stringify(call)}\n`);
    });
  }

  /** Runs a state machine that exists to its end, and returns what it came to (`status`, `output`, `error`, `cause`). */
  async execute(stateMachineArn: string, input: unknown): Promise<AwsResult> {
    const { executionArn } = await this.call("stepfunctions", "start_execution", {
      stateMachineArn,
      // AWS gives an execution a name that has none, and moto does not.
      name: randomUUID(),
      input: JSON.stringify(input),
    });
    for (;;) {
      const execution = await this.call("stepfunctions", "describe_execution", { executionArn });
      if (execution.status !== "RUNNING") return execution;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Everything is gone, as on the first day; state machines run. */
  async reset(): Promise<void> {
    this.edge.reset();
    await fetch(`${this.url}/moto-api/reset`, { method: "POST" });
    await fetch(`${this.url}/moto-api/config`, {
      method: "POST",
      body: JSON.stringify({ stepfunctions: { execute_state_machine: true } }),
    });
    this.edge.reset();
  }

  async stop(): Promise<void> {
    this.edge.close();
    await Promise.all([this.server, this.bridge].map(ended));
  }

  #answered({ id, result, code, message }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (result) waiting?.resolve(result);
    else waiting?.reject(new AwsError(code ?? "", message ?? ""));
  }
}

/** Starts Python so that it can't outlive this process, and sees no credentials or configuration of the machine. */
function start(args: readonly string[], variables: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn("setpriv", ["--pdeathsig", "KILL", motoPython(), "-u", ...args], {
    env: {
      PATH: process.env.PATH,
      HOME: "/nonexistent",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      ...variables,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** The port that moto says it listens on. */
function portOf(server: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = "";
    server.stderr?.setEncoding("utf8").on("data", (text: string) => {
      if (said.length < 10_000) said += text;
      const port = /Running on http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (port) resolve(Number(port));
    });
    server.stdout?.resume();
    server.on("error", reject);
    server.on("close", () => reject(new Error(`moto did not start:\n${said}`)));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    child.on("close", () => resolve());
    child.kill("SIGKILL");
  });
}
