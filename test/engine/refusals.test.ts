import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { runNode, TestEnvironment } from "../support/sandbox-cli";

const AS_BUILT = "examples/as-built.yaml";

describe("what is refused, before anything is created", function () {
  this.timeout(600_000);
  let environment: TestEnvironment;

  before(async () => {
    environment = await TestEnvironment.open("test-refusals");
  });
  after(() => environment.close());

  function assertNamesTheProblem(message: string): void {
    for (const word of ["VM 100", "alpine", "scsi0", "local-lvm", "shared storage", "nfs-local"]) {
      assert.ok(message.includes(word), `the message names ${word}: ${message}`);
    }
  }

  /** The cluster as it was really built, in this test's own environment. */
  function describeAsBuilt(): void {
    environment.describe((text) =>
      text.replace("storage: nfs-local, size: 8 GiB", "storage: local-lvm, size: 8 GiB"),
    );
  }

  it("the example of the cluster as it was really built: by the offline check", async () => {
    const { code, stdout } = await runNode(["cli/check.ts", "--file", AS_BUILT, "--json"]);
    assert.equal(code, 1);
    const { ok, violations } = JSON.parse(stdout);
    assert.equal(ok, false);
    const [violation] = violations.filter(({ level }: { level: string }) => level === "mandatory");
    assert.equal(violation.policy, "ha-guest-on-shared-storage");
    assertNamesTheProblem(violation.message);
  });

  for (const operation of ["preview", "up"]) {
    it(`a VM under HA on local storage: by the sandbox's ${operation}`, async () => {
      describeAsBuilt();
      const { code, document } = await environment.run(operation);
      assert.equal(code, 1);
      const violation = document?.violations.find(({ level }) => level === "mandatory");
      assert.equal(violation?.policy, "ha-guest-on-shared-storage");
      assertNamesTheProblem(violation?.message ?? "");
      assert.deepEqual(environment.sites(), []);
    });
  }

  it("a bad environment file, with every mistake, before the engine is even looked for", async () => {
    environment.forget();
    environment.describe((text) =>
      text.replace("memory: 1 GiB", "memory: 1 GB").replace("id: 101", "id: 100"),
    );
    const { code, document } = await environment.run("up");
    assert.equal(code, 2);
    assert.deepEqual(document?.errors.map(({ path }) => path).sort(), [
      "guests.Ubuntu.id",
      "guests.alpine.memory",
    ]);
    assert.ok(!existsSync(environment.sandbox));
  });

  it("a missing environment file", async () => {
    const { code, stdout } = await runNode(["cli/sandbox.ts", "up", "--stack", "test-none", "--json"]);
    assert.equal(code, 2);
    assert.match(JSON.parse(stdout).errors[0].message, /no such file/);
  });
});
