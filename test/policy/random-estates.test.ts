import assert from "node:assert/strict";
import fc from "fast-check";
import type { DeclaredResource } from "../../policy/facts/declared";
import { readTopology } from "../../policy/facts/topology";
import { outcomeOf, violationsIn } from "../../policy/outcomes";
import { RULES } from "../../policy/rules";
import {
  affinity,
  bridge,
  type Case,
  cluster,
  container,
  ha,
  job,
  nfs,
  replication,
  resource,
  UNKNOWN_TEXT,
  vm,
  zfspool,
} from "./estate";
import { CASES, CONFIGURED_CASES } from "./rule-cases";

const VALID = 10_000;
const BROKEN = 1_000;

describe("random estates", function () {
  this.timeout(120_000);

  it(`${VALID} valid ones: no rule throws, and none says the same twice`, () => {
    fc.assert(
      fc.property(estates, (resources) => {
        const topology = readTopology(resources);
        for (const rule of RULES) {
          const said = violationsIn(outcomeOf(rule, resources, topology)).map(
            ({ resource: about, message }) => `${about?.urn} ${message}`,
          );
          assert.equal(new Set(said).size, said.length, `${rule.id} repeats itself:\n${said.join("\n")}`);
        }
      }),
      { numRuns: VALID },
    );
  });

  it(`${BROKEN} broken ones: the intended rule speaks, whatever else is declared`, () => {
    fc.assert(
      fc.property(
        estates,
        fc.constantFrom(...breaks),
        (resources, { rule, config, broken: [what, , broken] }) => {
          // What breaks the rule has a cluster and ids of its own; the rest of the estate has none that would mend it.
          const whole = [...resources.filter(({ type }) => !MENDS.test(type)), ...broken];
          const violations = violationsIn(outcomeOf(rule, whole, readTopology(whole), config));
          assert.ok(violations.length > 0, `${rule.id} says nothing of: ${what}`);
        },
      ),
      { numRuns: BROKEN },
    );
  });
});

/** What belongs to the estate as a whole: of two, one would answer for the other. */
const MENDS = /Cluster$|haresource|harule|replication|backup\/job|\/bridge|storage\//;

/** Every case that fails, with its rule. */
const breaks = RULES.flatMap((rule) => {
  const fails = ([, expectation]: Case) => expectation === "violated";
  const { cases = [], config = {} } = CONFIGURED_CASES[rule.id] ?? {};
  return [
    ...(CASES[rule.id] ?? []).filter(fails).map((broken) => ({ rule, config: {}, broken })),
    ...cases.filter(fails).map((broken) => ({ rule, config, broken })),
  ];
});

const STORES = ["nas", "tank", "local-lvm"];
const NODE_NAMES = ["n1", "n2", "n3", "n4", "n5"];

/** Estates as programs declare them: nodes, networks, stores, guests of both kinds, HA, backups; some of it unknown. */
const estates: fc.Arbitrary<readonly DeclaredResource[]> = fc
  .record({
    nodes: fc.integer({ min: 1, max: NODE_NAMES.length }),
    unknown: fc.boolean(),
    guests: fc.array(
      fc.record({
        isVm: fc.boolean(),
        node: fc.nat(4),
        store: fc.constantFrom(...STORES),
        memory: fc.constantFrom(512, 4096, 65_536),
        cores: fc.integer({ min: 1, max: 16 }),
        tags: fc.subarray(["critical", "rpo-15m", "rto-1h", "web"]),
        underHa: fc.boolean(),
        pinned: fc.boolean(),
        replicated: fc.boolean(),
      }),
      { maxLength: 6 },
    ),
    schedule: fc.constantFrom("02:00", "*/15", "sat 04:00", "monthly", "never"),
    keepsAll: fc.boolean(),
    capacity: fc.option(fc.constantFrom(8192, 131_072), { nil: undefined }),
  })
  .map(({ nodes, unknown, guests, schedule, keepsAll, capacity }) => {
    const names = NODE_NAMES.slice(0, nodes);
    const known = (value: unknown) => (unknown ? UNKNOWN_TEXT : value);
    return [
      capacity === undefined
        ? cluster(names)
        : resource("hybrid-estate:proxmox:Cluster", "lab", {
            clusterName: "lab",
            nodes: names,
            corosyncLinks: ["a"],
            capacities: Object.fromEntries(names.map((name) => [name, { cpus: 16, memory: capacity }])),
          }),
      ...names.map((name) => bridge("vmbr0", name)),
      nfs("nas", { server: known("192.0.2.9") }),
      zfspool("tank"),
      job("nightly-all", {
        storage: "nas",
        schedule: known(schedule),
        ...(keepsAll ? { all: true } : { vmids: ["5000"] }),
      }),
      ...guests.flatMap((guest, index) => {
        const vmId = 5000 + index;
        const name = `random-${index}`;
        const shared = {
          vmId,
          nodeName: names[guest.node % names.length],
          tags: guest.tags,
          memory: { dedicated: guest.memory },
          cpu: { cores: guest.cores },
        };
        return [
          guest.isVm
            ? vm(name, {
                ...shared,
                migrate: known(true),
                disks: [{ interface: "scsi0", datastoreId: guest.store, size: 8 }],
                networkDevices: [{ bridge: "vmbr0", firewall: true }],
              })
            : container(name, {
                ...shared,
                unprivileged: known(true),
                disk: { datastoreId: guest.store, size: 8 },
              }),
          ...(guest.underHa ? [ha(`${guest.isVm ? "vm" : "ct"}:${vmId}`)] : []),
          ...(guest.pinned ? [affinity(`pin-${index}`, [`vm:${vmId}`], names.slice(0, 1))] : []),
          ...(guest.replicated ? [replication(`${vmId}-0`, names[0])] : []),
        ];
      }),
    ];
  });
