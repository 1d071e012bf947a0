import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { AnalyzeDiagnostic } from "@pulumi/pulumi/proto/analyzer_pb";
import type { DeclaredResource } from "../../policy/facts/declared";
import { judge, POLICIES, type Verdict } from "../../policy/judge";
import { UNDECIDED } from "../../policy/reports";
import { RULES } from "../../policy/rules";
import { readPackConfig } from "./configuration";
import {
  bridge,
  cluster,
  container,
  ha,
  job,
  NODES,
  nfs,
  resource,
  UNKNOWN_LIST,
  UNKNOWN_TEXT,
  urnOf,
  vm,
} from "./estate";
import { LEVELS, PackProcess } from "./pack-process";
import { CASES, CONFIGURED_CASES } from "./rule-cases";

const BUCKET = "aws:s3/bucket:Bucket";
const byId = { propertyDependencies: { bucket: [urnOf(BUCKET, "backups")] } };
const bucketPolicy = {
  Statement: {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  },
};

const clean: readonly DeclaredResource[] = [
  cluster(),
  ...NODES.map((node) => bridge("vmbr0", node)),
  nfs("nas"),
  nfs("backup", { server: "192.0.2.20" }),
  vm("alpine", {
    vmId: 100,
    disks: [{ interface: "scsi0", datastoreId: "nas" }],
    networkDevices: [{}],
    migrate: true,
    deleteUnreferencedDisksOnDestroy: false,
  }),
  container("web", { vmId: 200, unprivileged: true, disk: { datastoreId: "nas" } }),
  ha("vm:100"),
  job("nightly", { storage: "backup", all: true }),
  resource(BUCKET, "backups", { bucket: "b" }),
  resource(
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "block",
    {
      bucket: UNKNOWN_TEXT,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    byId,
  ),
  resource(
    "aws:s3/bucketVersioning:BucketVersioning",
    "versioning",
    { bucket: UNKNOWN_TEXT, versioningConfiguration: { status: "Enabled" } },
    byId,
  ),
  resource(
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "encryption",
    { bucket: UNKNOWN_TEXT, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }] },
    byId,
  ),
  resource(
    "aws:s3/bucketPolicy:BucketPolicy",
    "policy",
    { bucket: UNKNOWN_TEXT, policy: JSON.stringify(bucketPolicy) },
    byId,
  ),
];

/** Breaks every rule, and leaves something undecided. */
const broken: readonly DeclaredResource[] = [
  cluster(["pve1", "pve2"]),
  bridge("vmbr0", "pve1"),
  nfs("nas"),
  vm("alpine", {
    vmId: 100,
    disks: [
      { interface: "scsi0", datastoreId: "local-lvm" },
      { interface: "scsi1", datastoreId: UNKNOWN_TEXT },
    ],
    initialization: {},
    networkDevices: [{}],
  }),
  vm("lonely", { vmId: 101, disks: [{ interface: "scsi0", datastoreId: "nas" }] }),
  container("web", { vmId: 200, unprivileged: UNKNOWN_TEXT }),
  container("old", { vmId: 201 }),
  ha("vm:100", { group: "g" }),
  job("nightly", { storage: "local-lvm", vmids: ["100"] }),
  resource("proxmoxve:index/vm:Vm", "new", {}),
  resource(BUCKET, "backups", { bucket: "b", acl: "public-read" }),
  resource("aws:ec2/securityGroup:SecurityGroup", "open", {
    ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }],
  }),
];

/** What the provider may fill in is unknown in a preview's outputs, although the program left it out. */
function computed({ type }: DeclaredResource) {
  return type.startsWith("proxmoxve:storage/")
    ? { nodes: UNKNOWN_LIST, shared: UNKNOWN_TEXT }
    : { id: UNKNOWN_TEXT };
}

describe("the pack in its own process", () => {
  let pack: PackProcess;
  before(async () => {
    pack = await PackProcess.start();
  });
  after(() => pack.stop());
  afterEach(() => pack.configure({}));

  it("offers every rule with its metadata, and the policy for what is undecided", async () => {
    const info = (await pack.info()).toObject();
    const manifest: { version: string } = JSON.parse(
      readFileSync(path.resolve(__dirname, "../../policy/package.json"), "utf8"),
    );
    assert.equal(info.name, "hybrid-estate");
    assert.equal(info.version, manifest.version);
    assert.deepEqual(
      info.policiesList.map(
        ({ name, displayname, description, remediationSteps, url, tagsList, framework }) => ({
          id: name,
          title: displayname,
          description,
          remediation: remediationSteps,
          url,
          tags: tagsList,
          framework: framework?.reference,
        }),
      ),
      POLICIES.map(({ id, title, description, remediation, url, tags, framework }) => ({
        id,
        title,
        description,
        remediation,
        url,
        tags,
        framework: framework?.reference,
      })),
    );
    assert.deepEqual(
      info.policiesList.map(({ name, enforcementlevel }) => [name, enforcementlevel]),
      POLICIES.map(({ id, level }) => [id, level === "mandatory" ? LEVELS.MANDATORY : LEVELS.ADVISORY]),
    );
  });

  it("refuses nothing of a clean estate, though a preview knows neither ids nor what the provider fills in", async () => {
    const wrong = judge(clean).filter(({ level }) => level === "mandatory");
    assert.deepEqual(wrong, []);
    assert.deepEqual(
      (await pack.preview(clean, computed)).map(asLine).sort(),
      judge(clean.map(told)).map(line).sort(),
    );
  });

  it("says of every case of every rule what the offline check says", async function () {
    this.timeout(120_000);
    const spoke = new Set<string>();
    for (const rule of RULES) {
      for (const [what, , resources] of CASES[rule.id] ?? []) {
        const offline = judge(resources.map(told));
        const said = await pack.preview(resources, answered);
        assert.deepEqual(said.map(asLine).sort(), offline.map(line).sort(), `${rule.id}: ${what}`);
        for (const { policy } of offline) spoke.add(policy);
      }
    }
    const silent = [...RULES, UNDECIDED].map(({ id }) => id).filter((id) => !spoke.has(id));
    assert.deepEqual(
      silent,
      ["aws-allowed-regions", "aws-allowed-instance-types"],
      "every rule speaks that has something to say without settings",
    );
  });

  it("takes settings and exemptions, and gives each rule its own", async () => {
    for (const rule of RULES) {
      const configured = CONFIGURED_CASES[rule.id];
      for (const [what, , resources] of configured?.cases ?? []) {
        const properties = { ...configured?.config };
        await pack.configure({}, { [rule.id]: properties });
        const config = readPackConfig({ [rule.id]: properties });
        const offline = judge(resources.map(told), { config });
        const said = await pack.preview(resources, answered);
        assert.deepEqual(said.map(asLine).sort(), offline.map(line).sort(), `${rule.id}: ${what}`);
      }
    }
    const exempt = (resource: string, expires: string) => [
      { resource, expires, reason: "being moved to the new store" },
    ];
    const config = {
      "ha-guest-on-shared-storage": { exemptions: exempt("alpine", "2999-12-31") },
      "container-unprivileged": { exemptions: exempt("old", "2020-01-01") },
      "stable-vm-resource": { exemptions: exempt("new", "2999-12-31") },
      "no-open-ingress": { exemptions: exempt("closed", "2999-12-31") },
    };
    await pack.configure({}, config);
    const offline = judge(broken.map(told), { config: readPackConfig(config) });
    const said = await pack.preview(broken, computed);
    assert.deepEqual(said.map(asLine).sort(), offline.map(line).sort());
    const policies = said.map(({ policyname }) => policyname);
    assert.ok(!policies.includes("ha-guest-on-shared-storage") && !policies.includes("stable-vm-resource"));
    assert.ok(policies.includes("exempted") && policies.includes("stale-exemption"));
  });

  it("judges each preview by its own resources, also with the same names", async () => {
    await pack.preview(broken);
    const repaired = broken.map((each) => (each.name === "lab" ? cluster() : each));
    const said = await pack.preview(repaired);
    assert.ok(!said.some((each) => each.policyname === "quorum-votes"));
  });

  it("lets a team change levels, and says nothing undecided of a disabled rule", async () => {
    await pack.configure({
      "quorum-votes": LEVELS.ADVISORY,
      "ha-guest-on-shared-storage": LEVELS.DISABLED,
      "container-unprivileged": LEVELS.DISABLED,
    });
    const said = await pack.preview(broken);
    assert.deepEqual(
      said.filter((each) => each.policyname === "quorum-votes").map((each) => each.enforcementlevel),
      [LEVELS.ADVISORY],
    );
    assert.ok(!said.some((each) => each.policyname === "ha-guest-on-shared-storage"));
    assert.deepEqual(
      said.filter((each) => each.policyname === "undecided").map((each) => each.urn),
      [],
    );
  });
});

/** As CrossGuard tells it: what is not said of the options is off. */
function told(resource: DeclaredResource): DeclaredResource {
  return { options: { protect: false, ignoreChanges: [] }, ...resource };
}

function answered({ outputs }: DeclaredResource) {
  return typeof outputs === "object" && outputs !== null ? { ...outputs } : {};
}

/** CrossGuard puts the policy's description before each message. */
function line({ policy, level, urn, message }: Verdict): string {
  const description = POLICIES.find((each) => each.id === policy)?.description;
  return [policy, level, urn ?? "", `${description}\n${message}`].join(" | ");
}

function asLine({ policyname, enforcementlevel, urn, message }: AnalyzeDiagnostic.AsObject): string {
  return [policyname, enforcementlevel === LEVELS.MANDATORY ? "mandatory" : "advisory", urn, message].join(
    " | ",
  );
}
