import { z } from "zod";
import { diskSize, memorySize } from "./values";

const megabytes = z.int().min(1).max(100_000);
const operations = z.int().min(1).max(10_000_000);

/** Most that a disk may do in a second. What is left out is not limited. */
export const diskLimitsSchema = z
  .strictObject({
    read: megabytes.optional().describe("Reads in MB/s"),
    readBurst: megabytes.optional().describe("Reads in MB/s for a second; not below read"),
    write: megabytes.optional().describe("Writes in MB/s"),
    writeBurst: megabytes.optional().describe("Writes in MB/s for a second; not below write"),
    iopsRead: operations.optional().describe("Read operations a second"),
    iopsReadBurst: operations.optional().describe("The same for one second; not below iopsRead"),
    iopsWrite: operations.optional().describe("Write operations a second"),
    iopsWriteBurst: operations.optional().describe("The same for one second; not below iopsWrite"),
  })
  .describe("I/O limits of a VM's disk; Proxmox has none for containers");

/** Most that an interface sends and receives; Proxmox's `rate`. */
export const networkRate = z.number().gt(0).max(10_240).describe("Most traffic in MB/s each way");

export const cpuLimit = z
  .number()
  .gt(0)
  .max(128)
  .describe("Most CPU time, in cores: 0.5 is half of one; not limited when absent");

export const cpuUnits = z
  .int()
  .min(1)
  .max(10_000)
  .describe("Weight against other guests of the node when CPU is short; 100 when absent");

export const cores = z.int().min(1).max(128).describe("CPU cores");

/** A size that guests pick by name. */
const offeringSchema = z.strictObject({
  cores,
  cpuLimit: cpuLimit.optional(),
  cpuUnits: cpuUnits.optional(),
  memory: memorySize,
  balloonMinimum: memorySize
    .optional()
    .describe("Memory that a VM keeps when its node is short of it; no ballooning when absent"),
  swap: memorySize.optional().describe("Swap of a container"),
  diskSize: diskSize.optional().describe("Size of disks that give none"),
  diskLimits: diskLimitsSchema.optional(),
  networkRate: networkRate.optional(),
});

export const offeringSections = {
  offerings: z
    .record(
      z
        .string()
        .regex(/^[a-z][a-z0-9.-]{0,62}$/, { error: "lower case: a letter, then letters, digits, . or -" }),
      offeringSchema,
    )
    .default({})
    .describe("Named sizes; a guest picks one and may give single values of its own"),
};
