import { z } from "zod";
import { address, cidr, configId, hostName, sshHostKey } from "./values";

/** The cluster as a whole and the API that this program talks to. */
export const clusterSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,15}$/, { error: "1 to 15 letters, digits or hyphens (corosync's limit)" })
    .describe("Cluster name"),
  endpoint: z.url({ protocol: /^https$/, error: "an https URL such as https://192.168.137.10:8006/" }).meta({
    description: "URL of the Proxmox VE API on one node",
    examples: ["https://192.0.2.10:8006/"],
  }),
  trustAnyCertificate: z
    .boolean()
    .default(false)
    .describe("Accept a self-signed certificate of the API. Only for a cluster that has none of its own yet"),
  timeZone: z
    .string()
    .refine((zone) => Intl.supportedValuesOf("timeZone").includes(zone) || zone === "UTC", {
      error: "an IANA time zone such as Asia/Jakarta or UTC",
    })
    .default("UTC")
    .describe("Time zone of every node (IANA name)"),
  dns: z
    .strictObject({
      domain: z.string().min(1).describe("Search domain"),
      servers: z.array(address).min(1).max(3).describe("Name servers, in order (resolv.conf takes three)"),
    })
    .describe("DNS settings of every node, and the default for guests"),
  sshUser: z.string().default("root").describe("User that host scripts log in as over SSH"),
  shutdownPolicy: z
    .enum(["conditional", "freeze", "failover", "migrate"])
    .default("migrate")
    .describe("What happens to HA guests when a node is shut down on purpose (Proxmox: ha shutdown_policy)"),
});

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

/** One Proxmox VE node. */
export const nodeSchema = z.strictObject({
  addresses: z.record(z.string(), address).describe("The node's address in each network that it has one in"),
  sshHostKey,
});

export const clusterSections = {
  cluster: clusterSchema,
  networks: z.record(configId, networkSchema).describe("Networks of the site by name"),
  bridges: z
    .record(z.string().regex(/^vmbr\d{1,4}$/, { error: "vmbr followed by a number" }), bridgeSchema)
    .describe("Linux bridges, the same on every node"),
  nodes: z.record(hostName, nodeSchema).describe("Proxmox VE nodes by host name"),
};
