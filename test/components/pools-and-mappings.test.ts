import assert from "node:assert/strict";
import { Nfs } from "@muhlba91/pulumi-proxmoxve/storage/nfs";
import { VmLegacy } from "@muhlba91/pulumi-proxmoxve/vmLegacy";
import { HardwareMappings } from "../../components/proxmox/hardware-mappings";
import { ResourcePool } from "../../components/proxmox/resource-pool";
import { type Declared, declare, only } from "../support/declared";

const POOL = "proxmoxve:index/poolLegacy:PoolLegacy";
const MEMBERSHIP = "proxmoxve:pool/membership:Membership";

describe("components: ResourcePool", () => {
  let resources: readonly Declared[];
  let members: readonly string[];
  before(async () => {
    ({ resources, result: members } = await declare(() => {
      const pool = new ResourcePool("acme", {
        poolId: "acme-id",
        comment: "tenant acme",
        quotas: { guests: 3, memory: 4096 },
        guests: { web: { vmId: 110, resource: new VmLegacy("web", { nodeName: "a" }) } },
        storages: { nas: new Nfs("nas", { resourceId: "nas", server: "192.0.2.5", export: "/srv" }) },
      });
      return Object.keys(pool.members);
    }));
  });

  it("declares the pool", () => {
    const { inputs, options } = only(resources, POOL, "acme");
    assert.deepEqual(inputs, { poolId: "acme-id", comment: "tenant acme" });
    assert.equal(options.parent, "hybrid-estate:proxmox:ResourcePool acme");
  });

  it("tells the policies its quotas, which Proxmox does not know", () => {
    const { inputs } = only(resources, "hybrid-estate:proxmox:ResourcePool", "acme");
    assert.deepEqual(inputs, { poolId: "acme-id", quotas: { guests: 3, memory: 4096 } });
  });

  it("has guests join once they are there, as resources of their own", () => {
    const { inputs, options } = only(resources, MEMBERSHIP, "web");
    assert.deepEqual(inputs, { poolId: "acme-id", vmId: 110 });
    assert.equal(options.parent, "hybrid-estate:proxmox:ResourcePool acme");
    assert.deepEqual(options.dependsOn, [`${POOL} acme`, "proxmoxve:index/vmLegacy:VmLegacy web"]);
    assert.ok(options.deleteBeforeReplace);
    assert.deepEqual(members, ["web"]);
  });

  it("has storages join once they are there", () => {
    const { inputs, options } = only(resources, MEMBERSHIP, "acme-storage-nas");
    assert.deepEqual(inputs, { poolId: "acme-id", storageId: "nas" });
    assert.deepEqual(options.dependsOn, [`${POOL} acme`, "proxmoxve:storage/nfs:Nfs nas"]);
    assert.ok(options.deleteBeforeReplace);
  });
});

describe("components: HardwareMappings", () => {
  it("declares devices and folders of all nodes under one name each", async () => {
    const { resources, result } = await declare(() => {
      const mappings = new HardwareMappings("c1", {
        pci: {
          gpu: {
            comment: "graphics",
            mediated: true,
            nodes: {
              a: [
                { path: "0000:01:00.0", id: "10de:2204", subsystemId: "10de:1467", iommuGroup: 7 },
                { path: "0000:02:00.0", id: "10de:2204", comment: "second" },
              ],
              b: [{ path: "0000:81:00.0", id: "10de:2204" }],
            },
          },
        },
        usb: { dongle: { nodes: { a: [{ id: "1050:0407" }], b: [{ id: "1050:0407", path: "1-2" }] } } },
        directories: { models: { comment: "weights", nodes: { a: "/srv/models", b: "/mnt/models" } } },
      });
      return [mappings.pci, mappings.usb, mappings.directories].map((kind) => Object.keys(kind));
    });
    const gpu = only(resources, "proxmoxve:hardware/mapping/pci:Pci", "gpu");
    assert.deepEqual(gpu.inputs, {
      name: "gpu",
      comment: "graphics",
      mediatedDevices: true,
      maps: [
        { node: "a", path: "0000:01:00.0", id: "10de:2204", subsystemId: "10de:1467", iommuGroup: 7 },
        { node: "a", path: "0000:02:00.0", id: "10de:2204", comment: "second" },
        { node: "b", path: "0000:81:00.0", id: "10de:2204" },
      ],
    });
    const dongle = only(resources, "proxmoxve:hardware/mapping/usb:Usb", "dongle");
    assert.deepEqual(dongle.inputs, {
      name: "dongle",
      maps: [
        { node: "a", id: "1050:0407" },
        { node: "b", id: "1050:0407", path: "1-2" },
      ],
    });
    const models = only(resources, "proxmoxve:hardware/mapping/dir:Dir", "models");
    assert.deepEqual(models.inputs, {
      name: "models",
      comment: "weights",
      maps: [
        { node: "a", path: "/srv/models" },
        { node: "b", path: "/mnt/models" },
      ],
    });
    for (const { options } of [gpu, dongle, models]) {
      assert.equal(options.parent, "hybrid-estate:proxmox:HardwareMappings c1");
    }
    assert.deepEqual(result, [["gpu"], ["dongle"], ["models"]]);
  });
});
