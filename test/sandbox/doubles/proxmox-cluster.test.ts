import assert from "node:assert/strict";
import { assertRefused, EXPORT, POOL, POOL2, SCRIPTS, Site, T, testCases, testChanges, VM } from "./site";

const DATASET = {
  connection: { host: "192.0.2.11" },
  create: "bash -s -- apply --pool tank --dataset guests",
  stdin: SCRIPTS["zfs-dataset"],
};

/** Pool tank with a dataset on pve1, an export, and VM 100 with HA. */
function equipped(site: Site): void {
  site.create(T.command, POOL);
  site.create(T.command, DATASET);
  site.create(T.command, EXPORT);
  site.create(T.vm, VM);
  site.create(T.haResource, { resourceId: "vm:100" });
}

const JOB = { resourceId: "nightly", schedule: "02:00", storage: "local" };
const RULE = { rule: "home", type: "node-affinity", resources: ["vm:100"], nodes: { pve1: 2, pve2: 1 } };

describe("bridges", () => {
  const BRIDGE = { nodeName: "pve1", name: "vmbr1", ports: ["enp2s0"] };
  testCases(
    () => undefined,
    [
      { what: "a second one", type: T.bridge, inputs: BRIDGE },
      {
        what: "the installer's",
        type: T.bridge,
        inputs: { nodeName: "pve1", name: "vmbr0" },
        refused: "interface 'vmbr0' already exists",
      },
      {
        what: "a used port",
        type: T.bridge,
        inputs: { ...BRIDGE, ports: ["enp1s0"] },
        refused: "port 'enp1s0' is already used on interface 'vmbr0'",
      },
      {
        what: "a second default gateway",
        type: T.bridge,
        inputs: { ...BRIDGE, gateway: "198.51.100.1" },
        refused: "Default gateway already exists on interface 'vmbr0'",
      },
      {
        what: "a long name",
        type: T.bridge,
        inputs: { ...BRIDGE, name: "averylongname" },
        refused: "no longer than 10 characters",
      },
      {
        what: "an unknown node",
        type: T.bridge,
        inputs: { ...BRIDGE, nodeName: "pve9" },
        refused: "'pve9' failed",
      },
    ],
  );

  testChanges([
    {
      what: "are replaced for another name only",
      type: T.bridge,
      olds: BRIDGE,
      news: { ...BRIDGE, name: "vmbr2", mtu: 9000, ports: [] },
      does: { name: "replace", mtu: "update", "ports[0]": "update" },
    },
  ]);
});

describe("high availability", () => {
  testCases(equipped, [
    { what: "a rule of an HA resource", type: T.haRule, inputs: RULE },
    {
      what: "a guest that is not there",
      type: T.haResource,
      inputs: { resourceId: "vm:999" },
      refused: "resource 'vm:999' does not exists in cluster",
    },
    {
      what: "a VM as a container",
      type: T.haResource,
      inputs: { resourceId: "ct:100" },
      refused: "resource 'ct:100' does not exists",
    },
    {
      what: "a resource twice",
      type: T.haResource,
      inputs: { resourceId: "vm:100" },
      refused: "resource ID 'vm:100' already defined",
    },
    {
      what: "a group",
      type: T.haResource,
      inputs: { resourceId: "vm:100", group: "all" },
      refused: "invalid parameter 'group': ha groups have been migrated to rules",
    },
    {
      what: "a group itself",
      type: "proxmoxve:index/hagroup:Hagroup",
      inputs: { group: "all", nodes: { pve1: 1 } },
      refused: "cannot create group: ha groups have been migrated to rules",
    },
    {
      what: "the older group resource",
      type: "proxmoxve:index/hagroupLegacy:HagroupLegacy",
      inputs: { group: "all", nodes: { pve1: 1 } },
      refused: "cannot create group: ha groups have been migrated to rules",
    },
    {
      what: "a rule of a guest without HA",
      type: T.haRule,
      inputs: { ...RULE, resources: ["vm:101"] },
      refused: "cannot use unmanaged resource(s) vm:101.",
    },
    {
      what: "a rule of an unknown node",
      type: T.haRule,
      inputs: { ...RULE, nodes: { pve9: 1 } },
      refused: "'pve9' failed",
    },
    {
      what: "a node rule without nodes",
      type: T.haRule,
      inputs: { ...RULE, nodes: undefined },
      refused: "nodes: required",
    },
    {
      what: "a node rule with affinity",
      type: T.haRule,
      inputs: { ...RULE, affinity: "positive" },
      refused: "affinity: not valid",
    },
    {
      what: "a resource rule of one",
      type: T.haRule,
      inputs: { rule: "apart", type: "resource-affinity", affinity: "negative", resources: ["vm:100"] },
      refused: "less than two resources",
    },
  ]);

  testChanges([
    {
      what: "resources are updated, even for another id",
      type: T.haResource,
      olds: { resourceId: "vm:100" },
      news: { resourceId: "vm:101", state: "stopped", maxRestart: 3 },
      does: { resourceId: "update", state: "update", maxRestart: "update" },
    },
    {
      what: "rules are replaced for another name or type",
      type: T.haRule,
      olds: RULE,
      news: { ...RULE, rule: "work", nodes: { pve1: 3, pve2: 1 }, strict: true },
      does: { rule: "replace", "nodes.pve1": "update", strict: "update" },
    },
  ]);

  let site: Site;
  beforeEach(() => {
    site = new Site();
    equipped(site);
  });
  afterEach(() => site.close());

  it("refuses a group on an existing resource, and another id, which PVE cannot change", () => {
    const [resource] = site.world.list(T.haResource);
    assert.ok(resource);
    assertRefused(() => site.update(resource, { group: "all" }), "invalid parameter 'group'");
    assertRefused(() => site.update(resource, { resourceId: "vm:101" }), "no such resource 'vm:101'");
  });

  it("has one node rule a resource", () => {
    const rule = site.create(T.haRule, RULE);
    assertRefused(
      () => site.create(T.haRule, { ...RULE, rule: "work" }),
      "resource 'vm:100' is already used in another node affinity rule",
    );
    assert.equal(site.update(rule, { strict: true }).outputs.strict, true);
  });

  it("keeps no more resources apart than there are nodes", () => {
    const ids = [110, 111, 112];
    for (const vmId of ids) {
      site.create(T.vm, { ...VM, vmId });
      site.create(T.haResource, { resourceId: `vm:${vmId}` });
    }
    const apart = { rule: "apart", type: "resource-affinity", affinity: "negative" };
    const resources = ids.map((vmId) => `vm:${vmId}`);
    assertRefused(
      () => site.create(T.haRule, { ...apart, resources: [...resources, "vm:100"] }),
      "rule defines more resources than available nodes",
    );
    assert.ok(site.create(T.haRule, { ...apart, resources }));
  });
});

describe("backup and replication", () => {
  testCases(equipped, [
    { what: "a job to a storage for backups", type: T.job, inputs: { ...JOB, all: true } },
    {
      what: "a job to another",
      type: T.job,
      inputs: { ...JOB, storage: "local-lvm" },
      refused: "can't use storage 'local-lvm' for backups - wrong content type",
    },
    {
      what: "a job to no storage",
      type: T.job,
      inputs: { ...JOB, storage: "tape" },
      refused: "storage 'tape' does not exist",
    },
    {
      what: "a job of all and of some",
      type: T.job,
      inputs: { ...JOB, all: false, vmids: ["100"] },
      refused: "cannot be configured together: [all,vmids]",
    },
    {
      what: "a job on an unknown node",
      type: T.job,
      inputs: { ...JOB, node: "pve9" },
      refused: "'pve9' failed",
    },
    {
      what: "fleecing on a storage without disks",
      type: T.job,
      inputs: { ...JOB, all: true, fleecing: { enabled: true, storage: "local" } },
      refused: "storage 'local' does not support content-type 'images'",
    },
    {
      what: "fleecing on no storage",
      type: T.job,
      inputs: { ...JOB, all: true, fleecing: { enabled: true, storage: "nvme" } },
      refused: "storage 'nvme' does not exist",
    },
    {
      what: "a job for no pool",
      type: T.job,
      inputs: { ...JOB, pool: "gold" },
      refused: "pool 'gold' does not exist",
    },
    {
      what: "a job with a priority that is none",
      type: T.job,
      inputs: { ...JOB, all: true, ionice: 9 },
      refused: "expected 0 to 8",
    },
    {
      what: "replication of what is not on ZFS",
      type: T.replication,
      inputs: { resourceId: "100-0", target: "pve2", type: "local" },
      refused: "missing replicate feature on volume 'local-lvm:vm-100-disk-0'",
    },
    {
      what: "replication of no guest",
      type: T.replication,
      inputs: { resourceId: "999-0", target: "pve2", type: "local" },
      refused: "guest '999' does not exist",
    },
    {
      what: "replication to where the guest is",
      type: T.replication,
      inputs: { resourceId: "100-0", target: "pve1", type: "local" },
      refused: "source and target node are identical",
    },
  ]);

  it("replicates between nodes that both have the pool", () => {
    const site = new Site();
    site.create(T.command, POOL);
    site.create(T.zfspool, { resourceId: "tank", zfsPool: "tank" });
    site.create(T.vm, { ...VM, disks: [{ interface: "scsi0", datastoreId: "tank" }] });
    const job = { resourceId: "100-0", target: "pve2", type: "local" };
    assertRefused(() => site.create(T.replication, job), "cannot open 'tank': no such pool");
    site.create(T.command, POOL2);
    const { outputs } = site.create(T.replication, job);
    assert.deepEqual(
      [outputs.guest, outputs.jobnum, outputs.source, outputs.schedule],
      [100, 0, "pve1", "*/15"],
    );
    site.close();
  });
});

describe("settings of nodes and cluster", () => {
  testCases(
    (site) => site.create(T.dns, { nodeName: "pve1", domain: "a.example" }),
    [
      {
        what: "setting again what every node has",
        type: T.dns,
        inputs: { nodeName: "pve1", domain: "b.example" },
      },
      { what: "options of the cluster", type: T.options, inputs: { haShutdownPolicy: "migrate" } },
      {
        what: "an unknown policy",
        type: T.options,
        inputs: { haShutdownPolicy: "panic" },
        refused: "haShutdownPolicy: expected one of",
      },
      {
        what: "the clock of an unknown node",
        type: T.time,
        inputs: { nodeName: "pve9", timeZone: "UTC" },
        refused: "'pve9' failed",
      },
    ],
  );

  testChanges([
    {
      what: "DNS belongs to its node, the clock to any",
      type: T.dns,
      olds: { nodeName: "pve1", domain: "a" },
      news: { nodeName: "pve2", domain: "b" },
      does: { nodeName: "replace", domain: "update" },
    },
    {
      what: "the clock is set on another node in place",
      type: T.time,
      olds: { nodeName: "pve1", timeZone: "UTC" },
      news: { nodeName: "pve2", timeZone: "UTC" },
      does: { nodeName: "update" },
    },
  ]);

  it("a pool with a guest in it stays", () => {
    const site = new Site();
    const pool = site.create(T.pool, { poolId: "tenants" });
    const vm = site.create(T.vm, { ...VM, poolId: "tenants" });
    assertRefused(() => site.delete(pool), "pool 'tenants' is not empty");
    site.delete(vm);
    site.delete(pool);
    site.close();
  });
});

describe("metric servers", () => {
  const INFLUX = { name: "metrics", type: "influxdb", server: "192.0.2.9", port: 8086 };
  const OTEL = { ...INFLUX, type: "opentelemetry" };
  testCases(
    (site) => site.create(T.metricServer, { ...INFLUX, name: "there" }),
    [
      { what: "InfluxDB", type: T.metricServer, inputs: { ...INFLUX, influxToken: "t", mtu: 1500 } },
      { what: "OpenTelemetry", type: T.metricServer, inputs: { ...OTEL, opentelemetryTimeout: 5 } },
      {
        what: "a name that is taken",
        type: T.metricServer,
        inputs: { ...INFLUX, name: "there" },
        refused: "Metric server 'there' already exists",
      },
      {
        what: "another type's setting",
        type: T.metricServer,
        inputs: { ...INFLUX, graphiteProto: "tcp" },
        refused: "unexpected property 'graphiteProto'",
      },
      {
        what: "a datagram size for OpenTelemetry",
        type: T.metricServer,
        inputs: { ...OTEL, mtu: 1500 },
        refused: "unexpected property 'mtu'",
      },
      {
        what: "two tokens",
        type: T.metricServer,
        inputs: { ...INFLUX, influxToken: "a", influxTokenWo: "b" },
        refused: "cannot be configured together",
      },
      {
        what: "a type that there is none of",
        type: T.metricServer,
        inputs: { ...INFLUX, type: "statsd" },
        refused: "type",
      },
    ],
  );
});
