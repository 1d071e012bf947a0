import { z } from "zod";

/** Name of a general purpose bucket. */
export const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, {
    error: "3 to 63 lower-case letters, digits, dots, hyphens",
  })
  .describe("Name, unique in all of AWS");

const replica = z
  .strictObject({
    name: bucketName,
    region: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: "a region such as ap-southeast-3" })
      .meta({ description: "Another region than the site's", examples: ["ap-southeast-3"] }),
  })
  .optional()
  .describe("Bucket in a second region that every new object is copied to by S3; none when absent");

const lifecycle = {
  noncurrentDays: z.int().min(1).default(30).describe("Days that overwritten and deleted objects are kept"),
  infrequentAccessDays: z
    .int()
    .min(30)
    .optional()
    .describe("Days until objects move to Standard-IA (S3 takes 30 or more)"),
  expireDays: z.int().min(1).optional().describe("Days until objects expire; kept for ever when absent"),
};

const keySlot = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, { error: "lower-case letters, digits and hyphens, at most 32" })
  .meta({ description: "Name of a key, such as its month", examples: ["2026-11"] });

/** What the second site keeps. */
export const awsDataSections = {
  backupBucket: z
    .strictObject({ name: bucketName, ...lifecycle, replica })
    .describe(
      "Bucket for copies of backups, without Object Lock: a datastore of Proxmox Backup Server can't have it",
    ),
  exports: z
    .strictObject({
      name: bucketName,
      lock: z
        .strictObject({
          mode: z
            .enum(["governance", "compliance"])
            .default("governance")
            .describe(
              "governance: people with a special right may delete before the time; compliance: nobody may, not even the account's root",
            ),
          days: z.int().min(1).max(36_500).describe("Days that nobody can delete or overwrite an object"),
        })
        .describe("S3 Object Lock; a bucket is made with it and keeps it"),
      ...lifecycle,
      replica,
    })
    .optional()
    .describe(
      "Locked bucket for exported guests and copies that must survive a stolen key; none when absent",
    ),
  accessLogs: z
    .strictObject({
      name: bucketName,
      expireDays: z.int().min(1).default(365).describe("Days that the logs are kept"),
    })
    .optional()
    .describe("Bucket that S3 writes down every access to the other buckets in; none when absent"),
  nodeIdentity: z
    .strictObject({
      keys: z
        .array(keySlot)
        .min(1)
        .max(2)
        .default(["a"])
        .describe(
          "The nodes' access keys, oldest first; the nodes use the last. To rotate: add one, `up`, take the old one out, `up`",
        ),
    })
    .prefault({})
    .describe("How the nodes prove to AWS who they are"),
};
