import assert from "node:assert/strict";
import path from "node:path";
import { standInSecrets } from "../../estate/secrets";
import { estateOf } from "../support/description";
import { ROOT, TestEnvironment } from "../support/sandbox-cli";
import { assertHoldsNone } from "../support/secrets";

/** The real engine on the larger estate. The tests build on each other, in order. */
describe("the prod stack in the sandbox", function () {
  this.timeout(900_000);
  let environment: TestEnvironment;

  before(async () => {
    environment = await TestEnvironment.open("test-prod", "Pulumi.prod.yaml");
  });
  after(() => environment.close());

  it("comes up without a mandatory violation", async () => {
    const { code, document, stderr } = await environment.run("up");
    assert.equal(code, 0, stderr);
    assert.ok(
      document?.violations.every(({ level }) => level === "advisory"),
      JSON.stringify(document?.violations),
    );
    assert.ok(environment.sites().length > 250);
  });

  it("keeps secrets out of the state", () => {
    const state = environment.state();
    assert.ok(state.includes("hybrid-estate:index:HybridEstate"), "the state of the stack is read");
    assertHoldsNone(state, standInSecrets(estateOf(path.join(ROOT, "Pulumi.prod.yaml"))));
  });

  it("changes nothing on the second run", async () => {
    const before = environment.sites();
    const { code, document } = await environment.run("up");
    assert.equal(code, 0);
    assert.deepEqual(document?.changes, []);
    assert.deepEqual(environment.sites(), before);
  });

  it("destroys all of it but what scripts made on hosts", async () => {
    const { code, document } = await environment.run("destroy");
    assert.equal(code, 0, JSON.stringify(document?.errors));
    assert.deepEqual(environment.declared(), []);
  });
});
