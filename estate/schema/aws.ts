import { z } from "zod";
import { cidr } from "./values";

const OWNER = "a quoted 12-digit account id, self or amazon";
const ACCOUNT = "a quoted 12-digit account id";

const recoverySchema = z.strictObject({
  image: z
    .strictObject({
      owner: z
        .string({ error: OWNER })
        .regex(/^(\d{12}|self|amazon)$/, { error: OWNER })
        .meta({ examples: ["self"] }),
      name: z.string().min(1).describe("Exact name, so that the image never changes by itself"),
    })
    .describe("AMI that a recovered guest boots from"),
  instanceType: z
    .string()
    .regex(/^[a-z][a-z0-9-]*\.[a-z0-9]+$/, { error: "an EC2 instance type such as t3.small" })
    .meta({ description: "EC2 instance type (x86-64, as the guest is)", examples: ["t3.small"] }),
  volume: z.int().min(1).max(16_384).default(8).describe("Root volume in GiB"),
  ports: z
    .array(z.int().min(1).max(65_535))
    .default([22])
    .describe("TCP ports that are reachable from inside the VPC"),
  maxInstances: z.int().min(1).max(100).default(1).describe("Instances that a failover may raise"),
});

/** The second site: one region of one AWS account. */
export const awsSchema = z.strictObject({
  account: z
    .string({ error: ACCOUNT })
    .regex(/^\d{12}$/, { error: ACCOUNT })
    .meta({
      description: "Account that everything is created in; any other account is refused",
      examples: ["123456789012"],
    }),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: "a region such as ap-southeast-1" })
    .meta({ description: "Region", examples: ["ap-southeast-1"] }),
  tags: z.record(z.string(), z.string()).default({}).describe("Tags on everything"),
  network: z.strictObject({
    cidr: cidr.describe("CIDR block of the VPC; must not overlap the networks of the site"),
    zones: z
      .array(z.string())
      .min(2)
      .max(3)
      .meta({
        description: "Availability zones; one private subnet each",
        examples: [["ap-southeast-1a", "ap-southeast-1b"]],
      }),
  }),
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
  recovery: z
    .record(z.string(), recoverySchema)
    .default({})
    .describe("Pilot light by guest: what is raised from zero when the cluster is lost"),
});

export const awsSections = {
  aws: awsSchema.optional().describe("The second site in AWS; none when absent"),
};
