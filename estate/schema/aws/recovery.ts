import { z } from "zod";
import { duration } from "../values";

const OWNER = "a quoted 12-digit account id, self or amazon";
const SCHEDULE =
  "cron(...) with six fields or rate(...) as EventBridge Scheduler reads it, such as cron(0 5 ? * SUN *) or rate(30 days)";

const probeSchema = z
  .strictObject({
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe("TCP port; the first of `ports` that is not 22 when absent"),
    path: z
      .string()
      .regex(/^\/[\x21-\x7e]{0,255}$/, { error: "a path such as /health" })
      .optional()
      .describe("Path of an HTTP request that answers 200 to 399; that the port opens is enough when absent"),
    tls: z.boolean().default(false).describe("Whether the port speaks TLS"),
  })
  .prefault({})
  .describe("How to tell that the application works, asked from inside the VPC");

const recoverySchema = z.strictObject({
  mode: z
    .enum(["pilot-light", "warm", "backup-only"])
    .default("pilot-light")
    .describe(
      "pilot-light: nothing runs until a failover; warm: `running` instances always do; backup-only: people restore it",
    ),
  guests: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      "Alike guests that come back as one group of instances; the guest that it is named after when absent",
    ),
  image: z
    .strictObject({
      owner: z
        .string({ error: OWNER })
        .regex(/^(\d{12}|self|amazon)$/, { error: OWNER })
        .meta({ examples: ["self"] }),
      name: z.string().min(1).describe("Exact name, so that the image never changes by itself"),
    })
    .optional()
    .describe(
      "AMI that a recovered guest boots from, with aws.images until it has one of its own; this or importedImage, unless backup-only",
    ),
  importedImage: z.string().optional().describe("Entry of aws.imports that it boots from, in place of image"),
  instanceType: z
    .string()
    .regex(/^[a-z][a-z0-9-]*\.[a-z0-9]+$/, { error: "an EC2 instance type such as t3.small" })
    .optional()
    .meta({
      description: "EC2 instance type (x86-64, as the guest is); needed unless backup-only",
      examples: ["t3.small"],
    }),
  volume: z.int().min(1).max(16_384).default(8).describe("Root volume in GiB"),
  ports: z
    .array(z.int().min(1).max(65_535))
    .default([22])
    .describe(
      "TCP ports that the site's networks reach, and (but for SSH and RDP) the entries that come after it and its own alike instances",
    ),
  from: z
    .array(z.string())
    .optional()
    .describe("The site's networks, of aws.onPremises, that reach its ports; all of those when absent"),
  reaches: z
    .array(
      z.strictObject({
        guest: z.string().describe("Guest with a static address"),
        port: z.int().min(1).max(65_535).describe("TCP port"),
      }),
    )
    .default([])
    .describe(
      "Guests that it reaches, such as the database of a split application: on the cluster over the VPN, which it reaches nothing else of, and in AWS where they come back",
    ),
  instances: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe("Instances that a failover raises; one a guest when absent"),
  maxInstances: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe("Instances that the group may have; as many as a failover raises when absent"),
  running: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe("Instances that run on ordinary days, with mode warm; 1 when absent"),
  order: z
    .int()
    .min(0)
    .max(1000)
    .default(100)
    .describe("Turn in a failover: lower ones are up and healthy before higher ones are raised"),
  after: z
    .array(z.string())
    .default([])
    .describe("Entries of aws.recovery that must be healthy first, such as its database"),
  probe: probeSchema,
  timeLimit: duration
    .prefault("30 min")
    .describe("Longest time from raising it until its application works; it counts as failed after that"),
});

const drillSchema = z.strictObject({
  schedule: z
    .string({ error: SCHEDULE })
    .regex(/^(rate\([1-9]\d{0,4} (hours?|days?)\)|cron\(\S+( \S+){5}\))$/, { error: SCHEDULE })
    .prefault("cron(0 4 ? * SUN#1 *)")
    .describe("When a drill starts by itself"),
  timeZone: z
    .string()
    .regex(/^[A-Za-z]+(\/[A-Za-z0-9_+-]+)*$/, { error: "a time zone such as Asia/Jakarta" })
    .default("UTC")
    .describe("Time zone of the schedule"),
  enabled: z
    .boolean()
    .default(true)
    .describe("Whether the schedule is on; a drill can always be started by hand"),
  detect: duration
    .prefault("10 min")
    .describe(
      "Allowance for the time until somebody is told of a disaster, which a drill alone cannot measure",
    ),
  declare: duration
    .prefault("15 min")
    .describe("Allowance for the time from then until somebody has decided to fail over"),
});

/** What comes back in the second site. */
export const awsRecoverySections = {
  recovery: z
    .record(
      z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/, {
        error: "letters, digits and inner hyphens, at most 63 characters",
      }),
      recoverySchema,
    )
    .default({})
    .describe(
      "What comes back in AWS when the cluster is lost: by guest, or by a name of its own for several",
    ),
  drills: drillSchema
    .prefault({})
    .describe("Recovery drills: what is booted, probed and removed again to know that it would work"),
};
