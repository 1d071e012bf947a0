import type { RuleConfig } from "../../../policy/settings";
import { alpine, type Case, disk, job, resource, UNKNOWN_TEXT, vm } from "../estate";
import { AWS_CASES } from "./aws";
import { EARLIER_CASES } from "./earlier";
import { PVE_CASES } from "./pve";

/** What rules say of small estates, by rule. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  ...EARLIER_CASES,
  ...PVE_CASES,
  ...AWS_CASES,
};

/** The same under a team's settings. */
export interface ConfiguredCases {
  readonly config: RuleConfig;
  readonly cases: readonly Case[];
}

const provider = (region: unknown) => resource("pulumi:providers:aws", "aws", { region });
const instance = (type: unknown) => resource("aws:ec2/instance:Instance", "it", { instanceType: type });
const volume = (size: unknown) => resource("aws:ebs/volume:Volume", "it", { type: "gp3", size });
const bucket = resource("aws:s3/bucket:Bucket", "b", { bucket: "exports" });

export const CONFIGURED_CASES: Readonly<Record<string, ConfiguredCases>> = {
  "aws-allowed-regions": {
    config: { regions: ["eu-west-1", "eu-central-1"] },
    cases: [
      ["allowed", "fine", [provider("eu-central-1")]],
      ["the environment's", "fine", [provider(undefined)]],
      ["another", "violated", [provider("us-east-1")], "us-east-1", "eu-west-1, eu-central-1"],
      ["not known", "undecided", [provider(UNKNOWN_TEXT)]],
    ],
  },
  "aws-allowed-instance-types": {
    config: { types: ["t3.small", "m7i.*"] },
    cases: [
      ["allowed", "fine", [instance("t3.small"), instance("m7i.large"), instance(undefined)]],
      ["another size", "violated", [instance("t3.smaller")], "t3.smaller"],
      ["another family", "violated", [instance("m7i-flex.large")]],
      ["not known", "undecided", [instance(UNKNOWN_TEXT)]],
    ],
  },
  "aws-cost-ceiling": {
    config: { monthlyUsd: 88 },
    cases: [
      ["as much as it may", "fine", [provider("eu-west-1"), volume(1000)]],
      ["a gigabyte more", "violated", [provider("eu-west-1"), volume(1001)], "USD 88.00", "USD 88.09"],
      [
        "whatever the budget",
        "violated",
        [
          provider("eu-west-1"),
          volume(1001),
          resource("aws:budgets/budget:Budget", "b", { limitAmount: "200", notifications: [{}] }),
        ],
      ],
      ["not known", "undecided", [provider("eu-west-1"), volume(UNKNOWN_TEXT)]],
    ],
  },
  "aws-tagged": {
    config: { keys: [] },
    cases: [["nothing asked", "fine", [provider("x")]]],
  },
  "bucket-lock-holds": {
    config: { buckets: ["exports"] },
    cases: [
      ["asked for", "violated", [bucket], "is to be locked"],
      ["not asked for", "not applicable", [resource("aws:s3/bucket:Bucket", "b", { bucket: "pbs" })]],
      [
        "a name not known",
        "not applicable",
        [resource("aws:s3/bucket:Bucket", "b", { bucket: UNKNOWN_TEXT })],
      ],
    ],
  },
  "backup-off-site": {
    config: { storages: ["dc2"] },
    cases: [
      ["elsewhere", "fine", [job("nightly", { storage: "dc2" })]],
      ["here", "violated", [job("nightly", { storage: "nas" })]],
      [
        "one of two elsewhere",
        "fine",
        [job("nightly", { storage: "nas" }), job("weekly", { storage: "dc2" })],
      ],
      [
        "one of two not known",
        "undecided",
        [job("nightly", { storage: "nas" }), job("weekly", { storage: UNKNOWN_TEXT })],
      ],
      ["not known", "undecided", [job("nightly", { storage: UNKNOWN_TEXT })]],
    ],
  },
  "guest-size-declared": {
    config: { maxCores: 4, maxMemory: 4096 },
    cases: [
      ["within", "fine", [alpine({ memory: { dedicated: 4096 }, cpu: { cores: 4 } })]],
      [
        "more cores",
        "violated",
        [alpine({ memory: { dedicated: 4096 }, cpu: { cores: 5 } })],
        "4 cores, 4096 MiB",
      ],
    ],
  },
  "thin-pool-overcommit": {
    config: { factor: 2 },
    cases: [
      ["twice", "fine", thinPool(20)],
      ["more than twice", "violated", thinPool(21)],
    ],
  },
  "n-minus-one-capacity": {
    config: { reservedMemory: 0, cpuFactor: 1 },
    cases: [
      ["all of the memory", "fine", full(8192, 1)],
      ["one core too many", "violated", full(8192, 5), "virtual CPUs too many"],
    ],
  },
};

function thinPool(size: number) {
  return [
    resource("hybrid-estate:hosts:VolumeGroup", "pve1/fast", {
      node: "pve1",
      group: "fast",
      thinPool: { size: 10 },
    }),
    resource("proxmoxve:storage/lvmthin:Lvmthin", "fast", { resourceId: "fast", volumeGroup: "fast" }),
    alpine({ disks: [disk("fast", { size })] }),
  ];
}

/** Two nodes of 8 GiB and 8 CPUs, each with a guest of half of that memory. */
function full(memory: number, cores: number) {
  const nodes = ["pve1", "pve2"];
  const capacity = { memory, cpus: 8 };
  return [
    resource("hybrid-estate:proxmox:Cluster", "lab", {
      clusterName: "lab",
      nodes,
      capacities: Object.fromEntries(nodes.map((node) => [node, capacity])),
    }),
    ...nodes.map((node, index) =>
      vm(node, { vmId: 100 + index, nodeName: node, memory: { dedicated: memory / 2 }, cpu: { cores } }),
    ),
    resource("proxmoxve:index/haresource:Haresource", "one", { resourceId: "vm:100" }),
    resource("proxmoxve:index/haresource:Haresource", "two", { resourceId: "vm:101" }),
  ];
}

/** Every case of a rule, under whatever settings. */
export function everyCase(rule: string): readonly Case[] {
  return [...(CASES[rule] ?? []), ...(CONFIGURED_CASES[rule]?.cases ?? [])];
}
