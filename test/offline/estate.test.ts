import assert from "node:assert/strict";
import { join } from "node:path";
import { declareEnvironment, declareEstate } from "../../offline/estate";
import type { DeclaredResource } from "../../policy/facts/declared";
import { judge } from "../../policy/judge";
import { resource, UNKNOWN_TEXT } from "../policy/estate";
import { DEV_FILE, devDescription, REPOSITORY } from "../support/description";

const AS_BUILT = join(REPOSITORY, "examples", "as-built.yaml");

describe("an estate declared offline", function () {
  this.timeout(60_000);
  // The program switches traces off; the tests that come after it want theirs.
  const { stackTraceLimit } = Error;
  afterEach(() => {
    Error.stackTraceLimit = stackTraceLimit;
    process.setSourceMapsEnabled(true);
  });

  async function resourcesOf(file: string): Promise<readonly DeclaredResource[]> {
    const declared = await declareEnvironment(file, "dev");
    assert.ok(declared.ok, JSON.stringify(declared));
    return declared.resources;
  }

  it("is the same each time", async () => {
    const [first, other, second] = [
      await resourcesOf(DEV_FILE),
      await resourcesOf(AS_BUILT),
      await resourcesOf(DEV_FILE),
    ];
    assert.ok(first.length > 60);
    // As JSON: an archive's content is a promise, and Node numbers those once anything follows asynchronous calls.
    assert.deepEqual(asJson(second), asJson(first));
    assert.notDeepEqual(asJson(other), asJson(first));
  });

  it("has what AWS computes as unknown, and the account and the image as answered", async () => {
    const declared = await resourcesOf(DEV_FILE);
    const only = (type: string) => {
      const found = declared.filter((one) => one.type === type);
      assert.equal(found.length, 1, type);
      return JSON.parse(JSON.stringify(found[0]?.properties));
    };
    assert.deepEqual(only("aws:autoscaling/group:Group").launchTemplate.id, { __pulumiUnknown: true });
    assert.equal(only("aws:ec2/launchTemplate:LaunchTemplate").imageId, "ami-00000000000000000");
  });

  it("says every mistake of a description, and declares nothing", async () => {
    const bad = devDescription([["guests", "alpine", "memory"], "1 GB"], [["guests", "Ubuntu", "id"], 100]);
    const declared = await declareEstate(bad, "dev");
    assert.ok(!declared.ok);
    assert.deepEqual(declared.problems.map(({ path }) => path).sort(), [
      "guests.Ubuntu.id",
      "guests.alpine.memory",
    ]);
  });

  for (const [what, file, refused] of [
    ["dev stack", DEV_FILE, []],
    ["cluster as it was really built", AS_BUILT, ["ha-guest-on-shared-storage"]],
  ] as const) {
    it(`gets the verdicts of the pack: the ${what}`, async () => {
      const offline = await resourcesOf(file);
      const verdicts = judge(offline);
      assert.deepEqual(
        verdicts.filter(({ level }) => level === "mandatory").map(({ policy }) => policy),
        refused,
      );
      const inPack = judge(offline.map(throughCrossGuard)).map(({ urn, ...verdict }) => verdict);
      assert.deepEqual(
        inPack,
        verdicts.map(({ urn, ...verdict }) => verdict),
      );
    });
  }
});

/** The resource as CrossGuard shows it to a pack: unknown values behind its proxy, and whom it belongs to and comes from. */
function throughCrossGuard({ type, name, properties, ...links }: DeclaredResource): DeclaredResource {
  const sent: Record<string, unknown> = JSON.parse(JSON.stringify(properties), (_, value) =>
    typeof value === "object" && value !== null && "__pulumiUnknown" in value ? UNKNOWN_TEXT : value,
  );
  return resource(type, name, sent, links);
}

function asJson(resources: readonly DeclaredResource[]): unknown {
  return JSON.parse(JSON.stringify(resources));
}
