import assert from "node:assert/strict";
import { Container, type ContainerArgs } from "../../components/proxmox/container";
import { VirtualMachine, type VirtualMachineArgs } from "../../components/proxmox/virtual-machine";
import { type Declared, declare, only, settled } from "../support/declared";
import { type Change, devDescription } from "../support/description";
import { declareEstate } from "../support/program";

const VM = "proxmoxve:index/vmLegacy:VmLegacy";
const LXC = "proxmoxve:index/containerLegacy:ContainerLegacy";

const DISK = {
  backup: true,
  replicate: true,
  limits: {},
  cache: "none",
  aio: "io_uring",
  discard: true,
  ssd: false,
  iothread: true,
} as const;

const vmArgs: VirtualMachineArgs = {
  vmId: 110,
  vmName: "web",
  nodeName: "pve1",
  description: "web server",
  tags: ["web", "acme", "web"],
  cores: 2,
  cpuLimit: 1.5,
  cpuUnits: 200,
  sockets: 2,
  cpuType: "x86-64-v3",
  numa: true,
  rebootAfterUpdate: false,
  memory: 2048,
  balloonMinimum: 1024,
  hotplug: ["disk", "memory"],
  os: "l26",
  firmware: "ovmf",
  efiStorageId: "efi-store",
  secureBoot: true,
  tpmStorageId: "tpm-store",
  machine: "pc-q35-9.2+pve1",
  disks: {
    scsi0: {
      ...DISK,
      limits: { read: 100, readBurst: 200, iopsWrite: 500 },
      storageId: "nas",
      size: 16,
      fileFormat: "qcow2",
      importFrom: "nas:import/debian.qcow2",
    },
    sata1: {
      ...DISK,
      storageId: "tank",
      size: 100,
      fileFormat: "raw",
      backup: false,
      replicate: false,
      cache: "writeback",
      aio: "threads",
      discard: false,
      ssd: true,
      iothread: false,
    },
  },
  cdrom: { slot: "ide0", volumeId: "nas:iso/tools.iso" },
  bootOrder: ["scsi0", "ide0"],
  nics: {
    net0: {
      bridge: "vmbr0",
      firewall: true,
      address: "192.0.2.10/24",
      gateway: "192.0.2.1",
      model: "virtio",
      macAddress: "BC:24:11:00:00:01",
      mtu: 9000,
      queues: 2,
      rateLimit: 12.5,
    },
    net1: { bridge: "vmbr1", vlanId: 5, firewall: false, address: "dhcp", model: "e1000" },
  },
  pci: { hostpci0: { mapping: "gpu", pcie: true, primaryGpu: false } },
  usb: [{ mapping: "dongle", usb3: true }],
  directories: ["shared"],
  serialPort: true,
  display: "serial0",
  cloudInit: {
    storageId: "ci-store",
    dns: { domain: "example.org", servers: ["192.0.2.53"] },
    user: "admin",
    sshKeys: ["ssh-ed25519 AAAA admin"],
  },
  agent: true,
  startOnBoot: true,
  startup: { order: 3, upDelay: 30 },
  protection: true,
  highlyAvailable: true,
  protect: true,
};

const lxcArgs: ContainerArgs = {
  vmId: 120,
  hostname: "dns",
  nodeName: "pve2",
  description: "name server",
  tags: ["infra", "dns"],
  cores: 1,
  cpuLimit: 0.5,
  cpuUnits: 50,
  memory: 512,
  swap: 256,
  template: "nas:vztmpl/debian.tar.zst",
  os: "debian",
  rootDisk: { storageId: "tank", size: 4, replicate: false },
  mountPoints: {
    mp0: {
      storageId: "tank",
      size: 16,
      path: "/srv/zones",
      backup: true,
      replicate: true,
      readOnly: false,
    },
  },
  nics: {
    eth0: { bridge: "vmbr0", firewall: true, address: "192.0.2.53/24", gateway: "192.0.2.1" },
    eth1: {
      bridge: "vmbr1",
      vlanId: 7,
      firewall: false,
      address: "dhcp",
      macAddress: "BC:24:11:00:00:02",
      mtu: 1400,
      rateLimit: 5,
    },
  },
  dns: { domain: "example.org", servers: ["192.0.2.53"] },
  sshKeys: [],
  unprivileged: true,
  nesting: true,
  console: "shell",
  startOnBoot: false,
  startup: { order: 1, downDelay: 60 },
  protection: false,
  protect: true,
};

async function vm(changes: Partial<VirtualMachineArgs> = {}): Promise<Declared> {
  const { resources } = await declare(() => new VirtualMachine("web", { ...vmArgs, ...changes }));
  return only(resources, VM);
}

describe("components: VirtualMachine", () => {
  it("declares the VM with every setting written out", async () => {
    const { name, inputs } = await vm();
    assert.equal(name, "web");
    const unlimited = {
      read: 0,
      readBurstable: 0,
      write: 0,
      writeBurstable: 0,
      iopsRead: 0,
      iopsReadBurstable: 0,
      iopsWrite: 0,
      iopsWriteBurstable: 0,
    };
    assert.deepEqual(inputs, {
      vmId: 110,
      name: "web",
      nodeName: "pve1",
      migrate: true,
      description: "web server",
      tags: ["acme", "web"],
      cpu: { cores: 2, sockets: 2, type: "x86-64-v3", limit: 1.5, units: 200, numa: true },
      memory: { dedicated: 2048, floating: 1024 },
      hotplug: "disk,memory",
      operatingSystem: { type: "l26" },
      scsiHardware: "virtio-scsi-single",
      bios: "ovmf",
      machine: "pc-q35-9.2+pve1",
      efiDisk: { datastoreId: "efi-store", type: "4m", preEnrolledKeys: true },
      tpmState: { datastoreId: "tpm-store", version: "v2.0" },
      disks: [
        {
          aio: "io_uring",
          cache: "none",
          discard: "on",
          replicate: true,
          ssd: false,
          speed: { ...unlimited, read: 100, readBurstable: 200, iopsWrite: 500 },
          interface: "scsi0",
          datastoreId: "nas",
          size: 16,
          fileFormat: "qcow2",
          importFrom: "nas:import/debian.qcow2",
          backup: true,
          iothread: true,
        },
        {
          aio: "threads",
          cache: "writeback",
          discard: "ignore",
          replicate: false,
          ssd: true,
          speed: unlimited,
          interface: "sata1",
          datastoreId: "tank",
          size: 100,
          fileFormat: "raw",
          backup: false,
          iothread: false,
        },
      ],
      networkDevices: [
        {
          bridge: "vmbr0",
          firewall: true,
          model: "virtio",
          disconnected: false,
          macAddress: "BC:24:11:00:00:01",
          mtu: 9000,
          queues: 2,
          rateLimit: 12.5,
        },
        {
          bridge: "vmbr1",
          vlanId: 5,
          firewall: false,
          model: "e1000",
          disconnected: false,
          mtu: 0,
          queues: 0,
          rateLimit: 0,
        },
      ],
      cdrom: { fileId: "nas:iso/tools.iso", interface: "ide0" },
      bootOrders: ["scsi0", "ide0"],
      hostpcis: [{ device: "hostpci0", mapping: "gpu", pcie: true, rombar: true, xvga: false }],
      usbs: [{ mapping: "dongle", usb3: true }],
      virtiofs: [{ mapping: "shared" }],
      serialDevices: [{ device: "socket" }],
      vga: { type: "serial0", memory: 16, clipboard: "" },
      initialization: {
        datastoreId: "ci-store",
        interface: "ide2",
        type: "nocloud",
        dns: { domain: "example.org", servers: ["192.0.2.53"] },
        ipConfigs: [
          { ipv4: { address: "192.0.2.10/24", gateway: "192.0.2.1" } },
          { ipv4: { address: "dhcp" } },
        ],
        userAccount: { username: "admin", keys: ["ssh-ed25519 AAAA admin"] },
      },
      agent: { enabled: true, timeout: "2m", trim: true },
      onBoot: true,
      startup: { order: 3, upDelay: 30, downDelay: -1 },
      protection: true,
      started: true,
      rebootAfterUpdate: false,
      stopOnDestroy: false,
      deleteUnreferencedDisksOnDestroy: false,
      purgeOnDestroy: true,
    });
  });

  it("leaves an HA guest's node and run state to HA, and never replaces it for having moved", async () => {
    const managed = await vm();
    assert.deepEqual(managed.options.ignoreChanges, ["nodeName", "started"]);
    assert.equal(managed.inputs.migrate, true);
    const alone = await vm({ highlyAvailable: false });
    assert.deepEqual(alone.options.ignoreChanges, []);
    assert.equal(alone.inputs.migrate, true);
    // What the engine makes of it is tested end to end in test/engine/lifecycle.test.ts.
  });

  it("is protected as told; the old one goes before a new one takes its id", async () => {
    assert.equal((await vm()).options.protect, true);
    assert.equal((await vm()).options.deleteBeforeReplace, true);
    assert.equal((await vm({ protect: false })).options.protect, false);
  });

  it("has neither EFI disk, TPM nor cloud-init drive where none is wanted", async () => {
    const { inputs } = await vm({
      firmware: "seabios",
      efiStorageId: undefined,
      tpmStorageId: undefined,
      cloudInit: undefined,
    });
    assert.equal(inputs.bios, "seabios");
    for (const key of ["efiDisk", "tpmState", "initialization"]) assert.ok(!(key in inputs), key);
  });

  it("waits for no agent that is not there", async () => {
    assert.deepEqual((await vm({ agent: false })).inputs.agent, {
      enabled: false,
      timeout: "2m",
      trim: false,
    });
  });

  it("is a component that its VM belongs to", async () => {
    const { resources, result } = await declare(() => new VirtualMachine("web", vmArgs));
    assert.deepEqual(
      resources.map(({ type, name, options }) => [type, name, options.parent]),
      [
        ["hybrid-estate:proxmox:VirtualMachine", "web", undefined],
        [VM, "web", "hybrid-estate:proxmox:VirtualMachine web"],
      ],
    );
    assert.match(
      await settled(result.resource.urn),
      /hybrid-estate:proxmox:VirtualMachine\$proxmoxve:index\/vmLegacy:VmLegacy::web$/,
    );
  });
});

describe("components: Container", () => {
  it("declares the container with every setting written out", async () => {
    const { resources } = await declare(() => new Container("dns", lxcArgs));
    const { name, inputs, options } = only(resources, LXC);
    assert.equal(name, "dns");
    assert.deepEqual(inputs, {
      vmId: 120,
      nodeName: "pve2",
      description: "name server",
      tags: ["dns", "infra"],
      cpu: { cores: 1, architecture: "amd64", limit: 0.5, units: 50 },
      memory: { dedicated: 512, swap: 256 },
      disk: { datastoreId: "tank", size: 4, replicate: false },
      mountPoints: [
        { volume: "tank", size: "16G", path: "/srv/zones", backup: true, replicate: true, readOnly: false },
      ],
      operatingSystem: { templateFileId: "nas:vztmpl/debian.tar.zst", type: "debian" },
      networkInterfaces: [
        { name: "eth0", bridge: "vmbr0", firewall: true, enabled: true, mtu: 0, rateLimit: 0 },
        {
          name: "eth1",
          bridge: "vmbr1",
          vlanId: 7,
          firewall: false,
          enabled: true,
          macAddress: "BC:24:11:00:00:02",
          mtu: 1400,
          rateLimit: 5,
        },
      ],
      initialization: {
        hostname: "dns",
        dns: { domain: "example.org", servers: ["192.0.2.53"] },
        ipConfigs: [
          { ipv4: { address: "192.0.2.53/24", gateway: "192.0.2.1" } },
          { ipv4: { address: "dhcp" } },
        ],
        userAccount: { keys: [] },
      },
      unprivileged: true,
      features: { nesting: true },
      console: { enabled: true, ttyCount: 2, type: "shell" },
      startOnBoot: false,
      startup: { order: 1, upDelay: -1, downDelay: 60 },
      protection: false,
      started: true,
    });
    assert.equal(options.parent, "hybrid-estate:proxmox:Container dns");
    assert.equal(options.protect, true);
    assert.equal(options.deleteBeforeReplace, true);
    // None of these is worth a container with its data: the provider would replace it for them.
    assert.deepEqual(options.ignoreChanges, [
      "operatingSystem.templateFileId",
      "initialization.userAccount",
      "mountPoints",
    ]);
  });
});

describe("components: guests of an estate", () => {
  async function alpine(...changes: Change[]): Promise<Declared> {
    const { resources } = await declareEstate(devDescription(...changes));
    return only(resources, VM, "alpine");
  }

  it("files on file storages are qcow2, volumes elsewhere raw", async () => {
    const { inputs } = await alpine(
      [["guests", "alpine", "disks", "scsi1"], { storage: "vmc-pool", size: "1 GiB" }],
      [["guests", "alpine", "disks", "scsi2"], { storage: "zfs-migrate", size: "1 GiB" }],
      [["guests", "alpine", "disks", "scsi3"], { storage: "local-lvm", size: "1 GiB" }],
    );
    assert.ok(Array.isArray(inputs.disks));
    assert.deepEqual(
      inputs.disks.map((disk: { datastoreId: string; fileFormat: string }) => [
        disk.datastoreId,
        disk.fileFormat,
      ]),
      [
        ["nfs-local", "qcow2"],
        ["vmc-pool", "qcow2"],
        ["zfs-migrate", "raw"],
        ["local-lvm", "raw"],
      ],
    );
  });

  it("a static address has its network's gateway, DHCP brings its own", async () => {
    const { inputs } = await alpine([
      ["guests", "alpine", "nics"],
      { net0: { bridge: "vmbr0", address: "192.168.137.55/24" }, net1: { bridge: "vmbr0", address: "dhcp" } },
    ]);
    assert.deepEqual((inputs.initialization as { ipConfigs?: unknown }).ipConfigs, [
      { ipv4: { address: "192.168.137.55/24", gateway: "192.168.137.1" } },
      { ipv4: { address: "dhcp" } },
    ]);
  });

  it("a tagged interface is in its tagged network", async () => {
    const { inputs } = await alpine(
      [["bridges", "vmbr1", "vlanAware"], true],
      [
        ["networks", "tenants"],
        { purpose: "guests", cidr: "172.16.5.0/24", gateway: "172.16.5.1", bridge: "vmbr1", vlan: 5 },
      ],
      [["guests", "alpine", "nics", "net0"], { bridge: "vmbr1", vlan: 5, address: "172.16.5.9/24" }],
    );
    assert.deepEqual(inputs.networkDevices, [
      {
        bridge: "vmbr1",
        vlanId: 5,
        firewall: true,
        model: "virtio",
        disconnected: false,
        mtu: 0,
        queues: 0,
        rateLimit: 0,
      },
    ]);
    assert.deepEqual((inputs.initialization as { ipConfigs?: unknown }).ipConfigs, [
      { ipv4: { address: "172.16.5.9/24", gateway: "172.16.5.1" } },
    ]);
  });

  it("an HA guest is left to HA, any other follows its file", async () => {
    assert.deepEqual((await alpine()).options.ignoreChanges, ["nodeName", "started"]);
    const { resources } = await declareEstate(
      devDescription([
        ["guests", "web"],
        { kind: "vm", id: 200, node: "blckpink01", memory: "1 GiB", disks: {}, protect: false },
      ]),
    );
    const web = only(resources, VM, "web");
    assert.deepEqual(web.options.ignoreChanges, []);
    assert.equal(web.options.protect, false);
    assert.equal(web.inputs.description, "web, declared by hybrid-estate");
    assert.deepEqual(
      resources.filter(({ type }) => type.endsWith(":Haresource")).map(({ name }) => name),
      ["alpine", "vpn"],
    );
  });

  it("a guest waits for its storages, images, and bridges on every node", async () => {
    const { resources } = await declareEstate(devDescription());
    const { options } = only(resources, "hybrid-estate:proxmox:VirtualMachine", "alpine");
    assert.deepEqual([...options.dependsOn].sort(), [
      "proxmoxve:download/file:File alpine-3.22",
      "proxmoxve:network/linux/bridge:Bridge blckpink01-vmbr1",
      "proxmoxve:network/linux/bridge:Bridge blckpink02-vmbr1",
      "proxmoxve:network/linux/bridge:Bridge blckpink03-vmbr1",
      "proxmoxve:storage/nfs:Nfs nfs-local",
    ]);
  });
});
