const http = require("node:http");
const https = require("node:https");
const net = require("node:net");
const tls = require("node:tls");

/** Milliseconds until an address that says nothing counts as not working. */
const PATIENCE = 5000;

/**
 * The Lambda function that the runbooks ask whether an application works: it works when every address answers.
 * Plain JavaScript without packages, as AWS runs it as it is.
 */
exports.handler = async ({ addresses, probe }) => {
  if (!Array.isArray(addresses) || addresses.length === 0)
    return { ok: false, why: "there is no address to ask" };
  const answers = await Promise.all(addresses.map((address) => ask(address, probe)));
  const silent = answers.filter((why) => why !== undefined);
  return silent.length === 0 ? { ok: true } : { ok: false, why: silent.join("; ") };
};

/** Undefined where the application works, otherwise why it does not. */
async function ask(address, probe) {
  const where = `${address}:${probe.port}${probe.path ?? ""}`;
  try {
    const said = await (probe.path === undefined ? opened(address, probe) : requested(address, probe));
    return said === undefined ? undefined : `${where} ${said}`;
  } catch (error) {
    return `${where} ${error instanceof Error ? error.message || error.code : error}`;
  }
}

function opened(host, { port, tls: secure }) {
  return new Promise((resolve, reject) => {
    const options = { host, port };
    // The address is not the name that a certificate is for.
    const socket = secure ? tls.connect({ ...options, rejectUnauthorized: false }) : net.connect(options);
    const done = (settle, value) => {
      socket.destroy();
      settle(value);
    };
    socket.setTimeout(PATIENCE, () => done(resolve, `does not answer within ${PATIENCE / 1000} s`));
    socket.once(secure ? "secureConnect" : "connect", () => done(resolve, undefined));
    socket.once("error", (error) => done(reject, error));
  });
}

function requested(host, { port, path, tls: secure }) {
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).get(
      {
        host,
        port,
        path,
        rejectUnauthorized: false,
        agent: false,
        headers: { "user-agent": "hybrid-estate-probe" },
      },
      ({ statusCode }) => {
        clearTimeout(clock);
        request.destroy();
        resolve(statusCode >= 200 && statusCode < 400 ? undefined : `answers ${statusCode}`);
      },
    );
    // For all of it: a timeout of the socket begins anew with every byte.
    const clock = setTimeout(() => {
      resolve(`does not answer within ${PATIENCE / 1000} s`);
      request.destroy();
    }, PATIENCE);
    request.once("error", (error) => {
      clearTimeout(clock);
      reject(error);
    });
  });
}
