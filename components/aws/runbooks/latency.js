const net = require("node:net");

/** Milliseconds after which a try counts as lost: before TCP sends its first packet again, which would be measured too. */
const PATIENCE = 950;
/** Odd, so that there is one in the middle. */
const TRIES = 5;

/**
 * The Lambda function that measures the way to the other site: how long it takes until a port answers, be it that it
 * opens or that it is refused, as both take one round trip. Lambda may send no pings. The middle one of some tries is
 * the figure, so that neither a function that has just begun nor one lost packet is taken for the line; where most of them
 * are lost there is none. Plain JavaScript without packages, as AWS runs it as it is.
 */
exports.handler = async ({ address, port }) => {
  const tries = [];
  // One after the other: they would wait for each other in a function with a small share of a processor.
  for (let left = TRIES; left > 0; left -= 1) tries.push(await roundTrip(address, port));
  const answers = tries.map(({ ms }) => ms ?? Number.POSITIVE_INFINITY).sort((one, other) => one - other);
  const middle = answers[(TRIES - 1) / 2];
  if (Number.isFinite(middle)) return { ms: Math.round(middle * 1000) / 1000 };
  const why = [...new Set(tries.flatMap((one) => one.why ?? []))].join("; ");
  return { why: `${address}:${port} ${why}` };
};

/** What a try took, or why it says nothing. */
function roundTrip(host, port) {
  return new Promise((resolve) => {
    const began = process.hrtime.bigint();
    const socket = net.connect({ host, port });
    const took = () => ({ ms: Number(process.hrtime.bigint() - began) / 1e6 });
    const done = (result) => {
      clearTimeout(clock);
      socket.destroy();
      resolve(result);
    };
    const clock = setTimeout(() => done({ why: `does not answer within ${PATIENCE} ms` }), PATIENCE);
    socket.once("connect", () => done(took()));
    // Whatever else goes wrong, something on the way says so, and not the other end.
    socket.once("error", (error) =>
      done(error.code === "ECONNREFUSED" ? took() : { why: error.message || error.code }),
    );
  });
}
