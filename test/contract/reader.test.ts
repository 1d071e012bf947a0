import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import {
  CONTRACT_VERSION,
  ContractError,
  type EstateContract,
  parseEstate,
  readEstate,
  readSecrets,
} from "../../contract";
import { settled } from "../support/declared";
import { type Change, GONE, put } from "../support/description";

const estate: EstateContract = {
  contractVersion: CONTRACT_VERSION,
  cluster: { name: "c1", endpoint: "https://192.0.2.10:8006/" },
  nodes: { pve1: { addresses: { lan: "192.0.2.11" } } },
  networks: {
    lan: { cidr: "192.0.2.0/24", gateway: "192.0.2.1", bridge: "vmbr0" },
    far: { cidr: "10.0.0.0/8" },
  },
  storages: { nas: { type: "nfs", content: ["images"], shared: true } },
  guests: {
    web: { kind: "vm", vmId: 110, node: "pve1", addresses: ["192.0.2.20"], haState: "started" },
    dns: { kind: "lxc", vmId: 120, node: "pve1", addresses: [] },
  },
  aws: {
    account: "123456789012",
    region: "eu-central-1",
    vpc: { id: "vpc-1", cidr: "10.42.0.0/16" },
    privateSubnets: { "eu-central-1a": "subnet-1" },
    backupBucket: { name: "b", arn: "arn:aws:s3:::b", keyArn: "arn:aws:kms:::key/1" },
    pilotLights: { web: { autoScalingGroup: "web-asg", launchTemplate: "lt-1" } },
  },
};

function exported(...changes: Change[]): object {
  const copy = structuredClone(estate);
  for (const change of changes) put(copy, change);
  return copy;
}

/** The message with which the reader refuses a value. */
function refusal(value: unknown): string {
  try {
    parseEstate(value);
  } catch (error) {
    assert.ok(error instanceof ContractError, String(error));
    return error.message;
  }
  throw new assert.AssertionError({ message: "the reader accepted it" });
}

describe("contract: the reader", () => {
  it("returns what a stack exports", () => {
    assert.deepEqual(parseEstate(exported()), estate);
    assert.equal(parseEstate(exported([["aws"], GONE])).aws, undefined);
  });

  it("reads a later stack of the same version, which may say more", () => {
    const later = exported(
      [["monitoring"], { url: "https://example.org" }],
      [["cluster", "quorum"], 2],
      [["guests", "web", "tags"], ["a"]],
      [["aws", "vpc", "ipv6"], "::"],
    );
    assert.deepEqual(parseEstate(later), estate);
  });

  for (const version of [2, 0, "1", 1.5, null]) {
    it(`refuses version ${JSON.stringify(version)} by its number, whatever else there is`, () => {
      for (const value of [exported([["contractVersion"], version]), { contractVersion: version }]) {
        assert.equal(
          refusal(value),
          `The stack exports version ${version} of the estate contract; this reader understands version 1`,
        );
      }
    });
  }

  it("says where a stack exports no estate", () => {
    assert.equal(refusal(undefined), "The stack has no output estate");
  });

  const wrong: [what: string, value: unknown, paths: string][] = [
    ["no object", "swordfish", "estate"],
    ["nothing but null", null, "estate"],
    ["no version", exported([["contractVersion"], GONE]), "estate.contractVersion"],
    ["a missing part", exported([["cluster", "endpoint"], GONE]), "estate.cluster.endpoint"],
    ["a missing section", exported([["storages"], GONE]), "estate.storages"],
    ["another type", exported([["guests", "web", "vmId"], "swordfish"]), "estate.guests.web.vmId"],
    ["a list for an object", exported([["nodes"], ["swordfish"]]), "estate.nodes"],
    [
      "a word that is none of those allowed",
      exported([["guests", "web", "haState"], "swordfish"]),
      "estate.guests.web.haState",
    ],
    [
      "an item of another type",
      exported([
        ["guests", "web", "addresses"],
        ["192.0.2.1", 7],
      ]),
      "estate.guests.web.addresses.1",
    ],
    [
      "several mistakes",
      exported(
        [["aws", "vpc", "id"], 5],
        [["cluster", "name"], GONE],
        [["storages", "nas", "shared"], "swordfish"],
      ),
      "estate.cluster.name, estate.storages.nas.shared, estate.aws.vpc.id",
    ],
  ];
  for (const [what, value, paths] of wrong) {
    it(`names the place of ${what}, and no value`, () => {
      assert.equal(
        refusal(value),
        `The stack's output is not what version 1 of the estate contract says at ${paths}`,
      );
    });
  }

  it("never shows a value (property)", () => {
    const places = [
      ["cluster"],
      ["cluster", "name"],
      ["nodes", "pve1"],
      ["guests", "web", "vmId"],
      ["guests", "web", "kind"],
      ["storages", "nas", "content"],
      ["aws", "backupBucket"],
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.nat({ max: 10 ** 9 }),
        fc.boolean(),
        (steps, number, inList) => {
          const secret = `QX${number}ZJ`;
          try {
            parseEstate(exported([steps, inList ? [[secret]] : secret]));
          } catch (error) {
            assert.ok(error instanceof ContractError);
            assert.ok(!error.message.includes(secret), error.message);
          }
        },
      ),
    );
  });
});

describe("contract: reading from another stack", () => {
  /** A reference to a stack with these outputs, some of them secret. */
  async function reference(
    outputs: object,
    secretOutputNames: string[] = [],
  ): Promise<pulumi.StackReference> {
    await pulumi.runtime.setMocks({
      newResource: ({ name, inputs }) => ({ id: name, state: { ...inputs, outputs, secretOutputNames } }),
      call: ({ inputs }) => inputs,
    });
    return new pulumi.StackReference("acme/hybrid-estate/prod");
  }

  /** The error of an output. */
  async function failure<T>(output: pulumi.Output<T>): Promise<unknown> {
    // The promise of an output is the only way to see it fail; @pulumi/pulumi keeps it out of its types.
    const promise: unknown = Reflect.get(output, "promise");
    assert.ok(typeof promise === "function");
    try {
      await promise.call(output);
    } catch (error) {
      return error;
    }
    throw new assert.AssertionError({ message: "the output did not fail" });
  }

  it("returns the estate, typed and in the open", async () => {
    const read = readEstate(await reference({ estate, secrets: {} }, ["secrets"]));
    assert.deepEqual(await settled(read), estate);
    assert.equal(await pulumi.isSecret(read), false);
  });

  it("returns the secrets as a secret", async () => {
    const secrets = { nodeAccessKey: { id: "AKIA", secret: "swordfish" } };
    const read = readSecrets(await reference({ estate, secrets }, ["secrets"]));
    assert.deepEqual(await settled(read), secrets);
    const isSecret = await pulumi.isSecret(read);
    assert.ok(isSecret);
  });

  it("returns no access key where the estate has no second site", async () => {
    assert.deepEqual(await settled(readSecrets(await reference({ estate, secrets: {} }, ["secrets"]))), {});
  });

  it("fails for another version, a missing output and secrets of another form, without showing them", async () => {
    const newer = await failure(readEstate(await reference({ estate: { contractVersion: 2 } })));
    assert.ok(newer instanceof ContractError);
    assert.match(newer.message, /version 2 of the estate contract; this reader understands version 1/);

    const empty = await reference({});
    for (const [read, output] of [
      [readEstate(empty), "estate"],
      [readSecrets(empty), "secrets"],
    ] as const) {
      const missing = await failure<unknown>(read);
      assert.ok(missing instanceof ContractError);
      assert.equal(missing.message, `The stack has no output ${output}`);
    }

    const wrong = await failure(
      readSecrets(
        await reference({ secrets: { nodeAccessKey: { id: 5, secret: ["swordfish"] } } }, ["secrets"]),
      ),
    );
    assert.ok(wrong instanceof ContractError);
    assert.match(wrong.message, /at secrets\.nodeAccessKey\.id, secrets\.nodeAccessKey\.secret$/);
    assert.doesNotMatch(wrong.message, /swordfish/);
  });
});
