import assert from "node:assert/strict";
import { TestEnvironment } from "../support/sandbox-cli";

const DAY = 24 * 3600 * 1000;
const inDays = (days: number) => `${new Date(Date.now() + days * DAY).toISOString().slice(0, 19)}Z`;

describe("a test environment in AWS", function () {
  this.timeout(600_000);
  let environment: TestEnvironment;
  /** The dev stack with an environment that ends then. */
  const ending = (expires: string) =>
    environment.describe((original) =>
      original
        .replace(
          /^( +)recovery:$/m,
          `$1testEnvironments:\n$1  upgrade: { recovery: [alpine], expires: "${expires}" }\n$&`,
        )
        // Without it the bill is that of a whole month, which is above the stack's budget: the pack refuses it.
        .replace(/^( +)usage:.*$/m, "$&\n$1  testHours: 72"),
    );

  before(async () => {
    environment = await TestEnvironment.open("test-environment");
  });
  after(() => environment.close());

  it("comes up, and a second run changes nothing", async () => {
    ending(inDays(3));
    const { code, document, stderr } = await environment.run("up");
    assert.equal(code, 0, stderr);
    assert.ok(document?.changes.some(({ name }) => name === "test-upgrade.alpine"));
    assert.match(environment.sites().join("\n"), /aws:autoscaling\/schedule:Schedule \S+\/expires/);
    assert.deepEqual((await environment.run("up")).document?.changes, []);
  });

  it("is given more time in place", async () => {
    ending(inDays(5));
    const { code, document } = await environment.run("up");
    assert.equal(code, 0);
    assert.deepEqual(
      document?.changes.filter(({ operation }) => operation !== "update"),
      [],
    );
    assert.ok(document?.changes.some(({ type }) => type === "aws:autoscaling/schedule:Schedule"));
  });

  it("is removed when its time is over, and hinders nothing else", async () => {
    ending(inDays(-1));
    const { code, document } = await environment.run("up");
    assert.equal(code, 0);
    assert.ok(document && document.changes.length > 8);
    assert.deepEqual(
      document.changes.filter(({ operation }) => operation !== "delete"),
      [],
    );
    assert.doesNotMatch(
      environment.sites().join("\n"),
      /autoscaling\/schedule:Schedule|instanceConnectEndpoint/,
    );
  });
});
