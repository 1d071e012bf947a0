import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseEstate } from "../../contract";
import { standInSecrets } from "../../estate/secrets";
import { devEstate } from "../support/description";
import { runNode, TestEnvironment } from "../support/sandbox-cli";
import { assertHoldsNone } from "../support/secrets";

/** The real engine on the dev stack, from nothing to nothing. The tests build on each other, in order. */
describe("the dev stack in the sandbox", function () {
  this.timeout(600_000);
  let environment: TestEnvironment;

  before(async () => {
    environment = await TestEnvironment.open("test-lifecycle");
  });
  after(() => environment.close());

  it("previews without creating anything", async () => {
    const { code, document } = await environment.run("preview");
    assert.equal(code, 0);
    assert.ok(document && document.changes.length > 60);
    assert.deepEqual(
      document.changes.filter(({ operation }) => operation !== "create" && operation !== "import"),
      [],
    );
    assert.deepEqual(environment.sites(), []);
    // The engine's plan costs what the offline declaration does.
    const offline = await runNode(["cli/cost.ts", "--json"]);
    const { total, unknown } = JSON.parse(offline.stdout) as { total: { usd: string }; unknown: unknown[] };
    assert.deepEqual(document.cost, {
      ...{ usd: total.usd, before: "0.00", difference: total.usd, unknown: unknown.length },
    });
  });

  it("comes up: everything declared is there, what the installer made is adopted", async () => {
    const { code, document, stderr } = await environment.run("up");
    assert.equal(code, 0, stderr);
    assert.ok(
      document?.violations.every(({ level }) => level === "advisory"),
      JSON.stringify(document?.violations),
    );
    const adopted = document?.changes
      .filter(({ operation }) => operation === "import")
      .map(({ name }) => name);
    assert.deepEqual(adopted?.sort(), [
      "blckpink01-vmbr0",
      "blckpink02-vmbr0",
      "blckpink03-vmbr0",
      "local",
      "local-lvm",
    ]);
    const sites = environment.sites();
    assert.ok(sites.some((object) => object.startsWith("proxmoxve:index/vmLegacy:VmLegacy")));
    assert.ok(sites.some((object) => object.startsWith("aws:autoscaling/group:Group")));
  });

  it("exports the contract", async () => {
    const { document } = await environment.run("outputs");
    const estate = parseEstate(document?.outputs?.estate);
    assert.deepEqual(estate.guests.alpine, {
      kind: "vm",
      vmId: 100,
      node: "blckpink03",
      addresses: ["192.168.1.15"],
      haState: "started",
    });
    assert.match(estate.aws?.vpc.id ?? "", /^vpc-/);
    assert.equal(document?.outputs?.secrets, "[secret]");
  });

  it("keeps secrets out of the state", () => {
    const state = environment.state();
    assert.ok(state.includes("hybrid-estate:index:HybridEstate"), "the state of the stack is read");
    assertHoldsNone(state, standInSecrets(devEstate()));
    const journal = readFileSync(path.join(environment.sandbox, "world", "world.jsonl"), "utf8");
    const secret = /"secret":"([^"]+)"/.exec(journal)?.[1];
    assert.ok(secret, "the double of IAM made an access key");
    assert.ok(!state.includes(secret), "the nodes' access key is encrypted");
  });

  it("changes nothing on the second run", async () => {
    const before = environment.sites();
    const { code, document } = await environment.run("up");
    assert.equal(code, 0);
    assert.deepEqual(document?.changes, []);
    assert.deepEqual(environment.sites(), before);
    assert.equal(document?.cost?.difference, "0.00");
  });

  it("updates a guest in place, and only that guest", async () => {
    environment.describe((text) => text.replace("memory: 1 GiB", "memory: 2 GiB"));
    const { code, document } = await environment.run("up");
    assert.equal(code, 0);
    assert.deepEqual(
      document?.changes.map(({ operation, name }) => ({ operation, name })),
      [{ operation: "update", name: "alpine" }],
    );
  });

  it("leaves to HA where an HA guest runs", async () => {
    environment.describe((text) =>
      text.replace("memory: 1 GiB", "memory: 2 GiB").replace("node: blckpink03", "node: blckpink01"),
    );
    const { code, document } = await environment.run("up");
    assert.equal(code, 0);
    assert.deepEqual(document?.changes, []);
  });

  it("refuses to replace a protected guest, and leaves it as it is", async () => {
    const before = environment.sites();
    environment.describe((text) => text.replace("id: 100", "id: 150"));
    const { code, document } = await environment.run("up");
    assert.equal(code, 1);
    assert.ok(
      document?.errors.some(({ message }) => message.includes("alpine") && message.includes("protect")),
    );
    assert.deepEqual(environment.sites(), before);
  });

  it("refuses to remove a protected storage", async () => {
    const before = environment.sites();
    environment.describe((text) => text.replace(/^ {6}vmc-pool:.*\n/m, ""));
    const { code, document } = await environment.run("up");
    assert.equal(code, 1);
    assert.ok(
      document?.errors.some(({ message }) => message.includes("vmc-pool") && message.includes("protect")),
    );
    assert.deepEqual(environment.sites(), before);
  });

  it("destroys all of it but what scripts made on hosts", async () => {
    environment.describe((text) => text);
    const { code, document } = await environment.run("destroy");
    assert.equal(code, 0, JSON.stringify(document?.errors));
    assert.deepEqual(environment.declared(), []);
    assert.ok(
      environment.sites().includes("host:cluster-member blckpink03"),
      "the cluster is not taken apart",
    );
  });
});
