import { z } from "zod";

const KEYBOARDS = [
  "de",
  "de-ch",
  "da",
  "en-gb",
  "en-us",
  "es",
  "fi",
  "fr",
  "fr-be",
  "fr-ca",
  "fr-ch",
  "hu",
  "is",
  "it",
  "ja",
  "lt",
  "mk",
  "nl",
  "no",
  "pl",
  "pt",
  "pt-br",
  "sv",
  "sl",
  "tr",
] as const;

const LANGUAGES = [
  "ca",
  "da",
  "de",
  "en",
  "es",
  "eu",
  "fa",
  "fr",
  "he",
  "it",
  "ja",
  "nb",
  "nn",
  "pl",
  "pt_BR",
  "ru",
  "sl",
  "sv",
  "tr",
  "zh_CN",
  "zh_TW",
] as const;

const bandwidth = (what: string) =>
  z.int().min(0).optional().describe(`${what} in KiB/s; 0 is without a limit`);

const percent = z.int().min(0).max(100);

/** How guests move between nodes: planned moves and HA's alike. */
const migrationSchema = z.strictObject({
  network: z
    .string()
    .optional()
    .describe(
      "Network that migrations go over; the one with purpose migration, or else the cluster's, when absent",
    ),
  type: z
    .enum(["secure", "insecure"])
    .default("secure")
    .describe("secure goes through SSH; insecure is faster, for a network that nobody else is on"),
});

/** Cluster resource scheduling: where HA starts guests. */
const schedulingSchema = z.strictObject({
  mode: z
    .enum(["basic", "static", "dynamic"])
    .default("basic")
    .describe(
      "basic counts guests, static weighs their cores and memory, dynamic their use (Proxmox VE 9.2)",
    ),
  rebalanceOnStart: z
    .boolean()
    .default(false)
    .describe("Whether HA also chooses a node when a guest is started on purpose"),
  autoRebalance: z
    .strictObject({
      threshold: percent.default(30).describe("Imbalance in percent that starts it"),
      margin: percent.default(10).describe("Least improvement in percent that is worth a migration"),
      holdDuration: z.int().min(0).max(1000).default(3).describe("HA rounds that the imbalance has to last"),
      method: z.enum(["bruteforce", "topsis"]).default("bruteforce").describe("How migrations are scored"),
    })
    .optional()
    .describe("Move HA guests by themselves when nodes are out of balance (Proxmox VE 9.2); off when absent"),
});

/** What is left of `/etc/pve/datacenter.cfg`: defaults for people and for guests that are made by hand. */
const optionsSchema = z.strictObject({
  nextIds: z
    .strictObject({
      lower: z.int().min(100).max(999_999_999).describe("Lowest id that Proxmox gives"),
      upper: z.int().min(100).max(999_999_999).describe("Proxmox gives lower ids than this"),
    })
    .refine(({ lower, upper }) => lower < upper, {
      error: "an upper end that is above the lower one",
      path: ["upper"],
    })
    .optional()
    .describe("Ids that Proxmox gives to guests that are made by hand; keep them off the ones declared here"),
  macPrefix: z
    .string()
    .regex(/^[0-9A-F][02468ACE](:[0-9A-F]{2}){1,4}$/, {
      error: "two to five bytes such as BC:24:11 in upper case, the first one even",
    })
    .default("BC:24:11")
    .meta({ description: "How MAC addresses of guests start", examples: ["BC:24:11"] }),
  emailFrom: z
    .email({ error: "an e-mail address" })
    .optional()
    .meta({
      description: "Sender of notifications; root@HOST when absent",
      examples: ["pve@example.org"],
    }),
  console: z
    .enum(["html5", "xtermjs", "vv"])
    .default("html5")
    .describe("Console viewer: noVNC (html5), xterm.js or virt-viewer (SPICE)"),
  keyboard: z.enum(KEYBOARDS).default("en-us").describe("Keyboard layout of VNC consoles"),
  language: z.enum(LANGUAGES).default("en").describe("Language of the web interface"),
  maxWorkers: z
    .int()
    .min(1)
    .max(64)
    .default(4)
    .describe("Tasks of a node that run at once when many guests start, stop or move"),
  bandwidthLimits: z
    .strictObject({
      default: bandwidth("Limit for what has none of its own"),
      clone: bandwidth("Limit of clones"),
      migration: bandwidth("Limit of migrations"),
      move: bandwidth("Limit of moving disks"),
      restore: bandwidth("Limit of restores"),
    })
    .default({})
    .describe("How much of the networks and disks such work may take"),
  httpProxy: z
    .strictObject({
      // Not a URL: one could hold a password, which this file would show.
      host: z
        .string()
        .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/, { error: "a host name or address" }),
      port: z.int().min(1).max(65_535).default(3128),
    })
    .optional()
    .describe("HTTP proxy for downloads of the nodes"),
});

/** Settings of the cluster as a whole (`/etc/pve/datacenter.cfg`). */
export const clusterOptions = {
  migration: migrationSchema.prefault({}).describe("How guests move between nodes"),
  scheduling: schedulingSchema.prefault({}).describe("Where HA starts guests"),
  options: optionsSchema
    .prefault({})
    .describe("Defaults of the cluster for people and for guests made by hand"),
};
