import assert from "node:assert/strict";
import { type AddressInfo, createServer } from "node:net";
import { handler } from "../../components/aws/runbooks/latency";
import { latencyDefinition } from "../../components/aws/runbooks/latency-watch";
import { Moto } from "../support/moto";
import { quick } from "../support/runbooks";

const TARGET = { address: "192.168.1.4", port: 7 };
const DEFINITION = latencyDefinition({
  estate: "example",
  latencyFunction: "arn:aws:lambda:us-east-1:123456789012:function:latency",
  ...TARGET,
});

/** A port of this machine that is refused. */
async function refusing(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("watch over the way between the sites", () => {
  let aws: Moto;
  before(async () => {
    aws = await Moto.start();
  });
  beforeEach(() => aws.reset());
  after(() => aws.stop());

  /** Runs the state machine with a function that answers so; moto runs functions in Docker only. */
  async function run(answer: unknown, status = 200) {
    const asked: string[] = [];
    aws.stub(({ service, path, parameters }) => {
      if (service !== "lambda" || !path.endsWith("/invocations")) return undefined;
      // Read as a form's only name, as Lambda's protocol is none of the edge's.
      asked.push(...Object.keys(parameters));
      return { status, type: "application/json", body: JSON.stringify(answer) };
    });
    const { stateMachineArn } = await aws.call("stepfunctions", "create_state_machine", {
      name: `latency-${Math.random().toString(36).slice(2)}`,
      roleArn: "arn:aws:iam::123456789012:role/latency",
      definition: JSON.stringify(quick(DEFINITION)),
    });
    const { status: outcome, cause } = await aws.execute(String(stateMachineArn), {});
    return { asked, outcome, cause };
  }

  async function measured(): Promise<unknown[]> {
    const found = await aws.call("cloudwatch", "get_metric_statistics", {
      Namespace: "HybridEstate/Links",
      MetricName: "Latency",
      Dimensions: [{ Name: "Estate", Value: "example" }],
      StartTime: new Date(Date.now() - 3_600_000).toISOString(),
      EndTime: new Date(Date.now() + 3_600_000).toISOString(),
      Period: 7200,
      Statistics: ["Maximum"],
      Unit: "Milliseconds",
    });
    assert.ok(Array.isArray(found.Datapoints));
    return found.Datapoints.map(({ Maximum }) => Maximum);
  }

  it("asks the function for its target, and writes what the way took", async () => {
    // What the function really says of a port that is refused.
    const answer = await handler({ address: "127.0.0.1", port: await refusing() });
    assert.ok(answer.ms !== undefined && answer.ms > 0, answer.why);
    const { asked, outcome, cause } = await run(answer);
    assert.equal(outcome, "SUCCEEDED", String(cause));
    assert.deepEqual(
      asked.map((payload) => JSON.parse(payload)),
      [TARGET],
    );
    assert.deepEqual(await measured(), [answer.ms]);
  });

  for (const [what, answer, says] of [
    [
      "nobody answers",
      { why: "192.168.1.4:7 does not answer within 950 ms" },
      /^192\.168\.1\.4:7 does not answer within 950 ms$/,
    ],
    ["the function says nothing", {}, /^the function that measures said nothing$/],
    ["the figure is none", { ms: "soon" }, /^the function that measures said nothing$/],
  ] as const) {
    it(`writes nothing where ${what}, and fails with the reason`, async () => {
      const { outcome, cause } = await run(answer);
      assert.equal(outcome, "FAILED");
      assert.match(String(cause), says);
      assert.deepEqual(await measured(), []);
    });
  }

  it("writes nothing where the function cannot be asked", async () => {
    const { outcome } = await run({}, 500);
    assert.equal(outcome, "FAILED");
    assert.deepEqual(await measured(), []);
  });
});
