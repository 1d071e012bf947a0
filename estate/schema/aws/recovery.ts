import { z } from "zod";

const OWNER = "a quoted 12-digit account id, self or amazon";

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

/** What comes back in the second site. */
export const awsRecoverySections = {
  recovery: z
    .record(z.string(), recoverySchema)
    .default({})
    .describe("Pilot light by guest: what is raised from zero when the cluster is lost"),
};
