import assert from "node:assert/strict";
import { TestEnvironment } from "../support/sandbox-cli";

describe("the example of a split application", function () {
  this.timeout(600_000);
  let environment: TestEnvironment;

  before(async () => {
    environment = await TestEnvironment.open("test-split", "examples/split.yaml");
  });
  after(() => environment.close());

  it("comes up: the front end runs in AWS, reaches the database, and shares the requests with the cluster", async () => {
    const { code, document } = await environment.run("up");
    assert.equal(code, 0, JSON.stringify(document?.errors));
    const sites = environment.sites().join("\n");
    assert.match(sites, /aws:lb\/targetGroupAttachment:TargetGroupAttachment /);
    assert.match(sites, /aws:route53\/record:Record Z0123456789EXAMPLE000_shop\.example\.org_A/);
    const again = await environment.run("up");
    assert.deepEqual(again.document?.changes, []);
  });
});
