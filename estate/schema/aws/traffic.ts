import { z } from "zod";
import { cidr } from "../values";

const DOMAIN = "a domain name in lower case such as shop.example.org";
const domain = z
  .string({ error: DOMAIN })
  .regex(/^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, { error: DOMAIN });
const port = z.int().min(1).max(65_535);
const weight = z.int().min(0).max(999);

const trafficSchema = z.strictObject({
  kind: z
    .enum(["application", "network"])
    .default("application")
    .describe("application: HTTP and HTTPS (ALB); network: any TCP (NLB)"),
  scheme: z
    .enum(["internal", "internet"])
    .default("internal")
    .describe("internal: private addresses in the VPC; internet: public ones"),
  from: z
    .array(cidr)
    .min(1)
    .describe("Networks that may reach it; 0.0.0.0/0 for everybody, with scheme internet"),
  port: port.optional().describe("Port that it listens on; 443 with a certificate, 80 without"),
  certificate: z
    .strictObject({
      arn: z
        .string()
        .regex(/^arn:[\w-]+:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/, {
          error: "the ARN of a certificate in ACM",
        })
        .optional()
        .describe("One that is in ACM already"),
      domain: domain.optional().meta({
        description: "Name to have one made for, proven by a record in record.zone",
        examples: ["shop.example.org"],
      }),
    })
    .optional()
    .describe("What TLS ends with; plain text is then only redirected. No TLS when absent"),
  recovery: z.string().optional().describe("Entry of aws.recovery whose instances it leads to"),
  guests: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("Guests on the cluster that it leads to, over the VPN, by their static private addresses"),
  targetPort: port.describe("Port of the application on instances and guests"),
  weights: z
    .strictObject({
      recovery: weight.describe("Share of the instances in AWS"),
      guests: weight.describe("Share of the guests on the cluster"),
    })
    .optional()
    .describe("Shares where it leads to both; needed then"),
  health: z
    .strictObject({
      path: z
        .string()
        .regex(/^\/[\x21-\x7e]{0,1023}$/, { error: "a path such as /health" })
        .optional()
        .describe(
          "Path that answers 200 to 399; with kind network, that the port opens is enough when absent",
        ),
      intervalSeconds: z.int().min(5).max(300).default(15).describe("Seconds between two checks"),
      healthy: z.int().min(2).max(10).default(2).describe("Good answers in a row until a target is healthy"),
      unhealthy: z.int().min(2).max(10).default(3).describe("Bad answers in a row until a target is not"),
    })
    .prefault({})
    .describe("How it is told which targets work"),
  record: z
    .strictObject({
      zone: z
        .string()
        .regex(/^Z[A-Z0-9]{1,31}$/, { error: "the id of a Route 53 zone such as Z0123456789ABCDEFGHIJ" })
        .meta({ description: "Hosted zone, by its id", examples: ["Z0123456789ABCDEFGHIJ"] }),
      name: domain.meta({ description: "Name that leads here", examples: ["shop.example.org"] }),
      failover: z
        .enum(["primary", "secondary"])
        .optional()
        .describe(
          "primary: used while its targets are healthy; secondary: when those of the primary are not",
        ),
    })
    .optional()
    .describe(
      "Route 53 record, made in advance and following the health of the targets: a failover changes none",
    ),
});

/** How users reach what runs at both sites. */
export const awsTrafficSections = {
  traffic: z
    .record(
      z.string().regex(/^[a-z](?:[a-z0-9-]{0,22}[a-z0-9])?$/, {
        error: "a letter, then letters, digits and inner hyphens in lower case, at most 24",
      }),
      trafficSchema,
    )
    .default({})
    .describe("Load balancers over instances in AWS and guests on the cluster"),
};
