import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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

  /** All that the first `up` has said. */
  let said = "";

  it("comes up without a mandatory violation", async () => {
    const { code, document, stdout, stderr } = await environment.run("up");
    said = stdout + stderr;
    assert.equal(code, 0, stderr);
    assert.ok(
      document?.violations.every(({ level }) => level === "advisory"),
      JSON.stringify(document?.violations),
    );
    assert.ok(environment.sites().length > 250);
  });

  it("keeps secrets out of the state, of the log and of --json: keys of tunnels and of the nodes too", async () => {
    const state = environment.state();
    assert.ok(state.includes("hybrid-estate:index:HybridEstate"), "the state of the stack is read");
    const secrets = standInSecrets(estateOf(path.join(ROOT, "Pulumi.prod.yaml")));
    assert.equal(Object.keys(secrets.vpnKeys ?? {}).length, 4);
    const outputs = await environment.run("outputs");
    assert.equal(outputs.code, 0);
    for (const text of [state, said, outputs.stdout, outputs.stderr]) assertHoldsNone(text, secrets);
    // What AWS makes itself, and hands out with the keys in it.
    const journal = readFileSync(path.join(environment.sandbox, "world", "world.jsonl"), "utf8");
    const made = [/"secret":"([^"]+)"/, /<pre_shared_key>([^<]+)</].map((form) => form.exec(journal)?.[1]);
    for (const secret of made) {
      assert.ok(secret, "the doubles of AWS made it");
      for (const text of [state, said, outputs.stdout])
        assert.ok(!text.includes(secret), "it is in plain text");
    }
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
