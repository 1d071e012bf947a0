import { z } from "zod";
import { configId } from "./values";

const keep = (period: string) =>
  z.int().min(0).optional().describe(`Keep the last backup of this many ${period}`);

/** A backup job of the cluster (vzdump). */
export const backupJobSchema = z.strictObject({
  schedule: z.string().min(1).describe("systemd-like calendar event, such as 02:00 or sat 03:30"),
  storage: z.string().describe("Storage with content backup"),
  guests: z
    .union([z.literal("all"), z.array(z.string()).min(1)], { error: "all, or a list of guests" })
    .default("all")
    .describe("Guests that the job saves"),
  mode: z.enum(["snapshot", "suspend", "stop"]).default("snapshot"),
  compress: z.enum(["zstd", "lzo", "gzip", "0"]).default("zstd"),
  retention: z
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
    .meta({ description: "Which backups the job keeps; the rest is pruned", examples: [{ daily: 7 }] }),
});

export const backupSections = {
  backupJobs: z.record(configId, backupJobSchema).default({}).describe("Backup jobs by name"),
};
