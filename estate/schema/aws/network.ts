import { z } from "zod";
import { cidr } from "../values";

/** Days that CloudWatch Logs can keep something. */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** How long a log group keeps what it gets. */
export const logRetention = z.literal(LOG_RETENTION_DAYS).default(30).describe("Days that logs are kept");

/** Services that the VPC may reach without the internet, besides S3. DynamoDB's endpoint is free. */
export const ENDPOINTS = [
  "autoscaling",
  "dynamodb",
  "ec2",
  "ec2messages",
  "kms",
  "logs",
  "monitoring",
  "secretsmanager",
  "ssm",
  "ssmmessages",
  "states",
  "sts",
] as const;

/** The network of the second site. */
export const awsNetworkSections = {
  network: z.strictObject({
    cidr: cidr.describe("CIDR block of the VPC; must not overlap the networks of the site"),
    zones: z
      .array(z.string())
      .min(2)
      .max(3)
      .meta({
        description: "Availability zones; a private, a public and an isolated subnet each",
        examples: [["ap-southeast-1a", "ap-southeast-1b"]],
      }),
    nat: z
      .enum(["none", "one", "per-zone"])
      .default("none")
      .describe("NAT gateways, the private subnets' way out; one is lost with its zone"),
    endpoints: z
      .array(z.enum(ENDPOINTS))
      .default([])
      .describe(
        "Services besides S3 that are reached inside the VPC; all but dynamodb cost by the hour and zone",
      ),
    flowLogs: z
      .strictObject({
        traffic: z.enum(["all", "accept", "reject"]).default("all").describe("Which connections are written"),
        intervalSeconds: z.literal([60, 600]).default(600).describe("Seconds that a record sums up"),
        retentionDays: logRetention,
      })
      .optional()
      .describe("Who spoke with whom in the VPC, in CloudWatch Logs; nothing is written when absent"),
  }),
};
