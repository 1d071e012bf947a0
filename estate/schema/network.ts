import { z } from "zod";
import { address, cidr, configId } from "./values";

/** A network of the site and the bridge that carries it. */
export const networkSchema = z.strictObject({
  cidr,
  gateway: address.optional().describe("Default gateway; networks without one stay local"),
  bridge: z.string().optional().describe("Linux bridge that carries this network on every node"),
  vlan: z.int().min(1).max(4094).optional().describe("VLAN tag on that bridge; untagged when absent"),
  purpose: z
    .enum(["management", "storage", "corosync", "migration", "guests"])
    .describe("What the network is for; exactly one network is for management"),
});

/** A Linux bridge, the same on every node so that a guest keeps its network when it moves. */
export const bridgeSchema = z.strictObject({
  ports: z.array(z.string().min(1)).default([]).describe("Physical interfaces or bonds behind the bridge"),
  vlanAware: z.boolean().default(false).describe("Whether guests may use VLAN tags on it"),
  existing: z
    .boolean()
    .default(false)
    .describe("The installer made it (vmbr0): adopt it on the first up instead of creating it"),
  comment: z.string().optional(),
});

export const networkSections = {
  networks: z.record(configId, networkSchema).describe("Networks of the site by name"),
  bridges: z
    .record(z.string().regex(/^vmbr\d{1,4}$/, { error: "vmbr followed by a number" }), bridgeSchema)
    .describe("Linux bridges, the same on every node"),
};
