import assert from "node:assert/strict";
import {
  assertRefused,
  CONTAINER,
  EXPORT,
  NFS,
  POOL,
  Site,
  T,
  TEMPLATE,
  testCases,
  testChanges,
  VM,
} from "./site";

/** A site with a shared NAS, a template and an image on it, and a container 102. */
function equipped(site: Site): void {
  site.create(T.command, EXPORT);
  site.create(T.nfs, NFS);
  site.create(T.file, TEMPLATE);
  site.create(T.file, {
    ...TEMPLATE,
    datastoreId: "nas",
    contentType: "import",
    url: "https://example.org/debian.qcow2",
  });
  site.create(T.container, { ...CONTAINER, vmId: 102 });
}

const disk = VM.disks[0];

describe("a virtual machine", () => {
  testCases(equipped, [
    { what: "one on the installer's storage", type: T.vm, inputs: VM },
    {
      what: "one made from an image on the NAS, on another node than downloaded it",
      type: T.vm,
      inputs: {
        ...VM,
        nodeName: "pve3",
        disks: [{ ...disk, datastoreId: "nas", importFrom: "nas:import/debian.qcow2" }],
      },
    },
    {
      what: "an unknown node",
      type: T.vm,
      inputs: { ...VM, nodeName: "pve9" },
      refused: "hostname lookup 'pve9' failed",
    },
    {
      what: "an unknown storage",
      type: T.vm,
      inputs: { ...VM, disks: [{ ...disk, datastoreId: "ceph" }] },
      refused: "storage 'ceph' does not exist",
    },
    {
      what: "a storage that does not hold disks",
      type: T.vm,
      inputs: { ...VM, disks: [{ ...disk, datastoreId: "local" }] },
      refused: "storage 'local' does not support content-type 'images'",
    },
    {
      what: "an EFI disk on a storage that does not hold disks",
      type: T.vm,
      inputs: { ...VM, efiDisk: { datastoreId: "local" } },
      refused: "storage 'local' does not support content-type 'images'",
    },
    {
      what: "an unknown bridge",
      type: T.vm,
      inputs: { ...VM, networkDevices: [{ bridge: "vmbr7" }] },
      refused: "bridge 'vmbr7' does not exist",
    },
    {
      what: "the id of a container",
      type: T.vm,
      inputs: { ...VM, vmId: 102 },
      refused: "unable to create VM 102 - CT 102 already exists on node 'pve1'",
    },
    {
      what: "an image that is not there",
      type: T.vm,
      inputs: { ...VM, disks: [{ ...disk, importFrom: "nas:import/other.qcow2" }] },
      refused: "volume 'nas:import/other.qcow2' does not exist",
    },
    {
      what: "an image on a storage that holds none",
      type: T.vm,
      inputs: { ...VM, disks: [{ ...disk, importFrom: "local-lvm:import/debian.qcow2" }] },
      refused: "storage 'local-lvm' is not configured for content-type 'import'",
    },
    {
      what: "a clone of nothing",
      type: T.vm,
      inputs: { ...VM, clone: { vmId: 9000 } },
      refused: "Configuration file 'nodes/pve1/qemu-server/9000.conf' does not exist",
    },
    {
      what: "an unknown pool",
      type: T.vm,
      inputs: { ...VM, poolId: "tenants" },
      refused: "pool 'tenants' does not exist",
    },
    { what: "a misspelt property", type: T.vm, inputs: { ...VM, memmory: {} }, refused: "memmory: Invalid" },
    {
      what: "a misspelt property of a disk",
      type: T.vm,
      inputs: { ...VM, disks: [{ ...disk, datastore: "nas" }] },
      refused: "disks[0].datastore: Invalid",
    },
    {
      what: "an output",
      type: T.vm,
      inputs: { ...VM, ipv4Addresses: [] },
      refused: "ipv4Addresses: Invalid",
    },
  ]);

  const with_ = (more: object) => ({ ...VM, ...more });
  testChanges([
    {
      what: "is replaced on another node",
      type: T.vm,
      olds: VM,
      news: with_({ nodeName: "pve2" }),
      does: { nodeName: "replace" },
    },
    {
      what: "moves to another node with migrate",
      type: T.vm,
      olds: with_({ migrate: true }),
      news: with_({ migrate: true, nodeName: "pve2" }),
      does: { nodeName: "update" },
    },
    {
      what: "is replaced for another id",
      type: T.vm,
      olds: VM,
      news: with_({ vmId: 200 }),
      does: { vmId: "replace" },
    },
    {
      what: "is updated for name, tags, memory",
      type: T.vm,
      olds: with_({ name: "a", memory: { dedicated: 512 } }),
      news: with_({ name: "b", tags: ["x"], memory: { dedicated: 1024 } }),
      does: { name: "update", tags: "update", "memory.dedicated": "update" },
    },
    {
      what: "grows a disk in place",
      type: T.vm,
      olds: VM,
      news: with_({ disks: [{ ...disk, size: 16 }] }),
      does: { "disks[0].size": "update" },
    },
    {
      what: "keeps its disks for another importFrom, and is replaced for another fileId",
      type: T.vm,
      olds: VM,
      news: with_({ disks: [{ ...disk, importFrom: "a:import/b", fileId: "a:iso/c" }] }),
      does: { "disks[0].importFrom": "update", "disks[0].fileId": "replace" },
    },
    {
      what: "is replaced for another cloud-init snippet, not for another address",
      type: T.vm,
      olds: with_({ initialization: { userDataFileId: "a", ipConfigs: [{ ipv4: { address: "dhcp" } }] } }),
      news: with_({
        initialization: { userDataFileId: "b", ipConfigs: [{ ipv4: { address: "192.0.2.1/24" } }] },
      }),
      does: {
        "initialization.userDataFileId": "replace",
        "initialization.ipConfigs[0].ipv4.address": "update",
      },
    },
    {
      what: "gets a TPM in place, and is replaced for another version of it",
      type: T.vm,
      olds: with_({ tpmState: { version: "v1.2" } }),
      news: with_({ tpmState: { version: "v2.0" }, efiDisk: { type: "4m" } }),
      does: { "tpmState.version": "replace", efiDisk: "update" },
    },
    {
      what: "does not see another order of its disks",
      type: T.vm,
      olds: with_({ disks: [{ interface: "scsi0" }, { interface: "scsi1", size: 9 }] }),
      news: with_({ disks: [{ interface: "scsi1", size: 9 }, { interface: "scsi0" }] }),
      does: {},
    },
    {
      what: "does not see that all disks are gone",
      type: T.vm,
      olds: VM,
      news: with_({ disks: [] }),
      does: {},
    },
    {
      what: "sees that one of two disks is gone",
      type: T.vm,
      olds: with_({ disks: [{ interface: "scsi0" }, { interface: "scsi1" }] }),
      news: with_({ disks: [{ interface: "scsi0" }] }),
      does: { "disks[1]": "update" },
    },
    {
      what: "keeps the VM when cloud-init is left out",
      type: T.vm,
      olds: with_({ initialization: { type: "nocloud", dns: { domain: "a.example" } } }),
      news: VM,
      does: { initialization: "update" },
    },
    {
      what: "is replaced for another source of the clone",
      type: T.vm,
      olds: with_({ clone: { vmId: 1 } }),
      news: with_({ clone: { vmId: 2 } }),
      does: { "clone.vmId": "replace" },
    },
    {
      what: "does not change for defaults written out",
      type: T.vm,
      olds: VM,
      news: with_({ bios: "seabios", started: true, purgeOnDestroy: true, migrate: false }),
      does: {},
    },
  ]);

  let site: Site;
  beforeEach(() => {
    site = new Site();
    equipped(site);
  });
  afterEach(() => site.close());

  it("gets the lowest free id where it has none, over VMs and containers", () => {
    const vm = { ...VM, vmId: undefined };
    assert.deepEqual(
      [1, 2, 3].map(() => site.create(T.vm, vm).id),
      ["100", "101", "103"],
    );
  });

  it("tells addresses only with the guest agent", () => {
    const initialization = { datastoreId: "local-lvm", ipConfigs: [{ ipv4: { address: "192.0.2.50/24" } }] };
    const silent = site.create(T.vm, { ...VM, initialization });
    assert.deepEqual(silent.outputs.ipv4Addresses, []);
    const talking = site.update(silent, { agent: { enabled: true } });
    assert.deepEqual(talking.outputs.ipv4Addresses, [["127.0.0.1"], ["192.0.2.50"]]);
    assert.deepEqual(talking.outputs.macAddresses, silent.outputs.macAddresses);
  });

  it("keeps a password in its cloud-init secret", () => {
    const initialization = { datastoreId: "local-lvm", userAccount: { password: "hunter2" } };
    assert.deepEqual(site.create(T.vm, { ...VM, initialization }).secretOutputs, ["initialization"]);
  });

  it("does not shrink a disk, nor move to a node without its storage", () => {
    const vm = site.create(T.vm, { ...VM, migrate: true });
    assertRefused(
      () => site.update(vm, { disks: [{ ...disk, size: 4 }] }),
      "requested size (4G) is lower than current size (8G)",
    );
    site.create(T.command, POOL);
    site.create(T.zfspool, { resourceId: "tank", zfsPool: "tank" });
    const onZfs = site.create(T.vm, { ...VM, vmId: 110, disks: [{ ...disk, datastoreId: "tank" }] });
    assertRefused(() => site.update(onZfs, { nodeName: "pve2" }), "cannot open 'tank': no such pool");
  });

  it("that HA manages is not deleted without purge, and leaves HA, its rules and backup jobs with it", () => {
    const vm = site.create(T.vm, { ...VM, purgeOnDestroy: false });
    const other = site.create(T.vm, { ...VM, vmId: 103 });
    for (const resourceId of ["vm:100", "vm:103"]) site.create(T.haResource, { resourceId });
    site.create(T.haRule, {
      rule: "apart",
      type: "resource-affinity",
      affinity: "negative",
      resources: ["vm:100", "vm:103"],
    });
    site.create(T.haRule, { rule: "home", type: "node-affinity", nodes: { pve1: 1 }, resources: ["vm:100"] });
    site.create(T.job, { resourceId: "nightly", schedule: "02:00", storage: "nas", vmids: ["100", "103"] });
    assertRefused(() => site.delete(vm), "used in HA resources and purge parameter not set");
    site.delete(site.update(vm, { purgeOnDestroy: true }));
    assert.equal(site.world.find(T.haResource, "vm:100"), undefined);
    assert.equal(site.world.find(T.haRule, "home"), undefined);
    assert.deepEqual(site.world.find(T.haRule, "apart")?.inputs.resources, ["vm:103"]);
    assert.deepEqual(site.world.find(T.job, "nightly")?.inputs.vmids, ["103"]);
    assert.ok(site.world.find(T.vm, other.key));
  });
});

describe("a container", () => {
  testCases(equipped, [
    { what: "one from a template", type: T.container, inputs: CONTAINER },
    {
      what: "a root disk on a storage that holds none",
      type: T.container,
      inputs: { ...CONTAINER, disk: { datastoreId: "local", size: 8 } },
      refused: "storage 'local' does not support container directories",
    },
    {
      what: "a template that is on another node",
      type: T.container,
      inputs: { ...CONTAINER, nodeName: "pve2" },
      refused: "volume 'local:vztmpl/debian.tar.zst' does not exist",
    },
    {
      what: "a taken id",
      type: T.container,
      inputs: { ...CONTAINER, vmId: 102 },
      refused: "unable to create CT 102 - CT 102 already exists",
    },
    {
      what: "a mount point on an unknown storage",
      type: T.container,
      inputs: { ...CONTAINER, mountPoints: [{ path: "/data", volume: "ceph", size: "8G" }] },
      refused: "storage 'ceph' does not exist",
    },
    {
      what: "an unknown bridge",
      type: T.container,
      inputs: { ...CONTAINER, networkInterfaces: [{ name: "eth0", bridge: "vmbr7" }] },
      refused: "bridge 'vmbr7' does not exist",
    },
  ]);

  const with_ = (more: object) => ({ ...CONTAINER, ...more });
  testChanges([
    {
      what: "is replaced on another node",
      type: T.container,
      olds: CONTAINER,
      news: with_({ nodeName: "pve2" }),
      does: { nodeName: "replace" },
    },
    {
      what: "is replaced for another template, privilege or storage",
      type: T.container,
      olds: CONTAINER,
      news: with_({
        unprivileged: true,
        disk: { datastoreId: "nas", size: 8 },
        operatingSystem: { templateFileId: "local:vztmpl/other.tar.zst", type: "alpine" },
      }),
      does: {
        unprivileged: "replace",
        "disk.datastoreId": "replace",
        "operatingSystem.templateFileId": "replace",
        "operatingSystem.type": "update",
      },
    },
    {
      what: "grows its disk in place",
      type: T.container,
      olds: CONTAINER,
      news: with_({ disk: { datastoreId: "local-lvm", size: 9 } }),
      does: { "disk.size": "update" },
    },
    {
      what: "is told to shrink its disk in place",
      type: T.container,
      olds: CONTAINER,
      news: with_({ disk: { datastoreId: "local-lvm", size: 7 } }),
      does: { "disk.size": "update" },
    },
    {
      what: "is replaced for another mount point, updated for another memory",
      type: T.container,
      olds: CONTAINER,
      news: with_({ memory: { swap: 512 }, mountPoints: [{ path: "/data", volume: "local-lvm" }] }),
      does: { memory: "update", mountPoints: "replace" },
    },
  ]);

  it("does not shrink its disk, and tells the addresses that it was given", () => {
    const site = new Site();
    equipped(site);
    const [existing] = site.world.list(T.container);
    assert.ok(existing);
    assertRefused(
      () => site.update(existing, { disk: { datastoreId: "local-lvm", size: 7 } }),
      "unable to shrink disk size",
    );
    const initialization = { ipConfigs: [{ ipv4: { address: "192.0.2.60/24" } }] };
    assert.deepEqual(site.create(T.container, { ...CONTAINER, initialization }).outputs.ipv4, {
      eth0: "192.0.2.60",
    });
    site.close();
  });
});

describe("an import", () => {
  it("finds guests and files by id or with their node, and says what they were made with", () => {
    const site = new Site();
    equipped(site);
    const vm = site.create(T.vm, VM);
    const template = site.world.find(T.file, "pve1/local:vztmpl/debian.tar.zst");
    const found = (type: string, id: string) =>
      site.lifecycle.read({ type, urn: "urn:import", id, state: {}, config: {} });
    assert.deepEqual(found(T.vm, "100"), vm);
    assert.deepEqual(found(T.vm, "pve1/100"), vm);
    assert.equal(found(T.vm, "pve2/100"), undefined);
    assert.deepEqual(found(T.file, "local:vztmpl/debian.tar.zst"), template);
    assert.deepEqual(found(T.file, "pve1/local:vztmpl/debian.tar.zst"), template);
    site.close();
  });
});
