import assert from "node:assert/strict";
import type { Properties } from "../../../sandbox/world";
import { assertRefused, Site, T, testCases, testChanges, VM } from "./site";

const PCI = { name: "gpu", maps: [{ node: "pve1", path: "0000:01:00.0", id: "10de:2204" }] };
const USB = { name: "dongle", maps: [{ node: "pve1", id: "1050:0407" }] };
const DIR = { name: "models", maps: [{ node: "pve1", path: "/srv/models" }] };

/** Mappings of which one device has another setting. */
const pci = (device: Properties) => ({ ...PCI, maps: [{ ...PCI.maps[0], ...device }] });
const usb = (device: Properties) => ({ ...USB, maps: [{ ...USB.maps[0], ...device }] });

describe("resource pools", () => {
  testCases(
    (site) => {
      site.create(T.vm, VM);
      site.create(T.pool, { poolId: "acme" });
      site.create(T.membership, { poolId: "acme", storageId: "local" });
    },
    [
      { what: "another pool", type: T.pool, inputs: { poolId: "other", comment: "c" } },
      { what: "one again", type: T.pool, inputs: { poolId: "acme" }, refused: "pool 'acme' already exists" },
      { what: "one without an id", type: T.pool, inputs: {}, refused: "poolId: Missing required property" },
      { what: "a guest", type: T.membership, inputs: { poolId: "acme", vmId: 100 } },
      { what: "a storage", type: T.membership, inputs: { poolId: "acme", storageId: "local-lvm" } },
      {
        what: "a guest that is not there",
        type: T.membership,
        inputs: { poolId: "acme", vmId: 999 },
        refused: "VM 999 does not exist",
      },
      {
        what: "a storage that is not there",
        type: T.membership,
        inputs: { poolId: "acme", storageId: "nas" },
        refused: "storage 'nas' does not exist",
      },
      {
        what: "a member of a pool that is not there",
        type: T.membership,
        inputs: { poolId: "other", vmId: 100 },
        refused: "pool 'other' does not exist",
      },
      {
        what: "guest and storage in one",
        type: T.membership,
        inputs: { poolId: "acme", vmId: 100, storageId: "local" },
        refused: "exactly one of vm_id and storage_id",
      },
      {
        what: "neither guest nor storage",
        type: T.membership,
        inputs: { poolId: "acme" },
        refused: "exactly one of vm_id and storage_id",
      },
    ],
  );

  testChanges([
    {
      what: "are replaced for another id only",
      type: T.pool,
      olds: { poolId: "acme", comment: "a" },
      news: { poolId: "acme2", comment: "b" },
      does: { poolId: "replace", comment: "update" },
    },
    {
      what: "have members that are replaced for all",
      type: T.membership,
      olds: { poolId: "acme", vmId: 100 },
      news: { poolId: "other", vmId: 101 },
      does: { poolId: "replace", vmId: "replace" },
    },
  ]);

  it("stay while they have members, of either kind", () => {
    const site = new Site();
    const guest = site.create(T.vm, VM);
    const pool = site.create(T.pool, { poolId: "acme" });
    for (const [member, id, type] of [
      [{ vmId: 100 }, "acme/vm/100", "vm"],
      [{ storageId: "local" }, "acme/storage/local", "storage"],
    ] as const) {
      const membership = site.create(T.membership, { poolId: "acme", ...member });
      assert.deepEqual([membership.id, membership.outputs.type], [id, type]);
      assertRefused(() => site.delete(pool), "pool 'acme' is not empty");
      site.delete(membership);
    }
    site.delete(pool);
    assert.ok(site.world.find(T.vm, guest.key), "a guest outlives its pool");
    site.close();
  });
});

describe("members of resource pools", () => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
    site.create(T.vm, VM);
    for (const poolId of ["acme", "other"]) site.create(T.pool, { poolId });
  });
  afterEach(() => site.close());

  const ids = () => site.world.list(T.membership).map(({ id }) => id);

  it("join once", () => {
    for (const [member, who] of [
      [{ vmId: 100 }, "VM 100"],
      [{ storageId: "local" }, "Storage 'local'"],
    ] as const) {
      site.create(T.membership, { poolId: "acme", ...member });
      const again = () => site.create(T.membership, { poolId: "acme", ...member });
      assertRefused(again, `${who} is already a pool member`);
    }
  });

  it("that are guests leave one pool for another; storages are in both", () => {
    for (const poolId of ["acme", "other"]) {
      site.create(T.membership, { poolId, vmId: 100 });
      site.create(T.membership, { poolId, storageId: "local" });
    }
    assert.deepEqual(ids().sort(), ["acme/storage/local", "other/storage/local", "other/vm/100"]);
  });
});

describe("hardware mappings", () => {
  testCases(
    (site) => site.create(T.pci, PCI),
    [
      {
        what: "PCI devices of two nodes",
        type: T.pci,
        inputs: {
          name: "net",
          mediatedDevices: true,
          maps: [...PCI.maps, { ...PCI.maps[0], node: "pve2", subsystemId: "10de:1467", iommuGroup: 7 }],
        },
      },
      { what: "a USB device in any port", type: T.usb, inputs: USB },
      { what: "a USB device in one port", type: T.usb, inputs: usb({ path: "1-5.2" }) },
      { what: "a folder", type: T.dir, inputs: DIR },
      { what: "a USB device of a PCI device's name", type: T.usb, inputs: { ...USB, name: "gpu" } },
      { what: "a name again", type: T.pci, inputs: PCI, refused: "mapping 'gpu' already exists" },
      {
        what: "a device of a node that is not there",
        type: T.pci,
        inputs: { ...pci({ node: "pve9" }), name: "net" },
        refused: "hostname lookup 'pve9' failed",
      },
      { what: "no device", type: T.pci, inputs: { ...PCI, name: "net", maps: [] }, refused: "maps: " },
      {
        what: "a short PCI address",
        type: T.pci,
        inputs: pci({ path: "01:00.0" }),
        refused: "maps[0].path: ",
      },
      { what: "a wrong device id", type: T.pci, inputs: pci({ id: "10de" }), refused: "maps[0].id: " },
      { what: "a comma in a comment", type: T.pci, inputs: pci({ comment: "a,b" }), refused: ".comment: " },
      { what: "a port that is none", type: T.usb, inputs: usb({ path: "1" }), refused: "maps[0].path: " },
      {
        what: "a relative folder",
        type: T.dir,
        inputs: { ...DIR, maps: [{ node: "pve1", path: "srv" }] },
        refused: "maps[0].path: ",
      },
    ],
  );

  const withDevice = (mapping: string, nodeName = "pve1") => ({
    ...VM,
    nodeName,
    hostpcis: [{ device: "hostpci0", mapping }],
  });
  testCases(
    (site) => site.create(T.pci, PCI),
    [
      { what: "a VM with a device of its node", type: T.vm, inputs: withDevice("gpu") },
      {
        what: "a VM with a device that another node has",
        type: T.vm,
        inputs: withDevice("gpu", "pve2"),
        refused: "PCI device mapping not found for 'gpu'",
      },
      {
        what: "a VM with a device under no name",
        type: T.vm,
        inputs: withDevice("net"),
        refused: "PCI device mapping not found for 'net'",
      },
    ],
  );

  it("take more devices, from nodes that are there, and not another name", () => {
    const site = new Site();
    const gpu = site.create(T.pci, PCI);
    const maps = [...PCI.maps, { ...PCI.maps[0], node: "pve2" }];
    const grown = site.update(gpu, { maps: site.asOnTheWire({ maps }).maps ?? [] });
    assert.ok(site.create(T.vm, withDevice("gpu", "pve2")));
    assertRefused(() => site.update(grown, { name: "card" }), "mapping 'card' does not exist");
    assertRefused(() => site.update(grown, pci({ node: "pve9" })), "hostname lookup 'pve9' failed");
    site.close();
  });
});
