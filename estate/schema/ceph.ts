import { z } from "zod";
import { configId } from "./values";

/** A pool of the Ceph cluster that runs on the nodes (`pveceph`). */
export const cephPoolSchema = z
  .strictObject({
    size: z.int().min(1).max(7).default(3).describe("Copies of each object"),
    minSize: z.int().min(1).max(7).default(2).describe("Copies without which nothing is written"),
    application: z.enum(["rbd", "cephfs", "rgw"]).default("rbd").describe("What the pool is for"),
    autoscale: z.enum(["on", "off", "warn"]).default("on").describe("Ceph chooses the placement groups"),
    placementGroups: z.int().min(1).max(32768).optional().describe("How many, where Ceph does not choose"),
    crushRule: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, { error: "the name of a CRUSH rule" })
      .optional()
      .describe("Rule that places the copies; Ceph's default when absent"),
    targetRatio: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe("Share of the cluster that the pool is expected to fill"),
  })
  .refine(({ size, minSize }) => minSize <= size, { path: ["minSize"], error: "at most size" });

/** The storages on Ceph. */
export function cephStorages<Common extends z.ZodRawShape, Disk extends z.ZodType, Kept extends z.ZodType>(
  common: Common,
  diskContent: Disk,
  retention: Kept,
) {
  return [
    z.strictObject({
      type: z.literal("rbd"),
      pool: configId.describe("Name of an entry of cephPools"),
      content: diskContent,
      krbd: z.boolean().default(false).describe("VMs too use the kernel's driver, as containers always do"),
      ...common,
    }),
    z.strictObject({
      type: z.literal("cephfs"),
      fileSystem: configId.describe("Name of the file system, made with `pveceph fs create`"),
      content: z
        .array(z.enum(["backup", "import", "iso", "snippets", "vztmpl"]))
        .min(1)
        .describe("What the storage may hold: files, no guest disks"),
      retention,
      ...common,
    }),
  ] as const;
}

export const cephSections = {
  cephPools: z
    .record(configId, cephPoolSchema)
    .default({})
    .describe("Ceph pools by name; monitors and OSDs are there already (pveceph)"),
};
