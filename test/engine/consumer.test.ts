import assert from "node:assert/strict";
import { TestEnvironment } from "../support/sandbox-cli";

describe("a consumer of the stack's outputs", function () {
  this.timeout(600_000);
  let environment: TestEnvironment;

  before(async () => {
    environment = await TestEnvironment.open("test-consumer");
  });
  after(() => environment.close());

  it("says what it misses while the estate is not up", async () => {
    const { code, document } = await environment.run("consumer");
    assert.equal(code, 1);
    assert.ok(
      document?.errors.some(({ message }) => /hybrid-estate\/test-consumer|no output estate/.test(message)),
    );
  });

  it("builds on the estate once it is", async () => {
    assert.equal((await environment.run("up")).code, 0);
    const { code, document } = await environment.run("consumer");
    assert.equal(code, 0, JSON.stringify(document?.errors));
    assert.match(String(document?.outputs?.securityGroup), /^sg-/);
    assert.deepEqual(document?.outputs?.highlyAvailableGuests, [
      { name: "alpine", addresses: ["192.168.1.15"] },
      { name: "vpn", addresses: ["192.168.137.5"] },
    ]);
  });

  it("goes before the estate does", async () => {
    const { code, document } = await environment.run("destroy");
    assert.equal(code, 0, JSON.stringify(document?.errors));
    assert.deepEqual(environment.declared(), []);
  });
});
