import { z } from "zod";

/** An amount in a month; fractions are allowed. */
const amount = z.number({ error: "a number that is not negative" }).min(0, "a number that is not negative");

const bucketUsageSchema = z.strictObject({
  standardGb: amount.optional().describe("GB kept in S3 Standard, older versions included"),
  standardIaGb: amount.optional().describe("GB kept in Standard-IA"),
  glacierIrGb: amount.optional().describe("GB kept in Glacier Instant Retrieval"),
  glacierGb: amount.optional().describe("GB kept in Glacier Flexible Retrieval"),
  deepArchiveGb: amount.optional().describe("GB kept in Glacier Deep Archive"),
  writes: amount.optional().describe("PUT, COPY, POST and LIST requests a month"),
  reads: amount.optional().describe("GET and other requests a month"),
  retrievedGb: amount.optional().describe("GB read back from Standard-IA a month"),
});

/**
 * What a month is expected to use of what is paid by use. What is left out and would cost is listed as unknown, never
 * counted as zero. GB are what AWS counts: 2^30 bytes.
 */
export const usageSchema = z.strictObject({
  prices: z
    .string()
    .regex(/^([a-z0-9][a-z0-9-]*|[\w./-]+\.ya?ml)$/, {
      error:
        "the name of a price book of the region such as field-report, or the path of one ending in .yaml",
    })
    .optional()
    .meta({
      description:
        "Price book: by name (`cost/prices/<region>.<name>.yaml`) or by path; the region's list prices when absent",
      examples: ["field-report"],
    }),
  hours: z
    .number()
    .min(1)
    .max(744)
    .default(730)
    .describe("Hours in the month; 730 is the twelfth part of a year"),
  internetGb: amount.optional().describe("GB that leave AWS in a month, through the VPN included"),
  natGb: amount.optional().describe("GB that all NAT gateways process in a month"),
  endpointsGb: amount.optional().describe("GB that all interface endpoints process in a month"),
  zonesGb: amount.optional().describe("GB between availability zones in a month, each way counted"),
  regionsGb: amount.optional().describe("GB to another region in a month, replication included"),
  buckets: z
    .record(z.string(), bucketUsageSchema)
    .default({})
    .describe("What buckets keep and serve, by bucket name"),
  snapshotsGb: amount.optional().describe("GB kept in EBS snapshots, those of imported images included"),
  kmsRequests: amount.optional().describe("KMS requests in a month; with a bucket key few of S3's get there"),
  dnsQueries: amount
    .optional()
    .describe("DNS queries in a month; those for aliases are free and don't count"),
  loadBalancerUnits: z
    .record(z.string(), amount)
    .default({})
    .describe("Average capacity units (LCU) of a load balancer, by its name"),
  customMetrics: amount.optional().describe("Custom metrics that are published to CloudWatch"),
  logsGb: amount.optional().describe("GB that log groups take in a month"),
  logsKeptGb: amount.optional().describe("GB that log groups keep"),
  flowLogsGb: amount.optional().describe("GB of VPC flow logs in a month"),
  stateTransitions: amount.optional().describe("Step Functions transitions in a month, drills included"),
  lambdaRequests: amount.optional().describe("Lambda invocations in a month"),
  lambdaGbSeconds: amount.optional().describe("Lambda compute in a month: seconds times GB of memory"),
  emails: amount.optional().describe("E-mails that SNS sends in a month"),
  testHours: z
    .number()
    .min(0)
    .max(744)
    .optional()
    .describe("Hours of the month that the instances of each test environment run; all of it when absent"),
  drills: z
    .strictObject({
      count: amount.describe("Recovery drills a month"),
      hours: amount.describe("Hours that the instances of one drill run"),
    })
    .optional()
    .describe("Recovery drills: each raises one instance of every pilot light"),
});

/** A month's stated use of the second site. */
export type Usage = z.infer<typeof usageSchema>;

export const awsUsageSections = {
  usage: usageSchema.prefault({}).describe("Expected use in a month, for `npm run cost`"),
};
