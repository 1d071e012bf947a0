import { z } from "zod";
import { configId } from "./values";

/** How HA treats one VM. */
export const haSchema = z.strictObject({
  state: z
    .enum(["started", "stopped", "disabled", "ignored"])
    .default("started")
    .describe("Requested state; stopped is still relocated, disabled is not"),
  maxRestart: z.int().min(0).max(10).default(1).describe("Restarts on one node before it is relocated"),
  maxRelocate: z.int().min(0).max(10).default(1).describe("Relocations before it is given up"),
  failback: z.boolean().default(true).describe("Move back to a node with a higher priority once it is there"),
  comment: z.string().optional(),
});

const common = {
  guests: z.array(z.string()).min(1).describe("Guests that the rule is for"),
  comment: z.string().optional(),
};

/** A rule for where HA guests run (PVE 9; its predecessors, HA groups, are rejected there). */
export const haRuleSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("node-affinity"),
    ...common,
    nodes: z
      .record(z.string(), z.int().min(0).max(1000))
      .refine((nodes) => Object.keys(nodes).length > 0, { error: "at least one node with its priority" })
      .meta({
        description: "Nodes with their priority; the highest that is online wins",
        examples: [{ pve1: 2, pve2: 1 }],
      }),
    strict: z
      .boolean()
      .default(false)
      .describe("Never run on other nodes, even when none of these is online"),
  }),
  z.strictObject({
    type: z.literal("resource-affinity"),
    ...common,
    affinity: z.enum(["positive", "negative"]).describe("positive keeps guests together, negative apart"),
  }),
]);

export const haSections = {
  haRules: z.record(configId, haRuleSchema).default({}).describe("HA rules by name"),
};
