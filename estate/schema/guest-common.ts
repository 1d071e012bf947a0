import { z } from "zod";
import { guestFirewallSchema } from "./firewall";
import { cores, cpuLimit, cpuUnits, networkRate } from "./offering";
import { address, duration, interfaceAddress, memorySize, sshPublicKey } from "./values";

/** What interfaces of VMs and containers have in common. */
export const nicFields = {
  bridge: z.string().describe("Bridge that the interface is plugged into"),
  vlan: z.int().min(1).max(4094).optional().describe("VLAN tag; the bridge must be VLAN-aware"),
  address: z
    .union([z.literal("dhcp"), interfaceAddress], {
      error: "an IPv4 address with its prefix length, such as 192.168.137.20/24, or dhcp",
    })
    .default("dhcp")
    .describe("Static address with prefix length, or dhcp; the gateway is the network's"),
  firewall: z.boolean().default(true).describe("Whether the Proxmox firewall filters the interface"),
  mac: z
    .string()
    .regex(/^[0-9A-F][02468ACE](:[0-9A-F]{2}){5}$/, {
      error: "a MAC address of one station in upper case, such as BC:24:11:00:00:01",
    })
    .optional()
    .describe("MAC address; Proxmox picks one when absent"),
  mtu: z
    .int()
    .min(576)
    .max(65_520)
    .optional()
    .describe("MTU, not above the bridge's; the bridge's when absent"),
  rate: networkRate.optional(),
};

const seconds = z.int().min(0).max(3600);

/** What VMs and containers have in common. */
export const commonFields = {
  id: z
    .int()
    .min(100)
    .max(999_999_999)
    .describe("VM id; VMs and containers share one range. Another id is another guest: it would be replaced"),
  count: z
    .int()
    .min(1)
    .max(2000)
    .optional()
    .describe(
      "This many alike, NAME-1, NAME-2, ...: ids and static addresses count up from here, nodes take turns from here",
    ),
  description: z.string().optional(),
  tags: z
    .array(
      z.string().regex(/^(?!critical$|r[pt]o-)[a-z0-9_][a-z0-9_+.-]*$/, {
        error:
          "a tag in lower case; `critical` and `objectives` write the tags critical, rpo-... and rto-...",
      }),
    )
    .default([])
    .describe("Tags"),
  critical: z
    .boolean()
    .default(false)
    .describe(
      "Whether the business stops without it: the policy pack is then stricter about it. Proxmox shows the tag critical",
    ),
  objectives: z
    .strictObject({
      rpo: duration
        .optional()
        .describe("Most data that a disaster may cost, as time before it (tag rpo-...)"),
      rto: duration.optional().describe("Longest time from a disaster to working service (tag rto-...)"),
    })
    .prefault({})
    .describe("What recovery has to achieve; the policy pack, assessment and drills hold it against that"),
  tenant: z.string().optional().describe("Tenant whose quotas it counts against and whose pool it is in"),
  pool: z.string().optional().describe("Resource pool of a guest without tenant"),
  offering: z.string().optional().describe("Offering that its size is from; single values beside it win"),
  cores: cores.optional().describe("CPU cores; the offering's, or 1"),
  cpuLimit: cpuLimit.optional(),
  cpuUnits: cpuUnits.optional(),
  memory: memorySize.optional().describe("Memory; needed where there is no offering"),
  startOnBoot: z.boolean().default(true).describe("Start with its node; HA decides for HA guests"),
  startup: z
    .strictObject({
      order: z.int().min(0).max(10_000).optional().describe("Low starts first and stops last"),
      upDelay: seconds.optional().describe("Seconds before the next one is started"),
      downDelay: seconds.optional().describe("Seconds before the next one is stopped"),
    })
    .optional()
    .describe("Place among the guests that start with one node; not for HA guests, which HA starts"),
  after: z
    .array(z.string())
    .default([])
    .describe("Guests that are made before this one and, on the same node, started before it"),
  protect: z.boolean().default(true).describe("Refuse to destroy or replace it until this is set to false"),
  protection: z
    .boolean()
    .default(false)
    .describe("Proxmox's own flag: it and its disks can't be removed by anybody until this is set to false"),
  dns: z
    .strictObject({
      domain: z.string().min(1).optional().describe("Search domain; the cluster's when absent"),
      servers: z.array(address).min(1).optional().describe("Name servers; the cluster's when absent"),
    })
    .prefault({})
    .describe("Where it differs from the cluster's DNS settings"),
  firewall: guestFirewallSchema
    .optional()
    .describe("What it lets in; nothing when absent and the site has a firewall"),
  sshKeys: z.array(sshPublicKey).default([]).describe("Public keys that may log in"),
};
