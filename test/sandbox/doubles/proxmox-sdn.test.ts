import assert from "node:assert/strict";
import type { Properties } from "../../../sandbox/world";
import { assertRefused, CONTAINER, Site, T, TEMPLATE, testCases, testChanges } from "./site";

const SIMPLE = { resourceId: "nat", ipam: "pve" };
const VLAN = { resourceId: "tenants", ipam: "pve", bridge: "vmbr0" };
const VXLAN = { resourceId: "over", peers: ["192.0.2.11"] };
const EVPN = { resourceId: "routed", controller: "evpn", vrfVxlan: 9 };
const CONTROLLER = { sdnControllerEvpnId: "evpn", asn: 65_000, peers: ["192.0.2.11"] };
const VNET = { resourceId: "acme", zone: "tenants", tag: 7 };
const SUBNET = { vnet: "lan", cidr: "198.51.100.0/24", gateway: "198.51.100.1" };

function zoned(site: Site): void {
  site.create(T.simpleZone, SIMPLE);
  site.create(T.vlanZone, VLAN);
  site.create(T.vxlanZone, VXLAN);
  site.create(T.evpnController, CONTROLLER);
  site.create(T.evpnZone, EVPN);
  site.create(T.vnet, VNET);
  site.create(T.vnet, { resourceId: "lan", zone: "nat" });
  site.create(T.vnet, { resourceId: "far", zone: "over", tag: 50 });
}

describe("SDN zones", () => {
  testCases(zoned, [
    { what: "another one", type: T.simpleZone, inputs: { resourceId: "other" } },
    {
      what: "an id of a zone of another kind",
      type: T.simpleZone,
      inputs: { resourceId: "tenants" },
      refused: "sdn zone object ID 'tenants' already defined",
    },
    { what: "a long id", type: T.simpleZone, inputs: { resourceId: "averylong" }, refused: "SDN identifier" },
    {
      what: "an id of one letter",
      type: T.vlanZone,
      inputs: { ...VLAN, resourceId: "a" },
      refused: "identifier",
    },
    {
      what: "an unknown controller",
      type: T.evpnZone,
      inputs: { ...EVPN, resourceId: "r2", controller: "other" },
      refused: "controller other don't exist",
    },
    {
      what: "a VRF id twice",
      type: T.evpnZone,
      inputs: { ...EVPN, resourceId: "r2" },
      refused: "vrf-vxlan 9 is already declared in routed",
    },
    {
      what: "a second controller",
      type: T.evpnController,
      inputs: { ...CONTROLLER, sdnControllerEvpnId: "two" },
      refused: "only 1 global evpn controller can be defined",
    },
  ]);
  testCases(
    () => undefined,
    [
      {
        what: "a controller without peers",
        type: T.evpnController,
        inputs: { sdnControllerEvpnId: "evpn", asn: 1 },
        refused: "at least one of these attributes must be configured",
      },
    ],
  );

  testChanges([
    {
      what: "are replaced for another id only",
      type: T.vlanZone,
      olds: VLAN,
      news: { ...VLAN, resourceId: "t2", bridge: "vmbr1", nodes: ["pve1"], mtu: 1400 },
      does: { resourceId: "replace", bridge: "update", nodes: "update", mtu: "update" },
    },
  ]);
});

describe("SDN networks", () => {
  const vnet = (more: Properties): Properties => ({ ...VNET, resourceId: "other", tag: 8, ...more });
  testCases(zoned, [
    { what: "another one", type: T.vnet, inputs: vnet({}) },
    {
      what: "a zone that is not there",
      type: T.vnet,
      inputs: vnet({ zone: "none" }),
      refused: "'none' does not exist",
    },
    {
      what: "no tag",
      type: T.vnet,
      inputs: { resourceId: "x1", zone: "tenants" },
      refused: "tag: missing vlan tag",
    },
    {
      what: "a tag twice",
      type: T.vnet,
      inputs: vnet({ tag: 7 }),
      refused: "tag 7 already exist in vnet acme",
    },
    {
      what: "a tag too high",
      type: T.vnet,
      inputs: vnet({ tag: 5000 }),
      refused: "vlan tag max value is 4096",
    },
    {
      what: "a tag in a simple zone",
      type: T.vnet,
      inputs: vnet({ zone: "nat" }),
      refused: "not allowed on simple zone",
    },
    { what: "the tag of another kind of zone", type: T.vnet, inputs: vnet({ zone: "over", tag: 7 }) },
    {
      what: "a VXLAN id of another zone",
      type: T.vnet,
      inputs: vnet({ zone: "routed", tag: 50 }),
      refused: "vxlan tag 50 already exist in vnet far",
    },
    {
      what: "VLANs in an evpn zone",
      type: T.vnet,
      inputs: vnet({ zone: "routed", vlanAware: true }),
      refused: "vlan-aware option can't be enabled with evpn",
    },
    {
      what: "an odd alias",
      type: T.vnet,
      inputs: vnet({ alias: "a/b" }),
      refused: "alphanumeric characters",
    },
  ]);

  testCases(
    (site) => {
      zoned(site);
      site.create(T.vnet, { resourceId: "aware", zone: "nat", vlanAware: true });
    },
    [
      { what: "a subnet", type: T.virtualSubnet, inputs: SUBNET },
      {
        what: "a subnet of an unknown network",
        type: T.virtualSubnet,
        inputs: { ...SUBNET, vnet: "none" },
        refused: "vnet: none don't exist",
      },
      {
        what: "a subnet of a VLAN-aware one",
        type: T.virtualSubnet,
        inputs: { ...SUBNET, vnet: "aware" },
        refused: "you can't add a subnet on a vlanaware vnet",
      },
      {
        what: "a gateway outside",
        type: T.virtualSubnet,
        inputs: { ...SUBNET, gateway: "198.51.101.1" },
        refused: "gateway: 198.51.101.1 is not in subnet 198.51.100.0/24",
      },
      {
        what: "a DHCP range outside",
        type: T.virtualSubnet,
        inputs: { ...SUBNET, dhcpRange: { startAddress: "198.51.100.9", endAddress: "198.51.101.9" } },
        refused: "end-address 198.51.101.9 is not in subnet",
      },
    ],
  );

  it("are kept while something is in them", () => {
    const site = new Site();
    try {
      const zone = site.create(T.simpleZone, SIMPLE);
      const vnet = site.create(T.vnet, { resourceId: "lan", zone: "nat" });
      const subnet = site.create(T.virtualSubnet, SUBNET);
      assert.equal(subnet.id, "nat-198.51.100.0-24");
      assertRefused(() => site.delete(zone), "zone nat is used by vnet lan");
      assertRefused(() => site.delete(vnet), "Can't delete vnet if subnets exists");
      assertRefused(() => site.update(vnet, { vlanAware: true }), "not compatible with subnets");
      site.create(T.simpleZone, { resourceId: "other" });
      assertRefused(() => site.update(vnet, { zone: "other" }), "can't change zone if subnets exist");
      for (const one of [subnet, vnet, zone]) site.delete(one);
      const controller = site.create(T.evpnController, CONTROLLER);
      site.create(T.evpnZone, EVPN);
      assertRefused(() => site.delete(controller), "controller evpn is used by routed");
    } finally {
      site.close();
    }
  });
});

describe("SDN changes", () => {
  const guest = (vmId: number) => ({
    ...CONTAINER,
    vmId,
    networkInterfaces: [{ name: "eth0", bridge: "lan" }],
  });
  const APPLY = { onCreate: true, onDestroy: false };

  it("are kept back until they are applied", () => {
    const site = new Site();
    try {
      site.create(T.file, TEMPLATE);
      const zone = site.create(T.simpleZone, { ...SIMPLE, nodes: ["pve1"] });
      const vnet = site.create(T.vnet, { resourceId: "lan", zone: "nat" });
      assert.equal(zone.outputs.pending, true);
      assertRefused(() => site.create(T.container, guest(101)), "bridge 'lan' does not exist");
      site.create(T.applier, { onCreate: false, onDestroy: true });
      assertRefused(() => site.create(T.container, guest(101)), "bridge 'lan' does not exist");
      site.create(T.applier, APPLY);
      assert.equal(site.world.find(T.simpleZone, "nat")?.outputs.pending, false);
      site.create(T.container, guest(101));
      // The zone is on one node only.
      assertRefused(() => site.create(T.container, { ...guest(102), nodeName: "pve2" }), "does not exist");
      // Removed, but still there until that is applied.
      site.delete(vnet);
      site.create(T.container, guest(103));
    } finally {
      site.close();
    }
  });

  it("go away with the applier of removals", () => {
    const site = new Site();
    try {
      site.create(T.file, TEMPLATE);
      const removals = site.create(T.applier, { onCreate: false, onDestroy: true });
      site.create(T.simpleZone, SIMPLE);
      const vnet = site.create(T.vnet, { resourceId: "lan", zone: "nat" });
      const applier = site.create(T.applier, APPLY);
      site.delete(applier);
      site.delete(vnet);
      site.delete(removals);
      assertRefused(() => site.create(T.container, guest(101)), "bridge 'lan' does not exist");
    } finally {
      site.close();
    }
  });

  it("fail where a node has no bridge for them", () => {
    const site = new Site();
    try {
      site.create(T.vlanZone, { ...VLAN, bridge: "vmbr9" });
      site.create(T.vnet, VNET);
      assertRefused(() => site.create(T.applier, APPLY), "can't find bridge vmbr9 on node pve1");
    } finally {
      site.close();
    }
  });

  testChanges([
    {
      what: "are applied by replacing the applier",
      type: T.applier,
      olds: APPLY,
      news: { onCreate: false, onDestroy: true },
      does: { onCreate: "replace", onDestroy: "replace" },
    },
  ]);
});
