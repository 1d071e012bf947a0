import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { handler } from "../../../components/aws/runbooks/probe";

describe("components: the probe function", () => {
  const servers: Server[] = [];

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }

  const web = (answer: RequestListener) => listen(createServer(answer));

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  it("takes an open port for working where no path is given", async () => {
    const port = await listen(createTcpServer((socket) => socket.destroy()));
    assert.deepEqual(await handler({ addresses: ["127.0.0.1"], probe: { port, tls: false } }), { ok: true });
  });

  it("says which port is closed", async () => {
    const server = createTcpServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const { ok, why } = await handler({ addresses: ["127.0.0.1"], probe: { port, tls: false } });
    assert.equal(ok, false);
    assert.match(why ?? "", new RegExp(`^127\\.0\\.0\\.1:${port} connect ECONNREFUSED`));
  });

  for (const [status, works] of [
    [200, true],
    [302, true],
    [399, true],
    [404, false],
    [503, false],
  ] as const) {
    it(`takes an answer of ${status} for ${works ? "working" : "not working"}`, async () => {
      const port = await web((request, response) => {
        assert.equal(request.url, "/health");
        response.writeHead(status).end("x");
      });
      const probe = { port, path: "/health", tls: false };
      assert.deepEqual(
        await handler({ addresses: ["127.0.0.1"], probe }),
        works ? { ok: true } : { ok: false, why: `127.0.0.1:${port}/health answers ${status}` },
      );
    });
  }

  it("wants every address to work, and names those that do not", async () => {
    const port = await web((_, response) => response.end());
    const probe = { port, path: "/", tls: false };
    assert.deepEqual(await handler({ addresses: ["127.0.0.1", "127.0.0.1"], probe }), { ok: true });
    const { ok, why } = await handler({ addresses: ["127.0.0.1", "127.0.0.9"], probe });
    assert.equal(ok, false);
    assert.match(why ?? "", /^127\.0\.0\.9:/);
    assert.equal((await handler({ addresses: [], probe })).ok, false);
  });

  it("notices a port that does not speak TLS, and an HTTP server that speaks something else", async () => {
    const port = await web((_, response) => response.end());
    assert.equal((await handler({ addresses: ["127.0.0.1"], probe: { port, tls: true } })).ok, false);
    const odd = await listen(createTcpServer((socket) => socket.end("hello\r\n")));
    assert.equal(
      (await handler({ addresses: ["127.0.0.1"], probe: { port: odd, path: "/", tls: false } })).ok,
      false,
    );
  });
});
