import {
  alpine,
  bridge,
  type Case,
  cluster,
  container,
  disk,
  ha,
  job,
  NODES,
  nfs,
  onLocal,
  resource,
  UNKNOWN_LIST,
  UNKNOWN_TEXT,
  vm,
  zfspool,
} from "../estate";

const HA = ha("vm:100");
const bridges = NODES.map((node) => bridge("vmbr0", node));
const withNic = (name: unknown) => alpine({ networkDevices: [{ bridge: name }] });
const bucket = (properties: object = {}) =>
  resource("aws:s3/bucket:Bucket", "b", { bucket: "b", ...properties });
const satellite = (type: string, properties: object) =>
  resource(`aws:s3/${type}`, "s", { bucket: "b", ...properties });
const block = (on: unknown) =>
  satellite("bucketPublicAccessBlock:BucketPublicAccessBlock", {
    blockPublicAcls: on,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
const encryption = (algorithm: unknown) =>
  satellite("bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", {
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: algorithm } }],
  });
const versioning = (status: unknown) =>
  satellite("bucketVersioning:BucketVersioning", { versioningConfiguration: { status } });
const tlsOnly = {
  Statement: {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  },
};
const bucketPolicy = (policy: unknown) => satellite("bucketPolicy:BucketPolicy", { policy });
const ingress = (ranges: unknown) =>
  resource("aws:ec2/securityGroup:SecurityGroup", "g", {
    ingress: [{ protocol: "tcp", cidrBlocks: ranges }],
  });

/** The rules that have test files of their own, in brief: for what is asked of every rule. */
export const EARLIER_CASES: Readonly<Record<string, readonly Case[]>> = {
  "ha-guest-on-shared-storage": [
    [
      "local, with shared storage that other nodes do not have",
      "violated",
      [cluster(), nfs("small", { nodes: ["pve1"] }), onLocal(), HA],
      "(none for it is declared here)",
    ],
    [
      "local, in a pool",
      "violated",
      [cluster(), zfspool("tank"), alpine({ disks: [disk("tank")] }), HA],
      "declared here), replicate it",
    ],
    [
      "an ISO in a pool, which is not replicated",
      "violated",
      [cluster(), zfspool("tank"), alpine({ cdrom: { fileId: "tank:iso/x.iso" } }), HA],
      "declared here), or narrow",
    ],
    [
      "shared, and not by its own node and another",
      "violated",
      [cluster(), nfs("nas", { nodes: ["pve2"] }), alpine({ disks: [disk("nas")] }), HA],
      "not on pve3, where",
    ],
    [
      "shared, and not by its own node",
      "violated",
      [cluster(), nfs("nas", { nodes: ["pve2", "pve3"] }), alpine({ disks: [disk("nas")] }), HA],
      "not on pve1, where",
    ],
    [
      "a guest that is not known, and that HA leaves alone",
      "not applicable",
      [cluster(), ha("x", { resourceId: UNKNOWN_TEXT, state: "disabled" })],
    ],
    ["shared", "fine", [cluster(), nfs("nas"), alpine({ disks: [disk("nas")] }), HA]],
    ["local", "violated", [cluster(), onLocal(), HA], "(none for it is declared here), or narrow"],
    ["not known", "undecided", [cluster(), alpine({ disks: [disk(UNKNOWN_TEXT)] }), HA]],
  ],
  "ha-guest-bridge-on-every-node": [
    ["everywhere", "fine", [cluster(), ...bridges, withNic("vmbr0"), HA]],
    ["on one", "violated", [cluster(), ...bridges.slice(1), withNic("vmbr0"), HA]],
    ["not known", "undecided", [cluster(), ...bridges, withNic(UNKNOWN_TEXT), HA]],
  ],
  "ha-guest-cloud-init-drive": [
    [
      "a disk that is local is another rule's",
      "fine",
      [
        cluster(),
        nfs("nas"),
        alpine({ disks: [disk("local-lvm")], initialization: { datastoreId: "nas" } }),
        HA,
      ],
    ],
    ["shared", "fine", [cluster(), nfs("nas"), alpine({ initialization: { datastoreId: "nas" } }), HA]],
    ["local", "violated", [cluster(), alpine({ initialization: {} }), HA]],
  ],
  "quorum-votes": [
    ["three", "fine", [cluster()]],
    ["two", "violated", [cluster(["pve1", "pve2"])]],
    ["not known", "undecided", [cluster(NODES, { pve1: UNKNOWN_TEXT })]],
  ],
  "no-legacy-ha-groups": [
    ["a rule", "fine", [HA]],
    ["a group", "violated", [ha("vm:100", { group: "g" })]],
    ["not known", "undecided", [ha("vm:100", { group: UNKNOWN_TEXT })]],
  ],
  "stable-vm-resource": [
    ["stable", "fine", [alpine()]],
    ["experimental", "violated", [resource("proxmoxve:index/vm:Vm", "new", {})]],
  ],
  "container-unprivileged": [
    ["unprivileged", "fine", [container("web", { unprivileged: true })]],
    ["privileged", "violated", [container("web", {})]],
    ["not known", "undecided", [container("web", { unprivileged: UNKNOWN_TEXT })]],
  ],
  "guest-has-backup": [
    ["taken", "fine", [alpine(), job("nightly", { storage: "nas", all: true })]],
    ["not taken", "violated", [alpine()]],
    ["not known", "undecided", [alpine(), job("nightly", { storage: "nas", vmids: UNKNOWN_LIST })]],
  ],
  "backup-not-on-protected-storage": [
    [
      "not known whom it takes, and none of them is there",
      "fine",
      [
        nfs("nas"),
        alpine({ disks: [disk("nas")] }),
        job("nightly", { storage: "local", vmids: UNKNOWN_LIST }),
      ],
    ],
    [
      "elsewhere",
      "fine",
      [nfs("nas"), alpine({ disks: [disk("nas")] }), job("nightly", { storage: "local", all: true })],
    ],
    [
      "there",
      "violated",
      [nfs("nas"), alpine({ disks: [disk("nas")] }), job("nightly", { storage: "nas", all: true })],
    ],
    [
      "not known",
      "undecided",
      [vm("web", { vmId: 1 }), job("nightly", { storage: UNKNOWN_TEXT, all: true })],
    ],
  ],
  "bucket-private": [
    ["closed", "fine", [bucket(), block(true)]],
    ["open", "violated", [bucket()]],
    ["not known", "undecided", [bucket(), block(UNKNOWN_TEXT)]],
  ],
  "bucket-encrypted": [
    ["by something else", "violated", [bucket(), encryption("rot13")]],
    ["encrypted", "fine", [bucket(), encryption("aws:kms")]],
    ["not", "violated", [bucket()]],
    ["not known", "undecided", [bucket(), encryption(UNKNOWN_TEXT)]],
  ],
  "bucket-versioned": [
    ["versioned", "fine", [bucket(), versioning("Enabled")]],
    ["not", "violated", [bucket()]],
    ["not known", "undecided", [bucket(), versioning(UNKNOWN_TEXT)]],
  ],
  "bucket-tls-only": [
    ["only", "fine", [bucket(), bucketPolicy(tlsOnly)]],
    ["not", "violated", [bucket()]],
    ["not known", "undecided", [bucket(), bucketPolicy(UNKNOWN_TEXT)]],
  ],
  "no-open-ingress": [
    ["known", "fine", [ingress(["192.0.2.0/24"])]],
    ["everybody", "violated", [ingress(["0.0.0.0/0"])]],
    ["not known", "undecided", [ingress(UNKNOWN_LIST)]],
  ],
};
