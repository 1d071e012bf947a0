import assert from "node:assert/strict";
import { parse, stringify } from "yaml";
import { ESTATE_KEY } from "../../estate/file";
import { type SandboxResult, TestEnvironment } from "../support/sandbox-cli";

const EXAMPLE = "examples/even-cluster.yaml";

/** An even cluster with a QDevice on the three networks of `hostNetworks`, through what a cluster goes through. */
describe("a cluster of four with a QDevice", function () {
  this.timeout(600_000);
  let environment: TestEnvironment;

  before(async () => {
    environment = await TestEnvironment.open("test-even", EXAMPLE);
  });
  after(() => environment.close());

  it("comes up, and a second run changes nothing", async () => {
    await brings(environment);
    assert.deepEqual(objects(environment, "host:qdevice"), ["meadow"]);
    assert.deepEqual((await brings(environment)).changes, []);
  });

  it("grows by two nodes, which join it; what was there stays as it is", async () => {
    change(environment, grown);
    const { changes } = await brings(environment);
    const operations = new Set(changes.map(({ operation }) => operation));
    assert.deepEqual(
      [...operations].sort(),
      ["create", "import", "update"],
      "nothing is replaced or deleted",
    );
    assert.deepEqual((await brings(environment)).changes, []);
  });

  it("makes VMs anew once they are not protected, with their places in HA, rules and pool", async () => {
    change(environment, (estate) => {
      grown(estate);
      estate.guests.web.id = 120;
    });
    const { code, document } = await environment.run("up");
    assert.equal(code, 1);
    assert.ok(document?.errors.some(({ message }) => message.includes("protect")));
    change(environment, (estate) => {
      grown(estate);
      estate.guests.web.id = 120;
      estate.guests.web.protect = false;
    });
    const { changes } = await brings(environment);
    const replaced = changes
      .filter(({ operation }) => operation === "replace")
      .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
    assert.deepEqual(replaced.sort(), [
      "Haresource web-1",
      "Haresource web-2",
      "Harule web-apart",
      "Membership web-1",
      "Membership web-2",
      "VmLegacy web-1",
      "VmLegacy web-2",
    ]);
    assert.deepEqual((await brings(environment)).changes, []);
  });
});

/** The parts of the description that change. */
interface Description {
  readonly nodes: Record<string, { addresses: Record<string, string> }>;
  readonly guests: { readonly web: { id: number; protect?: boolean } };
}

function grown({ nodes }: Description): void {
  nodes.meadow5 = { addresses: { management: "10.20.0.15", private: "10.20.1.15" } };
  nodes.meadow6 = { addresses: { management: "10.20.0.16", private: "10.20.1.16" } };
}

/** Writes the example, changed. */
function change(environment: TestEnvironment, edit: (estate: Description) => void): void {
  environment.describe((text) => {
    const file = parse(text);
    edit(file.config[ESTATE_KEY]);
    return stringify(file);
  });
}

async function brings(environment: TestEnvironment): Promise<NonNullable<SandboxResult["document"]>> {
  const { code, document, stderr } = await environment.run("up");
  assert.equal(code, 0, `${JSON.stringify(document?.errors)} ${stderr}`);
  assert.ok(document);
  return document;
}

function objects(environment: TestEnvironment, type: string): string[] {
  return environment.sites().flatMap((object) => {
    const [found, key = ""] = object.split(" ");
    return found === type ? [key] : [];
  });
}
