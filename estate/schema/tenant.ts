import { z } from "zod";
import { configId, diskSize, memorySize } from "./values";

const poolSchema = z.strictObject({
  comment: z.string().optional(),
  storages: z.array(z.string()).default([]).describe("Storages that belong to the pool"),
});

const vmId = z.int().min(100).max(999_999_999);

const quotasSchema = z
  .strictObject({
    guests: z.int().min(0).optional().describe("Guests"),
    cores: z.int().min(0).optional().describe("CPU cores of all guests together"),
    memory: memorySize.optional().describe("Memory of all guests together"),
    disk: diskSize.optional().describe("Disks, root disks and mount points of all guests together"),
  })
  .describe("Most that its guests may use; what is left out is not limited");

/** Somebody who has guests on the cluster, within limits. */
const tenantSchema = z.strictObject({
  comment: z.string().optional(),
  pool: configId.optional().describe("Resource pool of its guests; the tenant's name when absent"),
  quotas: quotasSchema.prefault({}),
  vmIds: z
    .strictObject({ from: vmId, to: vmId })
    .optional()
    .describe("Range that the ids of its guests are from"),
  bridges: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("Bridges and virtual networks that its guests may use; any when absent"),
  vlans: z
    .array(z.int().min(1).max(4094))
    .min(1)
    .optional()
    .describe("VLAN tags that its guests have to be in; any or none when absent"),
  offerings: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("Offerings that its guests pick from; sizes of their own too when absent"),
});

export const tenantSections = {
  pools: z
    .record(configId, poolSchema)
    .default({})
    .describe("Resource pools besides those of tenants, by id"),
  tenants: z.record(configId, tenantSchema).default({}).describe("Tenants by name"),
};
