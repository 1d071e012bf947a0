import type { Step } from "../../estate/paths";
import { type Change, refusesEach } from "../support/description";

const at = (...steps: Step[]) => steps;
const zones = (declared: object): Change => [at("sdnZones"), declared];
const vnets = (declared: object): Change => [at("vnets"), declared];
const VLAN = { tenants: { type: "vlan", bridge: "vmbr1" } };
const SIMPLE = { nat: { type: "simple", dhcp: true } };
const nic = (more: object): Change => [at("guests", "alpine", "nics", "net0"), more];
const subnet = (more: object, zone = "nat", vnet: object = {}) =>
  vnets({ net: { zone, subnets: { "10.9.0.0/24": more }, ...vnet } });
const SUBNET = 'vnets.net.subnets["10.9.0.0/24"]';

describe("estate: virtual networks", () => {
  describe("names", () => {
    refusesEach([
      {
        what: "that Proxmox does not take",
        changes: [
          zones({ "1st": { type: "simple" }, averylongname: { type: "simple" }, "a-b": { type: "simple" } }),
        ],
        mistakes: [
          ['sdnZones["1st"]', "2 to 8 letters or digits, a letter first"],
          ["sdnZones.averylongname", "2 to 8 letters or digits"],
          ["sdnZones.a-b", "2 to 8 letters or digits"],
        ],
      },
      {
        what: "that a bridge has",
        changes: [zones(SIMPLE), vnets({ vmbr1: { zone: "nat" } })],
        mistakes: [["vnets.vmbr1", "a name that no bridge or bond has"]],
      },
      {
        what: "of zones, bridges, networks and nodes that are not there",
        changes: [
          zones({
            one: { type: "vlan", bridge: "vmbr7" },
            two: { type: "vxlan", network: "storge" },
            three: { type: "simple", nodes: ["blckpink1"] },
          }),
          vnets({ net: { zone: "tree" } }),
        ],
        mistakes: [
          ["sdnZones.one.bridge", "one of bridges: vmbr0, vmbr1"],
          ["sdnZones.two.network", "(did you mean storage?)"],
          ["sdnZones.three.nodes[0]", "one of nodes: blckpink01"],
          ["vnets.net.zone", "one of sdnZones: one, two, three (did you mean three?)"],
        ],
      },
      {
        what: "of a bridge or virtual network that is not there",
        changes: [zones(SIMPLE), vnets({ acme: { zone: "nat" } }), nic({ bridge: "acne" })],
        mistakes: [
          [
            "guests.alpine.nics.net0.bridge",
            "one of bridges or vnets: vmbr0, vmbr1, acme (did you mean acme?)",
          ],
        ],
      },
    ]);
  });

  describe("tags", () => {
    refusesEach([
      {
        what: "missing, too high, or in a simple zone",
        changes: [
          zones({ ...VLAN, ...SIMPLE, over: { type: "vxlan", network: "storage" } }),
          vnets({
            one: { zone: "tenants" },
            two: { zone: "tenants", tag: 4095 },
            three: { zone: "nat", tag: 5 },
            four: { zone: "over" },
            five: { zone: "over", tag: 16_777_216 },
          }),
        ],
        mistakes: [
          ["vnets.one.tag", "found nothing; allowed: a VLAN tag, as tenants is a vlan zone"],
          ["vnets.two.tag", "up to 4094, as tenants is a vlan zone"],
          ["vnets.three.tag", "none, as nat is a simple zone"],
          ["vnets.four.tag", "a VXLAN id, as over is a vxlan zone"],
          ["vnets.five.tag", "up to 16777215"],
        ],
      },
      {
        what: "twice in a zone, and in two zones of one bridge",
        changes: [
          zones({ ...VLAN, others: { type: "vlan", bridge: "vmbr1" } }),
          vnets({
            one: { zone: "tenants", tag: 5 },
            two: { zone: "tenants", tag: 5 },
            three: { zone: "others", tag: 5 },
          }),
        ],
        mistakes: [
          ["vnets.two.tag", "a tag that nothing else has on vmbr1 (vnets.one.tag has it)"],
          ["vnets.three.tag", "(vnets.one.tag has it)"],
        ],
      },
      {
        what: "of a network of the site, which tenants would be in",
        changes: [
          [at("bridges", "vmbr1", "vlanAware"), true],
          [at("networks", "ring"), { purpose: "storage", cidr: "10.8.0.0/24", bridge: "vmbr1", vlan: 5 }],
          zones(VLAN),
          vnets({ one: { zone: "tenants", tag: 5 } }),
        ],
        mistakes: [["vnets.one.tag", "(networks.ring.vlan has it)"]],
      },
      {
        what: "VXLAN ids twice, in whatever zone",
        changes: [
          [at("evpn"), { asn: 65_000, network: "storage" }],
          zones({ over: { type: "vxlan", network: "storage" }, routed: { type: "evpn", vrfVxlan: 5 } }),
          vnets({
            one: { zone: "over", tag: 5 },
            two: { zone: "routed", tag: 6, vlanAware: true },
            three: { zone: "over", tag: 6 },
          }),
        ],
        mistakes: [
          ["sdnZones.routed.vrfVxlan", "a VXLAN id that nothing else has (vnets.one.tag has it)"],
          ["vnets.two.vlanAware", "false, as routed is an evpn zone"],
          ["vnets.three.tag", "a tag that nothing else has as VXLAN id (vnets.two.tag has it)"],
        ],
      },
    ]);
  });

  describe("zones", () => {
    refusesEach([
      {
        what: "larger packets than what they lie on",
        changes: [
          [at("evpn"), { asn: 65_000, network: "storage" }],
          zones({
            tenants: { type: "vlan", bridge: "vmbr1", mtu: 1501 },
            over: { type: "vxlan", network: "storage", mtu: 1451 },
            routed: { type: "evpn", vrfVxlan: 5, mtu: 1500 },
          }),
        ],
        mistakes: [
          ["sdnZones.tenants.mtu", "up to 1500, that of vmbr1"],
          ["sdnZones.over.mtu", "up to 1450, storage's less 50 for VXLAN"],
          ["sdnZones.routed.mtu", "up to 1450"],
        ],
      },
      {
        what: "tunnels to nodes without an address there",
        changes: [
          [at("networks", "far"), { purpose: "migration", cidr: "10.8.0.0/24", bridge: "vmbr2" }],
          [at("bridges", "vmbr2"), {}],
          [at("cluster", "migration"), { network: "storage" }],
          zones({
            over: { type: "vxlan", network: "far", nodes: ["blckpink01"] },
          }),
        ],
        mistakes: [
          [
            "nodes.blckpink01.addresses.far",
            "an address in 10.8.0.0/24, as sdnZones.over.network has tunnels over it",
          ],
        ],
      },
      {
        what: "evpn without BGP, exit nodes elsewhere, a primary one that is none",
        changes: [
          zones({
            routed: {
              type: "evpn",
              vrfVxlan: 5,
              nodes: ["blckpink01"],
              exitNodes: ["blckpink02"],
              primaryExitNode: "blckpink01",
            },
          }),
        ],
        mistakes: [
          ["sdnZones.routed.type", "an evpn section with the nodes' BGP"],
          ["sdnZones.routed.exitNodes[0]", "a node of the zone: blckpink01"],
          ["sdnZones.routed.primaryExitNode", "one of exitNodes: blckpink02"],
        ],
      },
    ]);
  });

  describe("subnets", () => {
    refusesEach([
      {
        what: "that overlap each other, the site's networks and the VPC",
        changes: [
          zones(SIMPLE),
          vnets({
            one: { zone: "nat", subnets: { "10.9.0.0/24": {}, "10.9.0.128/25": {} } },
            two: { zone: "nat", subnets: { "192.168.1.0/25": {}, "10.42.9.0/24": {} } },
          }),
        ],
        mistakes: [
          ['vnets.one.subnets["10.9.0.128/25"]', "does not overlap subnet of one (10.9.0.0/24)"],
          ['vnets.two.subnets["192.168.1.0/25"]', "does not overlap network storage"],
          ["aws.network.cidr", "does not overlap subnet of two (10.42.9.0/24)"],
        ],
      },
      {
        what: "on a VLAN-aware network",
        changes: [zones(SIMPLE), subnet({}, "nat", { vlanAware: true })],
        mistakes: [[SUBNET, "none, as the network is VLAN-aware"]],
      },
      {
        what: "with a gateway outside, or none for SNAT",
        changes: [zones(SIMPLE), subnet({ gateway: "10.9.1.1" })],
        mistakes: [[`${SUBNET}.gateway`, "a host address in 10.9.0.0/24"]],
      },
      {
        what: "without the gateway that SNAT needs",
        changes: [zones(SIMPLE), subnet({ snat: true })],
        mistakes: [[`${SUBNET}.gateway`, "the nodes' address in it, as snat is on"]],
      },
      {
        what: "with SNAT and DHCP in zones that have neither",
        changes: [
          zones(VLAN),
          subnet(
            { gateway: "10.9.0.1", snat: true, dhcpRange: { start: "10.9.0.9", end: "10.9.0.10" } },
            "tenants",
            { tag: 5 },
          ),
        ],
        mistakes: [
          [`${SUBNET}.snat`, "false: only simple zones"],
          [`${SUBNET}.dhcpRange`, "none: only a simple zone with dhcp: true answers DHCP"],
        ],
      },
      {
        what: "with a DHCP range that ends before it starts, or outside",
        changes: [zones(SIMPLE), subnet({ dhcpRange: { start: "10.9.0.20", end: "10.9.0.19" } })],
        mistakes: [[`${SUBNET}.dhcpRange.end`, "10.9.0.20 or later, where the range starts"]],
      },
      {
        what: "with a DHCP range outside, around the gateway, or a name server without one",
        changes: [
          zones(SIMPLE),
          vnets({
            net: {
              zone: "nat",
              subnets: {
                "10.9.0.0/24": { dhcpRange: { start: "10.9.0.9", end: "10.9.1.9" } },
                "10.9.8.0/24": { gateway: "10.9.8.1", dhcpRange: { start: "10.9.8.1", end: "10.9.8.9" } },
                "10.9.9.0/24": { dnsServer: "10.9.9.9" },
                "10.9.10.0/24": { dnsServer: "1.1.1.1", dhcpRange: { start: "10.9.10.2", end: "10.9.10.9" } },
              },
            },
          }),
        ],
        mistakes: [
          [`${SUBNET}.dhcpRange.end`, "a host address in 10.9.0.0/24"],
          ['vnets.net.subnets["10.9.8.0/24"].dhcpRange', "a range without the gateway 10.9.8.1"],
          ['vnets.net.subnets["10.9.9.0/24"].dnsServer', "none, as there is no dhcpRange"],
          ['vnets.net.subnets["10.9.10.0/24"].dnsServer', "a host address in 10.9.10.0/24"],
        ],
      },
    ]);
  });

  describe("guests", () => {
    refusesEach([
      {
        what: "on a node that the zone is not on",
        changes: [
          zones({ nat: { type: "simple", nodes: ["blckpink01", "blckpink02"] } }),
          subnet({}),
          nic({ bridge: "net" }),
        ],
        mistakes: [
          [
            "guests.alpine.nics.net0.bridge",
            'found "net"; allowed: a network that blckpink03 has; net is on blckpink01, blckpink02 only',
          ],
        ],
      },
      {
        what: "outside the subnet, or with its gateway's address",
        changes: [
          zones(SIMPLE),
          subnet({ gateway: "10.9.0.1" }),
          nic({ bridge: "net", address: "10.9.1.5/24" }),
          [at("guests", "Ubuntu", "nics", "eth0"), { bridge: "net", address: "10.9.0.1/24" }],
        ],
        mistakes: [
          ["guests.alpine.nics.net0.address", "a host address in 10.9.0.0/24"],
          ["guests.Ubuntu.nics.eth0.address", `(${SUBNET}.gateway has it)`],
        ],
      },
      {
        what: "with an address that DHCP gives, or a tag on a plain network",
        changes: [
          zones(SIMPLE),
          subnet({ dhcpRange: { start: "10.9.0.10", end: "10.9.0.20" } }),
          nic({ bridge: "net", address: "10.9.0.20/24" }),
          [at("guests", "Ubuntu", "nics", "eth0"), { bridge: "net", vlan: 5 }],
        ],
        mistakes: [
          ["guests.alpine.nics.net0.address", "an address outside 10.9.0.10 to 10.9.0.20, which DHCP gives"],
          ["guests.Ubuntu.nics.eth0.vlan", "none, or vlanAware: true on vnets.net"],
        ],
      },
    ]);
  });
});
