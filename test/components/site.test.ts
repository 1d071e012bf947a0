import assert from "node:assert/strict";
import { VmLegacy } from "@muhlba91/pulumi-proxmoxve/vmLegacy";
import { Cluster } from "../../components/proxmox/cluster";
import { HighAvailability } from "../../components/proxmox/high-availability";
import { Image } from "../../components/proxmox/image";
import { Node } from "../../components/proxmox/node";
import { Storage, type StorageBacking } from "../../components/proxmox/storage";
import { declare, only } from "../support/declared";
import { devDescription } from "../support/description";
import { declareEstate } from "../support/program";

describe("components: Cluster", () => {
  it("declares what happens to HA guests at a shutdown; its members are there for the policies to count", async () => {
    const { resources } = await declare(
      () => new Cluster("c1", { clusterName: "c1", nodes: ["a", "b", "c"], shutdownPolicy: "migrate" }),
    );
    const options = only(resources, "proxmoxve:cluster/options:Options", "c1");
    assert.deepEqual(options.inputs, { haShutdownPolicy: "migrate" });
    assert.equal(options.options.protect, true);
    assert.deepEqual(only(resources, "hybrid-estate:proxmox:Cluster").inputs, {
      clusterName: "c1",
      nodes: ["a", "b", "c"],
      shutdownPolicy: "migrate",
    });
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
      "proxmoxve:storage/nfs:Nfs",
      { type: "nfs", server: "192.0.2.5", export: "/srv/nfs", options: "vers=4.2" },
      { server: "192.0.2.5", export: "/srv/nfs", options: "vers=4.2" },
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
    assert.ok(waits("nfs-local").includes("command:remote:Command nas/srv/nfs/proxmox"));
    assert.ok(waits("nfs-local").includes("proxmoxve:network/linux/bridge:Bridge blckpink03-vmbr1"));
    assert.ok(!waits("nfs-local").some((dependency) => dependency.includes("nas-backup")));
    for (const node of ["blckpink01", "blckpink02", "blckpink03"]) {
      assert.ok(
        waits("zfs-migrate").includes(`command:remote:Command ${node}/blckpink-storage-pool/migrate`),
      );
    }
    assert.deepEqual(waits("local-lvm"), []);
    assert.equal(only(resources, "proxmoxve:storage/nfs:Nfs").inputs.server, "192.168.1.10");
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
    assert.ok(!("checksum" in file("ubuntu-22.04")));
  });
});

describe("components: HighAvailability", () => {
  it("declares one HA resource a VM, and rules over them", async () => {
    const settings = { state: "started", maxRestart: 2, maxRelocate: 3, failback: false } as const;
    const { resources } = await declare(() => {
      const vms = Object.fromEntries(
        [110, 111].map((vmId) => [
          `vm${vmId}`,
          { vmId, vm: new VmLegacy(`vm${vmId}`, { nodeName: "a" }), ...settings },
        ]),
      );
      return new HighAvailability("ha", {
        vms,
        rules: {
          home: { type: "node-affinity", guests: ["vm110"], nodes: { a: 2, b: 1 }, strict: true },
          apart: { type: "resource-affinity", guests: ["vm110", "vm111"], affinity: "negative" },
        },
      });
    });
    const resource = only(resources, "proxmoxve:index/haresource:Haresource", "vm111");
    assert.deepEqual(resource.inputs, { resourceId: "vm:111", type: "vm", ...settings });
    // HA takes over only once the VM is there with all its disks.
    assert.deepEqual(resource.options.dependsOn, ["proxmoxve:index/vmLegacy:VmLegacy vm111"]);

    const home = only(resources, "proxmoxve:index/harule:Harule", "home");
    assert.deepEqual(home.inputs, {
      rule: "home",
      type: "node-affinity",
      resources: ["vm:110"],
      nodes: { a: 2, b: 1 },
      strict: true,
      disable: false,
    });
    const apart = only(resources, "proxmoxve:index/harule:Harule", "apart");
    assert.deepEqual(apart.inputs, {
      rule: "apart",
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
