import { z } from "zod";
import { calendarEvent, configId } from "./values";

const keep = (period: string) =>
  z.int().min(0).optional().describe(`Keep the last backup of this many ${period}`);

/** Which backups are kept; the rest is pruned. */
export const retentionSchema = z
  .strictObject({
    last: z.int().min(0).optional().describe("Keep this many of the newest"),
    hourly: keep("hours"),
    daily: keep("days"),
    weekly: keep("weeks"),
    monthly: keep("months"),
    yearly: keep("years"),
  })
  .refine((retention) => Object.values(retention).some((count) => (count ?? 0) > 0), {
    error: "at least one backup to keep",
  })
  .meta({ description: "Which backups are kept; the rest is pruned", examples: [{ daily: 7 }] });

const names = z.array(z.string()).min(1);

const SELECTIONS =
  "all, a list of guests, {tags: [TAG, ...]} or {allExcept: [GUEST, ...]}, none of them empty";

/** Which guests a job saves. */
const selectionSchema = z.union(
  [
    z.literal("all"),
    names,
    z.strictObject({
      pool: z.string().describe("Every guest of the pool, also those that join it later"),
    }),
    z.strictObject({
      tags: names.describe(
        "Every guest of this description that has one of the tags. Proxmox's jobs know no tags: a guest that gets one is covered from the next up on",
      ),
    }),
    z.strictObject({
      allExcept: names.describe("Every guest of the cluster, also future ones, but these"),
    }),
  ],
  { error: SELECTIONS },
);

const RATE = "a whole number with its unit, such as 512 KiB/s or 100 MiB/s";

/** A rate such as `100 MiB/s`; parsed to KiB/s, the unit of vzdump's `bwlimit`. */
const bandwidth = z
  .string({ error: RATE })
  .regex(/^[1-9]\d* [KM]iB\/s$/, { error: RATE })
  .meta({ description: "Rate with its unit: KiB/s or MiB/s", examples: ["100 MiB/s"] })
  .transform((rate) => Number(rate.split(" ")[0]) * (rate.endsWith(" MiB/s") ? 1024 : 1));

const NOTES =
  "text on one line in which only {{cluster}}, {{guestname}}, {{node}} and {{vmid}} are filled in";

const notesTemplate = z
  .string()
  .max(1024)
  .regex(/^(?:[^{}\n\r\\]|\{\{(?:cluster|guestname|node|vmid)\}\})+$/, { error: NOTES })
  .default("{{guestname}}")
  .describe("Note on each backup; {{cluster}}, {{guestname}}, {{node}} and {{vmid}} are filled in");

const performanceSchema = z.strictObject({
  maxWorkers: z.int().min(1).max(256).optional().describe("I/O workers of a VM's backup; Proxmox takes 16"),
  pbsEntriesMax: z
    .int()
    .min(1)
    .optional()
    .describe("Files of a container that its backup to a Proxmox Backup Server keeps track of in memory"),
  ioPriority: z
    .int()
    .min(0)
    .max(8)
    .optional()
    .describe("I/O priority with the BFQ scheduler: 7 is the lowest (and Proxmox's choice), 8 is idle"),
});

/** A backup job of the cluster (vzdump). */
export const backupJobSchema = z.strictObject({
  schedule: calendarEvent,
  storage: z.string().describe("Storage with content backup"),
  guests: selectionSchema.default("all").describe("Guests that the job saves"),
  node: z
    .string()
    .optional()
    .describe("Only guests that are on this node when the job runs; every node when absent"),
  enabled: z.boolean().default(true).describe("Whether the job runs"),
  mode: z
    .enum(["snapshot", "suspend", "stop"])
    .default("snapshot")
    .describe("snapshot saves a running guest; suspend and stop interrupt it, for the sake of consistency"),
  compress: z
    .enum(["zstd", "lzo", "gzip", "0"])
    .optional()
    .describe("Compression, zstd when absent; a Proxmox Backup Server compresses by itself"),
  retention: retentionSchema
    .optional()
    .describe(
      "Which backups the job keeps; on a Proxmox Backup Server of this description the datastore's prune says so",
    ),
  fleecing: z
    .strictObject({
      storage: z
        .string()
        .describe("Storage with content images, fast and on every node of the guests: local-lvm, a ZFS pool"),
    })
    .optional()
    .describe(
      "Let a running VM write to a buffer on this storage, rather than wait for a slow backup target",
    ),
  bandwidthLimit: bandwidth.optional().describe("Most that the job reads from the guests' storage"),
  changeDetection: z
    .enum(["legacy", "data", "metadata"])
    .optional()
    .describe("How containers are saved to a Proxmox Backup Server; metadata reads only the changed files"),
  notesTemplate,
  notify: z
    .strictObject({
      mailTo: z.array(z.email()).min(1).describe("Addresses that get a mail from the node itself"),
      on: z.enum(["always", "failure"]).default("failure").describe("After which runs"),
    })
    .optional()
    .describe("Who hears of the job; when absent the cluster's notification settings decide"),
  repeatMissed: z
    .boolean()
    .default(false)
    .describe("Run at the next chance when the node was off at the scheduled time"),
  performance: performanceSchema
    .optional()
    .describe("How hard the job works; Proxmox's own choice when absent"),
});

export const backupSections = {
  backupJobs: z.record(configId, backupJobSchema).default({}).describe("Backup jobs by name"),
};
