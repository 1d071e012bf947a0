import { z } from "zod";
import { address, cidr, configId, mtu, networkInterface, portName } from "./values";

/** A network of the site and what carries it. */
export const networkSchema = z.strictObject({
  cidr,
  gateway: address
    .optional()
    .describe(
      "Default gateway of its guests, and of the nodes where it is the management network's or the only one that " +
        "they have; networks without one stay local",
    ),
  bridge: z.string().optional().describe("Linux bridge that carries this network on every node"),
  interface: networkInterface
    .optional()
    .describe(
      "Bond, or physical interface with a VLAN tag, that carries this network on every node in place of a bridge: " +
        "no guest can be plugged in",
    ),
  vlan: z
    .int()
    .min(1)
    .max(4094)
    .optional()
    .describe("VLAN tag on that bridge or interface; untagged when absent"),
  mtu: mtu.optional().describe("MTU of the nodes' VLAN interface in it; that of what it is on when absent"),
  existing: z
    .boolean()
    .default(false)
    .describe(
      "The nodes have their VLAN interface and address in it already: adopt it on the first up instead of creating it. " +
        "A network of corosync needs that, as the cluster is formed before its API can make interfaces",
    ),
  purpose: z
    .enum(["management", "storage", "corosync", "migration", "guests"])
    .describe("What the network is for; exactly one network is for management"),
});

/** A Linux bridge, the same on every node so that a guest keeps its network when it moves. */
export const bridgeSchema = z.strictObject({
  ports: z
    .array(portName)
    .default([])
    .describe("Bonds or physical interfaces behind the bridge; bond0.50 is VLAN 50 of bond0"),
  vlanAware: z.boolean().default(false).describe("Whether guests may use VLAN tags on it"),
  mtu: mtu.optional().describe("MTU; at most that of its ports, 1500 when absent"),
  existing: z
    .boolean()
    .default(false)
    .describe("The installer made it (vmbr0): adopt it on the first up instead of creating it"),
  comment: z.string().optional(),
});

/** Modes of the Linux bonding driver that Proxmox offers. */
const BOND_MODES = [
  "802.3ad",
  "active-backup",
  "balance-rr",
  "balance-xor",
  "broadcast",
  "balance-tlb",
  "balance-alb",
] as const;

/** Physical interfaces that act as one, the same on every node. */
export const bondSchema = z.strictObject({
  slaves: z.array(networkInterface).min(1).describe("Physical interfaces that form the bond"),
  mode: z
    .enum(BOND_MODES)
    .default("802.3ad")
    .describe("802.3ad (LACP) needs a switch that is set up for it, active-backup none"),
  hashPolicy: z
    .enum(["layer2", "layer2+3", "layer3+4"])
    .optional()
    .describe("How 802.3ad and balance-xor spread connections; layer2+3 there when absent"),
  primary: networkInterface
    .optional()
    .describe("Slave that active-backup uses while it has a link; the first one when absent"),
  mtu: mtu.optional().describe("MTU of the bond and its slaves; 1500 when absent"),
  existing: z
    .boolean()
    .default(false)
    .describe("It was made when the node was installed: adopt it on the first up instead of creating it"),
  comment: z.string().optional(),
});

export const networkSections = {
  networks: z.record(configId, networkSchema).default({}).describe("Networks of the site by name"),
  bridges: z
    .record(z.string().regex(/^vmbr\d{1,4}$/, { error: "vmbr followed by a number" }), bridgeSchema)
    .default({})
    .describe("Linux bridges, the same on every node"),
  bonds: z
    .record(z.string().regex(/^bond\d{1,4}$/, { error: "bond followed by a number" }), bondSchema)
    .default({})
    .describe("Bonds of physical interfaces, the same on every node"),
};
