import { z } from "zod";
import { configId } from "./values";

const DAY = "(mon|tue|wed|thu|fri|sat|sun)";
const DAYS = `${DAY}(\\.\\.${DAY})?(,${DAY}(\\.\\.${DAY})?)*`;
const NUMBER = "[0-5]?\\d";
const PART = `(\\*|${NUMBER}(\\.\\.${NUMBER})?)(/[1-9]\\d?)?`;
const PARTS = `${PART}(,${PART})*`;
/** Proxmox's calendar events without dates: with one, a job might not run for more than a week. */
const SCHEDULE = new RegExp(`^((${DAYS} )?(${PARTS}:)?${PARTS}|${DAYS}|minutely|hourly|daily|weekly)$`);

/** Replication of guests' ZFS volumes between nodes (pvesr). */
export const replicationSchema = z.strictObject({
  guests: z.array(z.string()).min(1).describe("Guests whose disks are all on ZFS storages"),
  targets: z
    .array(z.string())
    .min(1)
    .max(10)
    .describe(
      "Nodes that get copies, a guest's own left out; append new ones, as the order numbers the jobs",
    ),
  schedule: z
    .string()
    .regex(SCHEDULE, {
      error:
        "a calendar event without dates, from each minute to each week, such as */15, 02:00 or sat 03:30",
    })
    .default("*/15")
    .describe("When to copy: what a node's failure loses is the time since"),
  rate: z.number().min(1).optional().describe("Most megabytes a second"),
});

export const replicationSections = {
  replications: z
    .record(configId, replicationSchema)
    .default({})
    .describe("Replication of guests between nodes, by name"),
};
