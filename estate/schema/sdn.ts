import { z } from "zod";
import { address, cidr, mtu } from "./values";

/** Highest VXLAN id (24 bits). */
const HIGHEST_VXLAN = 16_777_215;

const sdnId = z.string().regex(/^[A-Za-z][A-Za-z0-9]{1,7}$/, {
  error: "2 to 8 letters or digits, a letter first (Proxmox's SDN ids)",
});

const common = {
  nodes: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("Nodes that have its networks; every node when absent"),
  mtu: mtu
    .optional()
    .describe(
      "MTU of its networks; Proxmox's choice when absent. Once set, it can be changed but not taken away",
    ),
};

const underlay = {
  network: z.string().describe("Network that its tunnels go over: its nodes have addresses there"),
  peers: z.array(address).default([]).describe("More ends of the tunnels, which are no nodes of the cluster"),
};

/** Where virtual networks are: what carries them between nodes. */
export const sdnZoneSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("simple"),
    ...common,
    dhcp: z
      .boolean()
      .default(false)
      .describe("Whether Proxmox answers DHCP in its networks (dnsmasq on the nodes)"),
  }),
  z.strictObject({
    type: z.literal("vlan"),
    ...common,
    bridge: z.string().describe("Bridge that carries its networks as VLANs"),
  }),
  z.strictObject({ type: z.literal("vxlan"), ...common, ...underlay }),
  z.strictObject({
    type: z.literal("evpn"),
    ...common,
    vrfVxlan: z.int().min(1).max(HIGHEST_VXLAN).describe("VXLAN id of its routing, which no network has"),
    exitNodes: z
      .array(z.string())
      .default([])
      .describe(
        "Nodes that route between its networks and the rest. They can be changed, but not all be taken away",
      ),
    primaryExitNode: z.string().optional().describe("The exit node that is used while it is there"),
    advertiseSubnets: z
      .boolean()
      .default(false)
      .describe("Announce whole subnets, for guests that keep silent"),
  }),
]);

const subnetSchema = z.strictObject({
  gateway: address
    .optional()
    .describe("Gateway of its guests; in simple and evpn zones the nodes have this address themselves"),
  snat: z
    .boolean()
    .default(false)
    .describe("Whether the nodes hide its guests behind their own addresses (simple and evpn zones)"),
  dhcpRange: z
    .strictObject({ start: address, end: address })
    .optional()
    .describe("Addresses that DHCP gives; in simple zones with dhcp"),
  dnsServer: address.optional().describe("Name server in the subnet that DHCP tells"),
});

/** A virtual network, such as a tenant's: guests are plugged into it by name, as into a bridge. */
export const vnetSchema = z.strictObject({
  zone: z.string().describe("SDN zone that it is in"),
  tag: z
    .int()
    .min(1)
    .max(HIGHEST_VXLAN)
    .optional()
    .describe("VLAN tag in a vlan zone, VXLAN id in a vxlan or evpn zone; none in a simple zone"),
  alias: z
    .string()
    .regex(/^[()._a-zA-Z0-9 -]{1,256}$/, { error: "letters, digits, spaces and ( ) . _ -" })
    .optional()
    .describe("What people call it"),
  vlanAware: z.boolean().default(false).describe("Whether guests may use VLAN tags of their own on it"),
  isolatePorts: z.boolean().default(false).describe("Whether its guests on one node cannot reach each other"),
  subnets: z.record(cidr, subnetSchema).default({}).describe("Its networks in CIDR notation"),
});

/** BGP between the nodes, which evpn zones need; a cluster has one controller. */
const evpnSchema = z.strictObject({
  asn: z.int().min(1).max(4_294_967_295).describe("Autonomous system number, such as 65000"),
  ...underlay,
});

export const sdnSections = {
  sdnZones: z.record(sdnId, sdnZoneSchema).default({}).describe("Zones of virtual networks"),
  vnets: z.record(sdnId, vnetSchema).default({}).describe("Virtual networks, such as the tenants'"),
  evpn: evpnSchema.optional().describe("BGP of the evpn zones"),
};
