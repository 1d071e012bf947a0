import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { assess } from "../../assessment";
import type { DeclaredResource } from "../../policy/facts/declared";
import { readTopology } from "../../policy/facts/topology";
import { judge, POLICIES } from "../../policy/judge";
import { policies } from "../../policy/policies";
import { RULES } from "../../policy/rules";
import { resource, sentProperties, UNKNOWN_TEXT } from "./estate";
import { everyCase } from "./rule-cases";

describe("rules", () => {
  it("have unique ids in kebab case", () => {
    const ids = POLICIES.map((rule) => rule.id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      ids.filter((id) => !/^[a-z]+(-[a-z0-9]+)*$/.test(id) || id === "all"),
      [],
    );
  });

  it("live in a file of their name each", () => {
    const helpers = ["index", "rule", "frameworks", "bucket-rule"];
    const files = readdirSync(path.resolve(__dirname, "../../policy/rules")).map(
      (file) => path.parse(file).name,
    );
    assert.deepEqual(
      files.filter((file) => !helpers.includes(file)).sort(),
      RULES.map((rule) => rule.id).sort(),
    );
  });

  for (const rule of POLICIES) {
    it(`${rule.id} says what it is, why, and what to do`, () => {
      for (const text of [rule.description, rule.remediation]) {
        assert.ok(text.length > 40 && text.endsWith("."), text);
      }
      assert.ok(rule.title.length > 10 && !rule.title.endsWith("."), rule.title);
      assert.ok(rule.tags.length > 0);
      assert.ok(URL.canParse(rule.url) && rule.url.startsWith("https://"));
    });
  }

  it("write their parts in one order", () => {
    const order =
      "id title description severity level framework url tags remediation settings scope types check".split(
        " ",
      );
    for (const rule of RULES) {
      const parts = Object.keys(rule);
      assert.deepEqual(
        parts,
        order.filter((part) => parts.includes(part)),
        rule.id,
      );
    }
  });

  it("become one policy each, in order, and more for what is undecided", () => {
    assert.deepEqual(
      policies().map((policy) => [policy.name, policy.enforcementLevel, policy.severity]),
      POLICIES.map((rule) => [rule.id, rule.level, rule.severity]),
    );
  });

  it("that one resource decides prevent its creation; the others see the whole stack", () => {
    for (const [index, policy] of policies().slice(0, RULES.length).entries()) {
      assert.equal("validateResource" in policy, RULES[index]?.scope === "resource", policy.name);
    }
  });
});

describe("the order in which resources are declared", () => {
  it("changes nothing that is said: the engine's changes from run to run", () => {
    const said = (resources: readonly DeclaredResource[]) =>
      judge(resources)
        .map(({ policy, resource, message }) => `${policy} ${resource} ${message}`)
        .sort();
    for (const rule of RULES) {
      for (const [what, , resources] of everyCase(rule.id)) {
        assert.deepEqual(said([...resources].reverse()), said(resources), `${rule.id}: ${what}`);
      }
    }
  });
});

describe("malformed resources of other programs", () => {
  it("never make a rule throw", () => {
    fc.assert(
      fc.property(fc.array(malformed, { maxLength: 8 }), (resources) => {
        assert.ok(Array.isArray(judge(resources)));
      }),
      { numRuns: 3000 },
    );
  });
});

describe("resources of every kind that the facts read, spoilt in one place", () => {
  it("make neither a rule nor the assessment throw", () => {
    fc.assert(
      fc.property(
        fc.array(spoilt, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...ESTATES),
        (some, estate) => {
          const resources = [...some, ...estate];
          assert.ok(Array.isArray(judge(resources)));
          assert.ok(assess(readTopology(resources)).scenarios.length > 0);
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("are of every type that the pack's sources name", () => {
    assert.ok(NAMED.length > 60, `${NAMED.length}`);
    for (const type of ["aws:ec2/vpnConnection:VpnConnection", "hybrid-estate:hosts:OffsiteCopies"]) {
      assert.ok(TYPES.includes(type), type);
    }
  });
});

/** Every type token that is written out in the facts and rules. */
const NAMED = ["facts", "rules"]
  .map((folder) => path.resolve(__dirname, "../../policy", folder))
  .flatMap((folder) => readdirSync(folder).map((file) => readFileSync(path.join(folder, file), "utf8")))
  .flatMap((source) => source.match(/(?<=")(?:aws|proxmoxve|hybrid-estate):[\w/]+:[A-Z]\w*(?=")/g) ?? []);

/** Members that the facts read, at every depth. */
const MEMBERS = [
  ..."tags migrate initialization ipConfigs ipv4 address userAccount password operatingSystem memory dedicated cpu cores".split(
    " ",
  ),
  ..."hostpcis usbs host mapping serialDevices device virtiofs maps node full vmId agent timeout protection exports".split(
    " ",
  ),
  ..."raidlevel devices thinPool size group datastores verify insecure apiToken acrValues userId realm roleId path".split(
    " ",
  ),
  ..."rules source dport proto action inputPolicy capacities cpus corosyncLinks migrationCidr pruneBackups".split(
    " ",
  ),
  ..."metadataOptions httpTokens blockDeviceMappings ebs encrypted networkInterfaces associatePublicIpAddress".split(
    " ",
  ),
  ..."launchTemplate maxSize instanceType notifications defaultTags failoverRoutingPolicies aliases vpcId".split(
    " ",
  ),
  ..."nodeName vmId disks interface datastoreId pathInDatastore replicate efiDisk tpmState initialization hostname".split(
    " ",
  ),
  ..."cdrom fileId clone networkDevices networkInterfaces bridge enabled template poolId disk mountPoints volume".split(
    " ",
  ),
  ..."shared unprivileged resourceId state group rule type resources nodes strict disable target storage all".split(
    " ",
  ),
  ..."vmids excludes pool name server export share datastore path zfsPool volumeGroup contents addStorage".split(
    " ",
  ),
  ..."addStorages zone clusterName votes qdevice bucket acl grants accessControlPolicy grantee uri policy Statement".split(
    " ",
  ),
  ..."Effect Principal AWS Action Resource Condition Bool aws:SecureTransport rules rule versioning status".split(
    " ",
  ),
  ..."applyServerSideEncryptionByDefault sseAlgorithm versioningConfiguration serverSideEncryptionConfiguration".split(
    " ",
  ),
  ..."serverSideEncryptionConfigurations applyServerSideEncryptionByDefaults versionings objectLockEnabled".split(
    " ",
  ),
  ..."ingress cidrBlocks ipv6CidrBlocks cidrIpv4 cidrIpv6 protocol ipProtocol fromPort toPort blockPublicAcls".split(
    " ",
  ),
];

const TYPES = [
  ...NAMED,
  ...RULES.flatMap((rule) => (rule.scope === "resource" ? rule.types : [])),
  ..."index/vmLegacy:VmLegacy index/harule:Harule index/replication:Replication backup/job:Job storage/nfs:Nfs storage/cifs:Cifs storage/pbs:Pbs storage/directory:Directory storage/zfspool:Zfspool storage/lvm:Lvm storage/lvmthin:Lvmthin storage/nfsLegacy:NfsLegacy node/disk/zfs:Zfs ceph/pool:Pool network/linux/bridge:Bridge sdn/vnet:Vnet sdn/zone/simple:Simple sdn/zone/vlan:Vlan pool/membership:Membership download/file:File"
    .split(" ")
    .map((type) => `proxmoxve:${type}`),
  ..."bucket:Bucket bucketV2:BucketV2 bucketPublicAccessBlock:BucketPublicAccessBlock bucketPolicy:BucketPolicy bucketVersioning:BucketVersioning bucketAcl:BucketAcl bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration accountPublicAccessBlock:AccountPublicAccessBlock"
    .split(" ")
    .map((type) => `aws:s3/${type}`),
  "hybrid-estate:proxmox:Cluster",
];

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(
      UNKNOWN_TEXT,
      null,
      undefined,
      true,
      "",
      "vm:100",
      "ct:1",
      "100-0",
      100,
      "100",
      "pve1",
      "nas",
      "*",
    ),
    fc.anything(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...MEMBERS), fc.string()), tie("value"), { maxKeys: 5 }),
  ),
}));

const malformed: fc.Arbitrary<DeclaredResource> = fc
  .record({
    type: fc.constantFrom(...TYPES),
    name: fc.string(),
    properties: fc.dictionary(fc.constantFrom(...MEMBERS), value, { maxKeys: 12 }),
    proxied: fc.boolean(),
  })
  .map(({ type, name, properties, proxied }) =>
    proxied ? resource(type, name, properties) : { type, name, properties, outputs: properties },
  );

/** Every estate of the rules' cases, and all that is declared in them. */
const ESTATES = RULES.flatMap((rule) => everyCase(rule.id).map(([, , resources]) => resources));
const CORPUS = ESTATES.flat();
/** A resource of a case, or of a type that no case has, with any value in the place of one of its own, at any depth. */
const spoilt: fc.Arbitrary<DeclaredResource> = fc
  .tuple(
    fc.oneof(
      {
        weight: 9,
        arbitrary: fc
          .constantFrom(...CORPUS)
          .map((each) => ({ type: each.type, sent: sentProperties(each) })),
      },
      { weight: 1, arbitrary: fc.constantFrom(...TYPES).map((type) => ({ type, sent: {} })) },
    ),
    fc.array(fc.nat(50), { minLength: 1, maxLength: 4 }),
    value,
  )
  .map(([{ type, sent }, way, junk]) => {
    const properties = spoil(sent, way, junk);
    return resource(
      type,
      "spoilt",
      typeof properties === "object" && properties !== null ? { ...properties } : {},
    );
  });

/** The value with something else where the way leads; it is a copy. */
function spoil(of: unknown, [step, ...way]: readonly number[], junk: unknown): unknown {
  if (step === undefined || typeof of !== "object" || of === null) return junk;
  const keys = Object.keys(of);
  const key = keys[step % Math.max(1, keys.length)] ?? "id";
  const changed: unknown = spoil(Reflect.get(of, key), way, junk);
  return Array.isArray(of) ? Object.assign([...of], { [key]: changed }) : { ...of, [key]: changed };
}
