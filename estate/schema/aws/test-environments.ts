import { z } from "zod";
import { moment } from "../values";

const testEnvironmentSchema = z.strictObject({
  recovery: z
    .array(z.string())
    .min(1)
    .describe("Entries of aws.recovery that it has copies of, each from its newest image"),
  instances: z.int().min(1).max(100).default(1).describe("Instances of each entry"),
  instanceType: z
    .string()
    .regex(/^[a-z][a-z0-9-]*\.[a-z0-9]+$/, { error: "an EC2 instance type such as t3.small" })
    .optional()
    .meta({
      description: "EC2 instance type of all of them; each entry's own when absent",
      examples: ["t3.small"],
    }),
  expires: moment.describe("When AWS ends its instances by itself, whether anybody runs this program or not"),
});

/** Short-lived copies of what comes back in AWS. */
export const awsTestSections = {
  testEnvironments: z
    .record(
      z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/, {
        error: "lower-case letters, digits and inner hyphens, at most 30 characters",
      }),
      testEnvironmentSchema,
    )
    .default({})
    .describe("Test environments: copies of recovered guests, apart from everything, that end by themselves"),
};
