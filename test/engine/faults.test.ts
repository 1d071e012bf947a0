import assert from "node:assert/strict";
import { parse, stringify } from "yaml";
import { ESTATE_KEY } from "../../estate/file";
import { TestEnvironment } from "../support/sandbox-cli";

/** What an undisturbed `up` leaves at both sites: the yardstick for the disturbed ones. */
describe("a disturbed up", function () {
  this.timeout(900_000);
  let environment: TestEnvironment;
  let undisturbed: string[];

  before(async () => {
    environment = await TestEnvironment.open("test-faults");
    environment.describe(lighter);
    const { code, stderr } = await environment.run("up");
    assert.equal(code, 0, stderr);
    undisturbed = withoutIds(environment.sites());
  });
  beforeEach(() => environment.forget());
  after(() => environment.close());

  async function assertFinishes(): Promise<void> {
    const finished = await environment.run("up");
    assert.equal(finished.code, 0, JSON.stringify(finished.document?.errors));
    assert.deepEqual(withoutIds(environment.sites()), undisturbed, "nothing lost, nothing made twice");
    const again = await environment.run("up");
    assert.equal(again.code, 0, `${JSON.stringify(again.document?.errors)} ${again.stderr}`);
    assert.deepEqual(again.document?.changes, [], "the run after that changes nothing");
  }

  for (const fault of ["create:3:fail", "create:30:fail", "create:55:fail-after"]) {
    it(`with a provider's error (${fault}) is finished by the next run`, async () => {
      const failed = await environment.run("up", { HYBRID_ESTATE_FAULT: fault });
      assert.equal(failed.code, 1);
      assert.ok(failed.document?.errors.some(({ message }) => message.length > 0));
      await assertFinishes();
    });
  }

  for (const fault of ["create:1:kill-after", "create:12:kill", "create:33:kill-after", "create:50:kill"]) {
    it(`killed (${fault}) is finished by the next run`, async () => {
      const killed = await environment.run("up", { HYBRID_ESTATE_FAULT: fault });
      assert.equal(killed.signal, "SIGKILL");
      await assertFinishes();
    });
  }

  it("killed, then destroyed: what the state was never told of goes too", async () => {
    const killed = await environment.run("up", { HYBRID_ESTATE_FAULT: "create:33:kill-after" });
    assert.equal(killed.signal, "SIGKILL");
    const { code, document } = await environment.run("destroy");
    assert.equal(code, 0, JSON.stringify(document?.errors));
    assert.deepEqual(environment.declared(), []);
  });

  it("two runs at once: one works, the other waits and finds nothing to do", async () => {
    const results = await Promise.all([environment.run("up"), environment.run("up")]);
    assert.deepEqual(
      results.map(({ code }) => code),
      [0, 0],
    );
    const changes = results
      .map(({ document }) => document?.changes.length ?? -1)
      .sort((one, other) => one - other);
    assert.equal(changes[0], 0);
    assert.ok((changes[1] ?? 0) > 60);
    assert.deepEqual(withoutIds(environment.sites()), undisturbed);
  });
});

/** The dev estate without what adds time and no other kind of step: each test brings it up three times. */
function lighter(text: string): string {
  const file = parse(text);
  const estate = file.config[ESTATE_KEY];
  for (const section of ["access", "firewall", "monitoring"]) delete estate[section];
  delete estate.guests.monitoring;
  const { account, region, tags, network, backupBucket, recovery } = estate.aws;
  estate.aws = {
    account,
    region,
    tags,
    network: { cidr: network.cidr, zones: network.zones },
    backupBucket,
    recovery,
  };
  for (const guest of Object.values<{ firewall?: object }>(estate.guests)) delete guest.firewall;
  return stringify(file);
}

/** Ids that a site makes up differ between runs; how many objects of a type there are does not. */
function withoutIds(sites: readonly string[]): string[] {
  return sites
    .map((object) => (/^(aws|command):/.test(object) ? (object.split(" ")[0] ?? object) : object))
    .sort();
}
