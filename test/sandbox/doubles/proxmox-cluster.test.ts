import assert from "node:assert/strict";
import {
  assertRefused,
  EXPORT,
  NFS,
  POOL,
  SCRIPTS,
  Site,
  T,
  TEMPLATE,
  testCases,
  testChanges,
  VM,
} from "./site";

const DATASET = {
  connection: { host: "192.0.2.11" },
  create: "bash -s -- apply --pool tank --dataset guests",
  stdin: SCRIPTS["zfs-dataset"],
};

/** Pool tank with a dataset on pve1, an export, and VM 100 with HA. */
function equipped(site: Site): void {
  site.create(T.zfs, POOL);
  site.create(T.command, DATASET);
  site.create(T.command, EXPORT);
  site.create(T.vm, VM);
  site.create(T.haResource, { resourceId: "vm:100" });
}

const JOB = { resourceId: "nightly", schedule: "02:00", storage: "local" };
const RULE = { rule: "home", type: "node-affinity", resources: ["vm:100"], nodes: { pve1: 2, pve2: 1 } };

describe("storages", () => {
  testCases(equipped, [
    { what: "NFS that is exported to the nodes", type: T.nfs, inputs: NFS },
    {
      what: "NFS from a path that is not exported",
      type: T.nfs,
      inputs: { ...NFS, export: "/srv/other" },
      refused: "access denied by server while mounting 192.0.2.30:/srv/other",
    },
    {
      what: "NFS from a machine that is not there",
      type: T.nfs,
      inputs: { ...NFS, server: "192.0.2.99" },
      refused: "storage 'nas' is not online",
    },
    { what: "a ZFS pool", type: T.zfspool, inputs: { resourceId: "tank", zfsPool: "tank" } },
    { what: "a dataset", type: T.zfspool, inputs: { resourceId: "guests", zfsPool: "tank/guests" } },
    {
      what: "a pool that is not there",
      type: T.zfspool,
      inputs: { resourceId: "lake", zfsPool: "lake" },
      refused: "zfs error: cannot open 'lake': no such pool",
    },
    {
      what: "a dataset that is not there",
      type: T.zfspool,
      inputs: { resourceId: "other", zfsPool: "tank/other" },
      refused: "zfs error: cannot open 'tank/other': dataset does not exist",
    },
    {
      what: "a pool that none of its nodes has",
      type: T.zfspool,
      inputs: { resourceId: "tank", zfsPool: "tank", nodes: ["pve2"] },
      refused: "cannot open 'tank': no such pool",
    },
    { what: "a directory", type: T.directory, inputs: { resourceId: "iso", path: "/tank/iso" } },
    {
      what: "a relative directory",
      type: T.directory,
      inputs: { resourceId: "iso", path: "tank/iso" },
      refused: "value does not look like an absolute path",
    },
    {
      what: "a directory that is not there and may not be made",
      type: T.directory,
      inputs: { resourceId: "iso", path: "/tank/iso", createBasePath: false },
      refused: "directory '/tank/iso' does not exist",
    },
    {
      what: "the id of a storage of another type",
      type: T.directory,
      inputs: { resourceId: "local-lvm", path: "/x" },
      refused: "storage ID 'local-lvm' already defined",
    },
    {
      what: "an unknown node",
      type: T.directory,
      inputs: { resourceId: "iso", path: "/x", nodes: ["pve9"] },
      refused: "hostname lookup 'pve9' failed",
    },
    {
      what: "an unknown content type",
      type: T.directory,
      inputs: { resourceId: "iso", path: "/x", contents: ["isos"] },
      refused: "contents[0]: expected one of backup, images",
    },
    {
      what: "a volume group that is not there",
      type: T.lvmthin,
      inputs: { resourceId: "fast", volumeGroup: "nvme", thinPool: "data" },
      refused: "no such logical volume nvme/data",
    },
  ]);

  testChanges([
    {
      what: "take other content in any order, and are replaced for another id or server",
      type: T.nfs,
      olds: NFS,
      news: {
        ...NFS,
        resourceId: "nas2",
        server: "192.0.2.31",
        contents: ["backup", "images", "import", "iso"],
      },
      does: { resourceId: "replace", server: "replace", contents: "update" },
    },
    {
      what: "do not mind the order of content",
      type: T.nfs,
      olds: NFS,
      news: { ...NFS, contents: ["backup", "import", "images"], disable: false, nodes: undefined },
      does: {},
    },
    {
      what: "are replaced for another path",
      type: T.directory,
      olds: { resourceId: "iso", path: "/a" },
      news: { resourceId: "iso", path: "/b", shared: false },
      does: { path: "replace", shared: "update" },
    },
  ]);

  it("that the installer made are read with what an import compares", () => {
    const site = new Site();
    const target = { type: T.directory, urn: "urn:local", id: "local", state: {}, config: {} };
    const local = site.lifecycle.read(target);
    assert.deepEqual(local?.inputs, {
      resourceId: "local",
      contents: ["backup", "import", "iso", "vztmpl"],
      path: "/var/lib/vz",
      shared: false,
    });
    assert.equal(local?.outputs.createSubdirs, true);
    assert.equal(site.lifecycle.read({ ...target, id: "absent" }), undefined);
    site.close();
  });
});

describe("files", () => {
  testCases(
    (site) => site.create(T.file, TEMPLATE),
    [
      {
        what: "the same file on another node's own storage",
        type: T.file,
        inputs: { ...TEMPLATE, nodeName: "pve2" },
      },
      {
        what: "the same file again",
        type: T.file,
        inputs: TEMPLATE,
        refused: "refusing to override existing file",
      },
      {
        what: "content that the storage does not hold",
        type: T.file,
        inputs: { ...TEMPLATE, datastoreId: "local-lvm" },
        refused: "storage 'local-lvm' is not configured for content-type 'vztmpl'",
      },
      {
        what: "no URL",
        type: T.file,
        inputs: { ...TEMPLATE, url: "debian.iso" },
        refused: "url: must match",
      },
      {
        what: "a checksum without its algorithm",
        type: T.file,
        inputs: { ...TEMPLATE, checksum: "00" },
        refused: "require each other",
      },
    ],
  );

  testChanges([
    {
      what: "are replaced for another URL, updated for another timeout",
      type: T.file,
      olds: TEMPLATE,
      news: { ...TEMPLATE, url: "https://example.org/b.tar.zst", uploadTimeout: 900 },
      does: { url: "replace", uploadTimeout: "update" },
    },
  ]);
});

describe("ZFS pools", () => {
  testCases(equipped, [
    {
      what: "a mirror",
      type: T.zfs,
      inputs: { ...POOL, nodeName: "pve2", raidlevel: "mirror", devices: ["/dev/sdb", "/dev/sdc"] },
    },
    {
      what: "a taken name",
      type: T.zfs,
      inputs: { ...POOL, devices: ["/dev/sdc"] },
      refused: "pool 'tank' already exists on node 'pve1'",
    },
    {
      what: "a used disk",
      type: T.zfs,
      inputs: { ...POOL, name: "lake" },
      refused: "device '/dev/sdb' is already in use",
    },
    {
      what: "an unknown disk",
      type: T.zfs,
      inputs: { ...POOL, name: "lake", devices: ["/dev/sdz"] },
      refused: "'/dev/sdz' is not a valid block device path",
    },
    {
      what: "a mirror of one disk",
      type: T.zfs,
      inputs: { ...POOL, nodeName: "pve2", raidlevel: "mirror" },
      refused: "'mirror' needs at least 2 disks",
    },
    { what: "an unknown node", type: T.zfs, inputs: { ...POOL, nodeName: "pve9" }, refused: "'pve9' failed" },
  ]);

  testChanges([
    {
      what: "are replaced for anything but how they are cleaned up",
      type: T.zfs,
      olds: POOL,
      news: { ...POOL, devices: ["/dev/sdc"], compression: "zstd", cleanupDisks: true },
      does: { "devices[0]": "replace", compression: "replace", cleanupDisks: "update" },
    },
  ]);

  it("take their datasets with them", () => {
    const site = new Site();
    const pool = site.create(T.zfs, POOL);
    site.create(T.command, DATASET);
    site.delete(pool);
    assert.deepEqual(site.world.list("host:zfs-dataset"), []);
    site.close();
  });
});

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
    site.create(T.zfs, POOL);
    site.create(T.zfspool, { resourceId: "tank", zfsPool: "tank" });
    site.create(T.vm, { ...VM, disks: [{ interface: "scsi0", datastoreId: "tank" }] });
    const job = { resourceId: "100-0", target: "pve2", type: "local" };
    assertRefused(() => site.create(T.replication, job), "cannot open 'tank': no such pool");
    site.create(T.zfs, { ...POOL, nodeName: "pve2" });
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
