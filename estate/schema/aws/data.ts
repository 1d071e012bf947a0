import { z } from "zod";

/** What the second site keeps. */
export const awsDataSections = {
  backupBucket: z.strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
        error: "3 to 63 lower-case letters, digits, dots, hyphens",
      })
      .describe("Name, unique in all of AWS"),
    noncurrentDays: z.int().min(1).default(30).describe("Days that overwritten and deleted objects are kept"),
    infrequentAccessDays: z
      .int()
      .min(30)
      .optional()
      .describe("Days until objects move to Standard-IA (S3 takes 30 or more)"),
    expireDays: z.int().min(1).optional().describe("Days until objects expire; kept for ever when absent"),
  }),
};
