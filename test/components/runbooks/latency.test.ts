import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { handler } from "../../../components/aws/runbooks/latency";

/** A program that listens and is then stopped by a signal: nobody takes connections from its short queue. */
const LISTENER =
  'const s = require("net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => console.log(s.address().port));';

describe("components: the function that measures the way to the other site", function () {
  this.timeout(30_000);
  let server: Server | undefined;
  let stopped: ChildProcess | undefined;
  const waiting: Socket[] = [];

  async function listen(): Promise<number> {
    const listening = createServer((socket) => socket.destroy());
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
    return (listening.address() as AddressInfo).port;
  }

  /** A port whose host drops what comes: its queue is full, as the kernel fills it without asking the program. */
  async function blackHole(): Promise<number> {
    const child = spawn(process.execPath, ["-e", LISTENER], { stdio: ["ignore", "pipe", "inherit"] });
    stopped = child;
    const port = await new Promise<number>((resolve) =>
      child.stdout?.once("data", (text) => resolve(Number(text))),
    );
    child.kill("SIGSTOP");
    for (let left = 8; left > 0; left -= 1) {
      const socket = connect({ host: "127.0.0.1", port }).on("error", () => {});
      waiting.push(socket);
      await new Promise((resolve) => {
        socket.once("connect", resolve);
        setTimeout(resolve, 100);
      });
    }
    return port;
  }

  afterEach(() => {
    server?.close();
    server = undefined;
    for (const socket of waiting.splice(0)) socket.destroy();
    stopped?.kill("SIGKILL");
    stopped = undefined;
  });

  function isFigure({ ms, why }: { ms?: number; why?: string }): void {
    assert.equal(why, undefined);
    assert.ok(ms !== undefined && ms > 0 && ms < 900, String(ms));
  }

  it("is the time until a port opens", async () => {
    isFigure(await handler({ address: "127.0.0.1", port: await listen() }));
  });

  it("is the time until a port is refused: that is an answer too", async () => {
    const port = await listen();
    await new Promise((resolve) => server?.close(resolve));
    isFigure(await handler({ address: "127.0.0.1", port }));
  });

  it("is no figure where nobody answers, but the reason", async () => {
    const port = await blackHole();
    assert.deepEqual(await handler({ address: "127.0.0.1", port }), {
      why: `127.0.0.1:${port} does not answer within 950 ms`,
    });
  });

  it("is no figure where only something on the way answers", async () => {
    // The kernel says at once that it may not send there: nobody's answer.
    const { ms, why } = await handler({ address: "255.255.255.255", port: 7 });
    assert.equal(ms, undefined);
    assert.match(why ?? "", /^255\.255\.255\.255:7 connect E[A-Z]+/);
  });
});
