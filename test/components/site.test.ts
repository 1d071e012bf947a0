import assert from "node:assert/strict";
import { VmLegacy } from "@muhlba91/pulumi-proxmoxve/vmLegacy";
import { Cluster, type ClusterArgs } from "../../components/proxmox/cluster";
import { HighAvailability } from "../../components/proxmox/high-availability";
import { Image } from "../../components/proxmox/image";
import { Node } from "../../components/proxmox/node";
import { Storage, type StorageBacking } from "../../components/proxmox/storage";
import { declare, only } from "../support/declared";
import { type Change, devDescription } from "../support/description";
import { declareEstate } from "../support/program";

describe("components: Cluster", () => {
  const DEFAULTS = {
    macPrefix: "BC:24:11",
    console: "html5",
    keyboard: "en-us",
    language: "en",
    maxWorkers: 4,
    bandwidthLimits: {},
  };
  const args: ClusterArgs = {
    clusterName: "c1",
    nodes: ["a", "b", "c"],
    shutdownPolicy: "migrate",
    migration: { type: "secure" },
    scheduling: { mode: "basic", rebalanceOnStart: false },
    defaults: DEFAULTS,
  };
  const { bandwidthLimits: _, ...plain } = DEFAULTS;

  it("declares how it treats guests, every default written out; its members are for the policies to count", async () => {
    const { resources } = await declare(() => new Cluster("c1", args));
    const options = only(resources, "proxmoxve:cluster/options:Options", "c1");
    assert.deepEqual(options.inputs, {
      haShutdownPolicy: "migrate",
      migrationType: "secure",
      crsHa: "basic",
      crsHaRebalanceOnStart: false,
      ...plain,
    });
    assert.equal(options.options.protect, true);
    assert.deepEqual(only(resources, "hybrid-estate:proxmox:Cluster").inputs, args);
  });

  it("declares a migration network, scheduling, limits and the ids that Proxmox gives", async () => {
    const { resources } = await declare(
      () =>
        new Cluster("c1", {
          ...args,
          migration: { cidr: "198.51.100.0/24", type: "insecure" },
          scheduling: {
            mode: "static",
            rebalanceOnStart: true,
            autoRebalance: { threshold: 20, margin: 5, holdDuration: 2, method: "topsis" },
          },
          defaults: {
            ...DEFAULTS,
            nextIds: { lower: 10_000, upper: 20_000 },
            emailFrom: "pve@example.org",
            bandwidthLimits: { migration: 500_000, restore: 0 },
            httpProxy: "http://192.0.2.8:3128",
          },
        }),
    );
    assert.deepEqual(only(resources, "proxmoxve:cluster/options:Options", "c1").inputs, {
      haShutdownPolicy: "migrate",
      migrationCidr: "198.51.100.0/24",
      migrationType: "insecure",
      crsHa: "static",
      crsHaRebalanceOnStart: true,
      crsHaAutoRebalance: true,
      crsHaAutoRebalanceThreshold: 20,
      crsHaAutoRebalanceMargin: 5,
      crsHaAutoRebalanceHoldDuration: 2,
      crsHaAutoRebalanceMethod: "topsis",
      nextId: { lower: 10_000, upper: 20_000 },
      bandwidthLimitMigration: 500_000,
      bandwidthLimitRestore: 0,
      emailFrom: "pve@example.org",
      httpProxy: "http://192.0.2.8:3128",
      ...plain,
    });
  });

  it("in an estate: migrations go over the network for them, or the one that is named", async () => {
    const wanted = { purpose: "migration", cidr: "10.9.0.0/24", bridge: "vmbr2" };
    const addresses = ["blckpink01", "blckpink02", "blckpink03"].map(
      (node, index): Change => [["nodes", node, "addresses", "moves"], `10.9.0.${index + 1}`],
    );
    const moves: Change[] = [[["networks", "moves"], wanted], [["bridges", "vmbr2"], {}], ...addresses];
    const cidr = async (...changes: Change[]) => {
      const { resources } = await declareEstate(devDescription(...changes));
      return only(resources, "proxmoxve:cluster/options:Options").inputs.migrationCidr;
    };
    assert.equal(await cidr(...moves), "10.9.0.0/24");
    assert.equal(await cidr(...moves, [["cluster", "migration"], { network: "storage" }]), "192.168.1.0/24");
  });
});

describe("components: Node", () => {
  it("declares time zone, DNS and bridges, each named after the node", async () => {
    const { resources } = await declare(
      () =>
        new Node("pve1", {
          nodeName: "pve1",
          timeZone: "Asia/Jakarta",
          dns: { domain: "example.org", servers: ["192.0.2.53", "192.0.2.54"] },
          hosts: {},
          repositories: "no-subscription",
          interfaces: {
            bonds: {},
            bridges: {
              vmbr0: {
                ports: ["enp1s0"],
                vlanAware: false,
                address: "192.0.2.11/24",
                gateway: "192.0.2.1",
                existing: true,
              },
              vmbr1: { ports: [], vlanAware: true, comment: "guests", existing: false },
            },
            vlans: {},
          },
          joins: false,
        }),
    );
    assert.deepEqual(only(resources, "proxmoxve:index/timeLegacy:TimeLegacy", "pve1").inputs, {
      nodeName: "pve1",
      timeZone: "Asia/Jakarta",
    });
    assert.deepEqual(only(resources, "proxmoxve:index/dnsLegacy:DnsLegacy", "pve1").inputs, {
      nodeName: "pve1",
      domain: "example.org",
      servers: ["192.0.2.53", "192.0.2.54"],
    });
    const installed = only(resources, "proxmoxve:network/linux/bridge:Bridge", "pve1-vmbr0");
    assert.deepEqual(installed.inputs, {
      nodeName: "pve1",
      name: "vmbr0",
      autostart: true,
      ports: ["enp1s0"],
      vlanAware: false,
      address: "192.0.2.11/24",
      gateway: "192.0.2.1",
    });
    assert.equal(installed.options.import, "pve1:vmbr0");
    const made = only(resources, "proxmoxve:network/linux/bridge:Bridge", "pve1-vmbr1");
    assert.deepEqual(made.inputs, {
      nodeName: "pve1",
      name: "vmbr1",
      autostart: true,
      ports: [],
      vlanAware: true,
      comment: "guests",
    });
    assert.equal(made.options.import, undefined);
    for (const { options } of [installed, made]) {
      assert.equal(options.protect, true);
      assert.equal(options.parent, "hybrid-estate:proxmox:Node pve1");
    }
  });

  it("declares bonds first, then bridges and VLANs on them, each after what it is on", async () => {
    const { resources } = await declare(
      () =>
        new Node("pve1", {
          nodeName: "pve1",
          timeZone: "UTC",
          dns: { domain: "example.org", servers: [] },
          hosts: {},
          repositories: "enterprise",
          interfaces: {
            bonds: {
              bond0: {
                slaves: ["eno2", "eno1"],
                mode: "802.3ad",
                hashPolicy: "layer3+4",
                mtu: 9000,
                existing: true,
              },
              bond1: { slaves: ["eno3"], mode: "active-backup", primary: "eno3", existing: false },
            },
            bridges: { vmbr0: { ports: ["bond0.7"], vlanAware: true, existing: false } },
            vlans: {
              "bond1.50": { address: "192.0.2.1/24", mtu: 1500, existing: false },
              "vmbr0.8": { existing: false },
            },
          },
          joins: true,
        }),
    );
    const bond = (name: string) => only(resources, "proxmoxve:network/linux/bond:Bond", name);
    assert.deepEqual(bond("pve1-bond0").inputs, {
      nodeName: "pve1",
      name: "bond0",
      autostart: true,
      slaves: ["eno1", "eno2"],
      bondMode: "802.3ad",
      bondXmitHashPolicy: "layer3+4",
      mtu: 9000,
    });
    assert.equal(bond("pve1-bond0").options.import, "pve1:bond0");
    assert.deepEqual(bond("pve1-bond1").inputs, {
      nodeName: "pve1",
      name: "bond1",
      autostart: true,
      slaves: ["eno3"],
      bondMode: "active-backup",
      bondPrimary: "eno3",
    });
    assert.equal(bond("pve1-bond1").options.import, undefined);
    const bridge = only(resources, "proxmoxve:network/linux/bridge:Bridge");
    assert.deepEqual(bridge.options.dependsOn, ["proxmoxve:network/linux/bond:Bond pve1-bond0"]);
    const vlan = (name: string) => only(resources, "proxmoxve:network/linux/vlan:Vlan", name);
    assert.deepEqual(vlan("pve1-bond1.50").inputs, {
      nodeName: "pve1",
      name: "bond1.50",
      autostart: true,
      address: "192.0.2.1/24",
      mtu: 1500,
    });
    assert.deepEqual(vlan("pve1-bond1.50").options.dependsOn, [
      "proxmoxve:network/linux/bond:Bond pve1-bond1",
    ]);
    assert.deepEqual(vlan("pve1-vmbr0.8").options.dependsOn, [
      "proxmoxve:network/linux/bridge:Bridge pve1-vmbr0",
    ]);
    for (const { options } of [bond("pve1-bond0"), bond("pve1-bond1"), bridge, vlan("pve1-vmbr0.8")]) {
      assert.equal(options.protect, true);
    }
  });

  it("in an estate: addresses are on the bond, on the VLAN of what carries the network, under the node's names", async () => {
    const { resources } = await declareEstate(
      devDescription(
        [
          ["bonds"],
          {
            bond1: { slaves: ["enp3s0", "enp4s0"], mtu: 9000 },
            bond2: { slaves: ["enp5s0"], mode: "active-backup" },
          },
        ],
        [["networks", "moves"], { purpose: "migration", cidr: "10.9.0.0/24", interface: "bond1" }],
        [
          ["networks", "ring"],
          { purpose: "storage", cidr: "10.9.1.0/24", interface: "bond1", vlan: 7, mtu: 1500 },
        ],
        [["networks", "spare"], { purpose: "storage", cidr: "10.9.2.0/24", interface: "enp6s0", vlan: 8 }],
        [["bridges", "vmbr1", "vlanAware"], true],
        [
          ["networks", "tenants"],
          { purpose: "guests", cidr: "10.9.3.0/24", gateway: "10.9.3.1", bridge: "vmbr1", vlan: 9 },
        ],
        [["nodes", "blckpink01", "interfaces"], { enp3s0: "eno3", enp6s0: "eno6", enp2s0: "eno2" }],
        ...["blckpink01", "blckpink02", "blckpink03"].map(
          (node, index): Change => [["nodes", node, "addresses", "moves"], `10.9.0.${index + 1}`],
        ),
        [["nodes", "blckpink01", "addresses", "ring"], "10.9.1.1"],
        [["nodes", "blckpink01", "addresses", "spare"], "10.9.2.1"],
        [["nodes", "blckpink01", "addresses", "tenants"], "10.9.3.2"],
      ),
    );
    const inputs = (kind: string, name: string) => {
      const {
        nodeName: _,
        autostart: __,
        name: ___,
        ...rest
      } = only(resources, `proxmoxve:network/linux/${kind}`, name).inputs;
      return rest;
    };
    assert.deepEqual(inputs("bond:Bond", "blckpink01-bond1"), {
      slaves: ["eno3", "enp4s0"],
      bondMode: "802.3ad",
      bondXmitHashPolicy: "layer2+3",
      mtu: 9000,
      address: "10.9.0.1/24",
    });
    assert.deepEqual(inputs("bond:Bond", "blckpink02-bond2"), {
      slaves: ["enp5s0"],
      bondMode: "active-backup",
      bondPrimary: "enp5s0",
    });
    assert.deepEqual(inputs("bridge:Bridge", "blckpink01-vmbr1").ports, ["eno2"]);
    assert.deepEqual(inputs("vlan:Vlan", "blckpink01-bond1.7"), {
      address: "10.9.1.1/24",
      mtu: 1500,
      comment: "ring",
    });
    assert.deepEqual(inputs("vlan:Vlan", "blckpink01-eno6.8"), { address: "10.9.2.1/24", comment: "spare" });
    // The default route is the management network's: a node has one.
    assert.deepEqual(inputs("vlan:Vlan", "blckpink01-vmbr1.9"), {
      address: "10.9.3.2/24",
      comment: "tenants",
    });
    assert.equal(inputs("bridge:Bridge", "blckpink01-vmbr0").gateway, "192.168.137.1");
  });

  it("in an estate: a node's address on a bridge is that of the untagged network there", async () => {
    const { resources } = await declareEstate(
      devDescription(
        [["bridges", "vmbr1", "vlanAware"], true],
        [["networks", "tenants"], { purpose: "guests", cidr: "172.16.5.0/24", bridge: "vmbr1", vlan: 5 }],
        [["nodes", "blckpink02", "addresses", "tenants"], "172.16.5.2"],
        [["bridges", "vmbr2"], {}],
      ),
    );
    const bridge = (name: string) => only(resources, "proxmoxve:network/linux/bridge:Bridge", name).inputs;
    assert.equal(bridge("blckpink02-vmbr1").address, "192.168.1.22/24");
    assert.equal(bridge("blckpink02-vmbr1").gateway, undefined);
    assert.equal(bridge("blckpink02-vmbr0").gateway, "192.168.137.1");
    assert.equal(bridge("blckpink02-vmbr2").address, undefined);
  });
});

describe("components: Storage", () => {
  const rows: [type: string, backing: StorageBacking, inputs: object][] = [
    [
      "proxmoxve:storage/directory:Directory",
      { type: "directory", path: "/srv/x", shared: true },
      { path: "/srv/x", shared: true },
    ],
    [
      "proxmoxve:storage/zfspool:Zfspool",
      { type: "zfspool", pool: "tank/vm", thinProvision: true },
      { zfsPool: "tank/vm", thinProvision: true },
    ],
    [
      "proxmoxve:storage/lvmthin:Lvmthin",
      { type: "lvmthin", volumeGroup: "pve", thinPool: "data" },
      { volumeGroup: "pve", thinPool: "data" },
    ],
    [
      "proxmoxve:storage/zfspool:Zfspool",
      { type: "zfspool", pool: "tank", thinProvision: false, blockSize: "16k" },
      { zfsPool: "tank", thinProvision: false, blocksize: "16k" },
    ],
    [
      "proxmoxve:storage/lvm:Lvm",
      { type: "lvm", volumeGroup: "vg", shared: true, wipeRemovedVolumes: false },
      { volumeGroup: "vg", shared: true, wipeRemovedVolumes: false },
    ],
    [
      "proxmoxve:storage/nfs:Nfs",
      {
        type: "nfs",
        server: "192.0.2.5",
        export: "/srv/nfs",
        options: "vers=4.2",
        retention: { last: 3, weekly: 0 },
      },
      {
        server: "192.0.2.5",
        export: "/srv/nfs",
        options: "vers=4.2",
        backups: { keepAll: false, keepLast: 3, keepWeekly: 0 },
      },
    ],
  ];

  for (const [type, backing, inputs] of rows) {
    it(`declares a ${backing.type} storage, protected, with its content and nodes`, async () => {
      const { resources } = await declare(
        () =>
          new Storage("st", {
            storageId: "st-id",
            content: ["images"],
            nodes: ["pve1"],
            existing: false,
            backing,
          }),
      );
      const storage = only(resources, type, "st");
      assert.deepEqual(storage.inputs, {
        resourceId: "st-id",
        contents: ["images"],
        nodes: ["pve1"],
        disable: false,
        ...inputs,
      });
      assert.equal(storage.options.protect, true);
      assert.equal(storage.options.import, undefined);
      assert.equal(storage.options.deleteBeforeReplace, true);
      assert.equal(storage.options.parent, "hybrid-estate:proxmox:Storage st");
    });
  }

  it("adopts one that the installer made", async () => {
    const { resources } = await declareEstate(devDescription());
    const adopted = resources.filter(
      ({ options }) => options.import !== undefined && !options.import.includes(":"),
    );
    assert.deepEqual(
      adopted.map(({ name, options }) => [name, options.import]),
      [
        ["local", "local"],
        ["local-lvm", "local-lvm"],
      ],
    );
  });

  it("in an estate: an NFS storage waits for its export and the bridges to it, others for the pools", async () => {
    const { resources } = await declareEstate(devDescription());
    const waits = (name: string) => only(resources, "hybrid-estate:proxmox:Storage", name).options.dependsOn;
    assert.deepEqual(
      waits("nfs-local"),
      ["blckpink01", "blckpink02", "blckpink03"].map((node) => `command:remote:Command ${node}/nfs-local`),
    );
    const check = only(resources, "hybrid-estate:hosts:NfsCheck", "blckpink02/nfs-local").options.dependsOn;
    assert.ok(check.includes("command:remote:Command nas/srv/nfs/proxmox"));
    assert.ok(check.includes("proxmoxve:network/linux/bridge:Bridge blckpink03-vmbr1"));
    assert.ok(!check.some((dependency) => dependency.includes("nas-backup")));
    for (const node of ["blckpink01", "blckpink02", "blckpink03"]) {
      assert.ok(
        waits("zfs-migrate").includes(`command:remote:Command ${node}/blckpink-storage-pool/migrate`),
      );
    }
    assert.deepEqual(waits("local-lvm"), []);
    assert.equal(only(resources, "proxmoxve:storage/nfs:Nfs", "nfs-local").inputs.server, "192.168.1.10");
  });
});

describe("components: Image", () => {
  it("declares a download that is never repeated", async () => {
    const { resources, result } = await declare(
      () =>
        new Image("debian", {
          nodeName: "pve1",
          storageId: "nas",
          content: "import",
          url: "https://example.org/debian-13.1.qcow2",
          fileName: "debian-13.1.qcow2",
          checksum: { algorithm: "sha512", value: "0".repeat(128) },
        }),
    );
    assert.deepEqual(only(resources, "proxmoxve:download/file:File", "debian").inputs, {
      nodeName: "pve1",
      datastoreId: "nas",
      contentType: "import",
      url: "https://example.org/debian-13.1.qcow2",
      fileName: "debian-13.1.qcow2",
      checksum: "0".repeat(128),
      checksumAlgorithm: "sha512",
      overwrite: false,
      overwriteUnmanaged: false,
    });
    assert.equal(result.volumeId, "nas:import/debian-13.1.qcow2");
  });

  it("in an estate: a node that has the storage downloads it, under the URL's name or the declared one", async () => {
    const { resources } = await declareEstate(
      devDescription(
        [
          ["storages", "nfs-local", "nodes"],
          ["blckpink03", "blckpink02"],
        ],
        [["guests", "vpn", "node"], "blckpink03"],
        [["images", "ubuntu-22.04", "storage"], "local"],
        [["images", "alpine-3.22", "fileName"], "alpine.qcow2"],
        [["images", "alpine-3.22", "checksum"], `sha256:${"a".repeat(64)}`],
      ),
    );
    const file = (name: string) => only(resources, "proxmoxve:download/file:File", name).inputs;
    assert.equal(file("alpine-3.22").nodeName, "blckpink03");
    assert.equal(file("alpine-3.22").fileName, "alpine.qcow2");
    assert.equal(file("alpine-3.22").checksum, "a".repeat(64));
    assert.equal(file("alpine-3.22").checksumAlgorithm, "sha256");
    assert.equal(file("ubuntu-22.04").nodeName, "blckpink01");
    assert.equal(file("ubuntu-22.04").fileName, "ubuntu-22.04-standard_22.04-1_amd64.tar.zst");
    assert.equal(file("ubuntu-22.04").checksumAlgorithm, "sha512");
  });
});

describe("components: HighAvailability", () => {
  it("declares one HA resource a VM, and rules over them", async () => {
    const settings = { state: "started", maxRestart: 2, maxRelocate: 3, failback: false } as const;
    const { resources } = await declare(() => {
      const vms = Object.fromEntries(
        [110, 111].map((vmId) => [
          `vm${vmId}`,
          { vmId, vm: new VmLegacy(`vm${vmId}`, { nodeName: "a" }), after: [], comment: "c", ...settings },
        ]),
      );
      return new HighAvailability("ha", {
        vms,
        rules: {
          home: {
            comment: "at home",
            type: "node-affinity",
            guests: ["vm110"],
            nodes: { a: 2, b: 1 },
            strict: true,
          },
          apart: {
            comment: "apart",
            type: "resource-affinity",
            guests: ["vm110", "vm111"],
            affinity: "negative",
          },
        },
      });
    });
    const resource = only(resources, "proxmoxve:index/haresource:Haresource", "vm111");
    assert.deepEqual(resource.inputs, { resourceId: "vm:111", type: "vm", comment: "c", ...settings });
    // HA takes over only once the VM is there with all its disks.
    assert.deepEqual(resource.options.dependsOn, ["proxmoxve:index/vmLegacy:VmLegacy vm111"]);

    const home = only(resources, "proxmoxve:index/harule:Harule", "home");
    assert.deepEqual(home.inputs, {
      rule: "home",
      comment: "at home",
      type: "node-affinity",
      resources: ["vm:110"],
      nodes: { a: 2, b: 1 },
      strict: true,
      disable: false,
    });
    const apart = only(resources, "proxmoxve:index/harule:Harule", "apart");
    assert.deepEqual(apart.inputs, {
      rule: "apart",
      comment: "apart",
      type: "resource-affinity",
      resources: ["vm:110", "vm:111"],
      affinity: "negative",
      disable: false,
    });
    assert.deepEqual(apart.options.dependsOn, [
      "proxmoxve:index/haresource:Haresource vm110",
      "proxmoxve:index/haresource:Haresource vm111",
    ]);
  });
});
