import { z } from "zod";
import { clusterOptions } from "./cluster-options";
import { address, hostName, memorySize, networkInterface, sshHostKey } from "./values";

/** A kernel module's name. */
const watchdogModule = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, { error: "the name of a kernel module, such as ipmi_watchdog" });

/** DNS labels with dots between them: all that Proxmox writes into /etc/hosts. */
const DNS_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

const machineName = z
  .string()
  .regex(DNS_NAME, { error: "a host name, such as nas or nas.example.internal" })
  .meta({ description: "Host name, with or without domain", examples: ["nas.example.internal"] });

const domainName = z
  .string()
  .regex(DNS_NAME, { error: "a domain, such as example.internal" })
  .describe("Search domain, and the domain of the nodes' own names");

/** The cluster as a whole and the API that this program talks to. */
export const clusterSchema = z.strictObject({
  name: z
    .string()
    .regex(/^(?!-)[A-Za-z0-9-]{1,15}(?<!-)$/, {
      error: "1 to 15 letters, digits or inner hyphens (corosync's limit)",
    })
    .describe("Cluster name; it can't be changed later"),
  firstNode: z
    .string()
    .optional()
    .describe(
      "Node that the cluster is created on and the others join at; the first by name when absent. Name one that is a member when a node is added that comes before it by name",
    ),
  qdevice: z
    .strictObject({
      address: address.describe("Address of a Debian host outside the cluster that every node reaches"),
      sshUser: z
        .string()
        .default("root")
        .describe("User that scripts log in as there; pvecm itself uses root"),
      sshHostKey,
    })
    .optional()
    .describe(
      "A host outside that gives a cluster of an even number of nodes one more vote (corosync QDevice)",
    ),
  watchdog: watchdogModule
    .optional()
    .describe(
      "Kernel module that fences the nodes, such as softdog, ipmi_watchdog or iTCO_wdt; what they have when absent. Takes effect at a node's next reboot, which is yours to make",
    ),
  corosyncLinks: z
    .array(z.string())
    .min(1)
    .max(8)
    .optional()
    .describe(
      "Networks of corosync's links 0 to 7, the preferred one first; those with purpose corosync when absent, or else the management network",
    ),
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
      domain: domainName,
      servers: z.array(address).min(1).max(3).describe("Name servers, in order (resolv.conf takes three)"),
    })
    .describe("DNS settings of every node, and the default for guests"),
  hosts: z
    .record(address, z.array(machineName).min(1))
    .default({})
    .describe(
      "Other machines for every node's /etc/hosts: names by address. The whole file is written: the nodes and the local names are in it by themselves, what else is there is lost",
    ),
  repositories: z
    .strictObject({
      subscription: z
        .enum(["enterprise", "no-subscription"])
        .default("no-subscription")
        .describe(
          "Repositories of Proxmox VE and Ceph that every node has enabled: enterprise needs a subscription key on each",
        ),
    })
    .prefault({})
    .describe("Where the nodes' packages come from"),
  sshUser: z.string().default("root").describe("User that host scripts log in as over SSH"),
  shutdownPolicy: z
    .enum(["conditional", "freeze", "failover", "migrate"])
    .default("migrate")
    .describe("What happens to HA guests when a node is shut down on purpose (Proxmox: ha shutdown_policy)"),
  ...clusterOptions,
});

/** One Proxmox VE node. */
export const nodeSchema = z.strictObject({
  addresses: z.record(z.string(), address).describe("The node's address in each network that it has one in"),
  interfaces: z
    .record(networkInterface, networkInterface)
    .default({})
    .describe("What this node calls physical interfaces that the description names otherwise"),
  description: z
    .string()
    .trim()
    .min(1)
    .max(65_536)
    .optional()
    .describe("Notes on the node in the web interface (Markdown); those that are there stay when absent"),
  cpus: z
    .int()
    .min(1)
    .max(8192)
    .optional()
    .describe(
      "Logical CPUs (threads) that the node has: what a check of capacity after a failure counts with",
    ),
  memory: memorySize
    .optional()
    .describe("Memory that the node has: what a check of capacity after a failure counts with"),
  watchdog: watchdogModule.optional().describe("Another watchdog module than the cluster's on this node"),
  sshHostKey,
});

export const clusterSections = {
  cluster: clusterSchema,
  nodes: z.record(hostName, nodeSchema).describe("Proxmox VE nodes by host name"),
};
