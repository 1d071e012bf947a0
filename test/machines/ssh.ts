import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Image } from "./image/image";
import { finished, spawnTied } from "./processes";

/** How a command on a machine ended. */
export interface Result {
  /** Exit status; 255 when SSH itself failed; null when the client was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way on a machine. */
export interface Running {
  readonly result: Promise<Result>;
  readonly client: ChildProcess;
}

export interface SshOptions {
  readonly image: Image;
  /** Port on this machine that leads to the other one's SSH server. */
  readonly port: number;
  /** Where the connection that commands share listens. */
  readonly socket: string;
}

/** What a command's standard input does after its text. */
export type InputEnd = "ended" | "left open";

/** Root on a machine, through this system's SSH client. */
export class Ssh {
  #shared: ChildProcess | undefined;
  #knownHosts: string;

  constructor(private readonly options: SshOptions) {
    this.#knownHosts = options.image.knownHosts;
  }

  /** From the next connection on, the machine has to answer with a key of this file, under the name `machine`. */
  expect(knownHosts: string): void {
    this.#knownHosts = knownHosts;
  }

  /**
   * Runs a command as @pulumi/command does: a connection of its own, the command a string for root's login shell,
   * the script on standard input. Left open, standard input waits for more.
   */
  start(command: string, stdin: string, end: InputEnd = "ended"): Running {
    return this.session([], command, stdin, end);
  }

  /** The same over the shared connection: a handshake takes an emulated processor a second. */
  share(command: string, stdin: string): Promise<Result> {
    return this.session(["-S", this.options.socket], command, stdin, "ended").result;
  }

  /** Opens the connection that commands share. */
  async open(): Promise<void> {
    const { socket } = this.options;
    const args = [...this.arguments(), "-M", "-S", socket, "-N", "root@127.0.0.1"];
    const client = spawnTied("ssh", args, ["ignore", "ignore", "inherit"]);
    this.#shared = client;
    while (!existsSync(socket)) {
      if (client.exitCode !== null || client.signalCode !== null) throw new Error("SSH ended at once");
      await sleep(100);
    }
  }

  /** Closes it. Ended like this, the client removes its socket. */
  async close(): Promise<void> {
    const client = this.#shared;
    if (!client || client.exitCode !== null || client.signalCode !== null) return;
    const end = finished(client);
    client.kill("SIGTERM");
    await end;
  }

  private session(options: readonly string[], command: string, stdin: string, end: InputEnd): Running {
    const client = spawn("ssh", [...this.arguments(), ...options, "root@127.0.0.1", command]);
    // A machine that closes its end early is a result of its own.
    client.stdin.on("error", () => undefined);
    client.stdin.write(stdin);
    if (end === "ended") client.stdin.end();
    const result = new Promise<Result>((resolve, reject) => {
      let stdout = "";
      let stderr = "";
      client.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
      });
      client.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
      });
      client.on("error", reject);
      client.on("close", (code) => resolve({ code, stdout, stderr }));
    });
    return { client, result };
  }

  private arguments(): string[] {
    const { image, port } = this.options;
    return [
      ...["-F", "none", "-p", String(port), "-i", image.key, "-o", "IdentitiesOnly=yes"],
      ...["-o", "BatchMode=yes", "-o", "ConnectTimeout=20", "-o", "LogLevel=ERROR"],
      ...["-o", "StrictHostKeyChecking=yes", "-o", `UserKnownHostsFile=${this.#knownHosts}`],
      ...["-o", "HostKeyAlias=machine"],
    ];
  }
}
