import assert from "node:assert/strict";
import { Sdn, type SdnArgs } from "../../components/proxmox/sdn";
import { declare, only } from "../support/declared";
import { type Change, devDescription } from "../support/description";
import { declareEstate } from "../support/program";

const ZONE = "proxmoxve:sdn/zone";
const VNET = { vlanAware: false, isolatePorts: false, subnets: {} };

const ARGS: SdnArgs = {
  zones: {
    local: { type: "simple", dhcp: true, nodes: ["a"] },
    tenants: { type: "vlan", bridge: "vmbr1", mtu: 1400 },
    overlay: { type: "vxlan", peers: ["192.0.2.1", "192.0.2.2"] },
    routed: { type: "evpn", vrfVxlan: 9, exitNodes: ["a"], primaryExitNode: "a", advertiseSubnets: true },
  },
  vnets: {
    acme: { ...VNET, zone: "tenants", tag: 7, alias: "Acme" },
    scratch: {
      ...VNET,
      zone: "local",
      subnets: {
        "198.51.100.0/24": {
          gateway: "198.51.100.1",
          snat: true,
          dhcpRange: { start: "198.51.100.10", end: "198.51.100.20" },
          dnsServer: "198.51.100.1",
        },
      },
    },
  },
  evpn: { asn: 65_000, peers: ["192.0.2.1"] },
};

describe("components: Sdn", () => {
  it("declares zones, networks and subnets, each after what it is in", async () => {
    const { resources } = await declare(() => new Sdn("lab", ARGS));
    const zone = (kind: string) => only(resources, `${ZONE}/${kind}`);
    const ipam = "pve";
    assert.deepEqual(zone("simple:Simple").inputs, {
      resourceId: "local",
      ipam,
      nodes: ["a"],
      dhcp: "dnsmasq",
    });
    assert.deepEqual(zone("vlan:Vlan").inputs, { resourceId: "tenants", ipam, bridge: "vmbr1", mtu: 1400 });
    assert.deepEqual(zone("vxlan:Vxlan").inputs, {
      resourceId: "overlay",
      ipam,
      peers: ["192.0.2.1", "192.0.2.2"],
    });
    assert.deepEqual(zone("evpn:Evpn").inputs, {
      resourceId: "routed",
      ipam,
      controller: "evpn",
      vrfVxlan: 9,
      exitNodes: ["a"],
      primaryExitNode: "a",
      exitNodesLocalRouting: false,
      advertiseSubnets: true,
      disableArpNdSuppression: false,
    });
    const controller = only(resources, "proxmoxve:sdn/controller/evpn:Evpn");
    assert.deepEqual(controller.inputs, { sdnControllerEvpnId: "evpn", asn: 65_000, peers: ["192.0.2.1"] });
    for (const { options } of [zone("vlan:Vlan"), zone("evpn:Evpn"), controller]) {
      assert.equal(options.protect, true);
      assert.equal(options.parent, "hybrid-estate:proxmox:Sdn lab");
    }
    assert.ok(zone("evpn:Evpn").options.dependsOn.includes("proxmoxve:sdn/controller/evpn:Evpn evpn"));

    const vnet = only(resources, "proxmoxve:sdn/vnet:Vnet", "acme");
    assert.deepEqual(vnet.inputs, {
      resourceId: "acme",
      zone: "tenants",
      tag: 7,
      alias: "Acme",
      vlanAware: false,
      isolatePorts: false,
    });
    assert.equal(vnet.options.protect, false);
    assert.ok(vnet.options.dependsOn.includes(`${ZONE}/vlan:Vlan tenants`));
    const subnet = only(resources, "proxmoxve:sdn/subnet:Subnet", "scratch-198.51.100.0/24");
    assert.deepEqual(subnet.inputs, {
      vnet: "scratch",
      cidr: "198.51.100.0/24",
      gateway: "198.51.100.1",
      snat: true,
      dhcpRange: { startAddress: "198.51.100.10", endAddress: "198.51.100.20" },
      dhcpDnsServer: "198.51.100.1",
    });
    assert.equal(subnet.options.deleteBeforeReplace, true);
    assert.ok(subnet.options.dependsOn.includes("proxmoxve:sdn/vnet:Vnet scratch"));
  });

  it("applies after all of them, and once more when what goes is gone", async () => {
    const { resources, result } = await declare(() => new Sdn("lab", ARGS));
    const applier = only(resources, "proxmoxve:sdn/applier:Applier", "lab");
    const removals = only(resources, "proxmoxve:sdn/applier:Applier", "lab-removals");
    assert.deepEqual(applier.inputs, { onCreate: true, onDestroy: false });
    assert.deepEqual(removals.inputs, { onCreate: false, onDestroy: true });
    const sdn = resources.filter(
      ({ type }) => type.startsWith("proxmoxve:sdn/") && !type.includes("applier"),
    );
    assert.equal(sdn.length, 8);
    for (const { type, name, options } of sdn) {
      assert.ok(applier.options.dependsOn.includes(`${type} ${name}`), name);
      assert.ok(options.dependsOn.includes("proxmoxve:sdn/applier:Applier lab-removals"), name);
    }
    assert.ok(result.applied);
  });

  const vnets: Change[] = [
    [
      ["sdnZones"],
      {
        tenants: { type: "vlan", bridge: "vmbr1" },
        overlay: {
          type: "vxlan",
          network: "storage",
          nodes: ["blckpink01", "blckpink03"],
          peers: ["192.0.2.9"],
        },
      },
    ],
    [["vnets"], { acme: { zone: "tenants", tag: 7, subnets: { "10.9.0.0/24": { gateway: "10.9.0.1" } } } }],
  ];

  it("in an estate: lies on the nodes' interfaces, and its tunnels end at its nodes' addresses", async () => {
    const { resources } = await declareEstate(devDescription(...vnets));
    assert.deepEqual(only(resources, `${ZONE}/vxlan:Vxlan`).inputs.peers, [
      "192.168.1.21",
      "192.168.1.23",
      "192.0.2.9",
    ]);
    assert.deepEqual(only(resources, `${ZONE}/vlan:Vlan`).inputs.nodes, [
      "blckpink01",
      "blckpink02",
      "blckpink03",
    ]);
    const { dependsOn } = only(resources, "hybrid-estate:proxmox:Sdn").options;
    assert.ok(dependsOn.includes("proxmoxve:network/linux/bridge:Bridge blckpink02-vmbr1"));
  });

  it("in an estate: a guest on one waits for it to be applied, and has its subnet's gateway", async () => {
    const { resources } = await declareEstate(
      devDescription(...vnets, [
        ["guests", "alpine", "nics", "net0"],
        { bridge: "acme", address: "10.9.0.5/24" },
      ]),
    );
    const applied = "proxmoxve:sdn/applier:Applier blckpink-clstr";
    const waits = (type: string, name: string) =>
      only(resources, `hybrid-estate:proxmox:${type}`, name).options.dependsOn;
    assert.ok(waits("VirtualMachine", "alpine").includes(applied));
    assert.ok(!waits("Container", "Ubuntu").includes(applied));
    const { initialization } = only(resources, "proxmoxve:index/vmLegacy:VmLegacy", "alpine").inputs;
    assert.deepEqual(Reflect.get(Object(initialization), "ipConfigs"), [
      { ipv4: { address: "10.9.0.5/24", gateway: "10.9.0.1" } },
    ]);
  });

  it("in an estate without zones: is not there", async () => {
    const { resources } = await declareEstate(devDescription());
    assert.ok(!resources.some(({ type }) => type.includes("sdn") || type.includes("Sdn")));
  });
});
