import { z } from "zod";
import { bucketName } from "./data";

const passwordsSchema = z.strictObject({
  length: z.int().min(8).max(128).default(16).describe("Least length of a person's password"),
  maxAgeDays: z
    .int()
    .min(1)
    .max(1095)
    .optional()
    .describe("Days after which a password expires; never when absent"),
  reuse: z.int().min(1).max(24).default(24).describe("Former passwords that may not come back"),
});

const trailSchema = z.strictObject({
  name: bucketName.describe("Name of the trail's own bucket, unique in all of AWS"),
  expireDays: z.int().min(1).default(365).describe("Days that the records are kept"),
});

const budgetSchema = z.strictObject({
  monthlyUsd: z
    .number()
    .positive()
    .meta({
      description: "US dollars that a month may cost; `npm run cost` says what is expected",
      examples: [100],
    }),
  alertPercent: z
    .array(z.int().min(1).max(1000))
    .min(1)
    .max(4)
    .default([80, 100])
    .describe("Percentages of it at which what was spent is reported; the forecast is reported at 100"),
});

/** What keeps people, roles, money and records of the account in bounds. */
export const awsGuardrailSections = {
  guardrails: z
    .strictObject({
      people: z
        .strictObject({
          group: z
            .string()
            .regex(/^[\w+=,.@-]{1,128}$/, { error: "a name of letters, digits and + = , . @ _ -" })
            .default("people")
            .describe(
              "IAM group of people; its members can do nothing without a second factor but set one up",
            ),
          passwords: passwordsSchema.prefault({}).describe("Password policy of the account"),
        })
        .optional()
        .describe("People with IAM users: a second factor and sound passwords; nothing when absent"),
      trail: trailSchema
        .optional()
        .describe("CloudTrail of all regions in a bucket of its own; none when absent"),
      budget: budgetSchema
        .optional()
        .describe("Monthly budget with alerts to `aws.alerts`; none when absent"),
      dashboard: z.boolean().default(true).describe("CloudWatch dashboard of the second site"),
      boundary: z
        .boolean()
        .default(true)
        .describe(
          "Permission boundary of every role that is made: none can touch identities, records or keys",
        ),
    })
    .prefault({})
    .describe("What keeps people, roles, money and records in bounds"),
};
