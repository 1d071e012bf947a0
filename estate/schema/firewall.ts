import { z } from "zod";
import { address, cidr } from "./values";

/** One line of plain text. */
const line = z
  .string()
  .regex(/^[ -~\u00a0-\uffff]{1,256}$/, { error: "one line of text, at most 256 letters" })
  .meta({ examples: ["a comment"] });

/** Proxmox's ipset and group names, in lower case, as it keeps them. A set's gets a fingerprint of 7 letters. */
const setName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{1,55}$/, { error: "a lower-case letter, then such letters, digits, - or _" })
  .meta({ examples: ["office"] });

const groupName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{1,17}$/, {
    error: "a lower-case letter, then such letters, digits, - or _; 18 at most",
  })
  .meta({ examples: ["web"] });

const port = z
  .union(
    [
      z.int().min(1).max(65535),
      z
        .string()
        .regex(/^[1-9]\d{0,4}-[1-9]\d{0,4}$/, { error: "a port such as 443, or a range such as 8000-8010" }),
    ],
    {
      error: "a port such as 443, or a range such as 8000-8010",
    },
  )
  .meta({ examples: [443] });

const logLevel = z.enum(["nolog", "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"]);

const ruleSchema = z.strictObject({
  action: z.enum(["accept", "drop", "reject"]).default("accept"),
  direction: z.enum(["in", "out"]).default("in"),
  protocol: z.enum(["tcp", "udp", "icmp"]).optional().describe("Any when absent"),
  ports: z
    .array(port)
    .min(1)
    .max(15)
    .optional()
    .describe("Destination ports, with tcp or udp; any when absent"),
  from: z.array(z.string()).default([]).describe("Networks and sets that it comes from; anywhere when empty"),
  to: z.array(z.string()).default([]).describe("Networks and sets that it goes to; anywhere when empty"),
  log: logLevel.default("nolog"),
  comment: line.optional(),
});

const rules = z.array(ruleSchema).default([]).describe("Rules, the first that fits decides");
const groups = z.array(z.string()).default([]).describe("Security groups, before the rules");

/** The firewall of one guest; where the site has a firewall, a guest without this section lets nothing in. */
export const guestFirewallSchema = z.strictObject({
  enabled: z.boolean().default(true),
  input: z
    .enum(["drop", "reject", "accept"])
    .default("drop")
    .describe("What happens to what no rule lets in"),
  output: z
    .enum(["accept", "drop", "reject"])
    .default("accept")
    .describe("What happens to what no rule lets out"),
  groups,
  rules,
});

const firewallSchema = z.strictObject({
  enabled: z.boolean().default(true).describe("Off, its rules are there and filter nothing"),
  management: z
    .array(z.string())
    .min(1)
    .describe(
      "Networks and sets that may reach the nodes' API (8006) and SSH (22), and ping them. This program must come from one",
    ),
  spice: z.array(z.string()).default([]).describe("Networks and sets that may open SPICE consoles (3128)"),
  sets: z
    .record(
      setName,
      z.strictObject({
        addresses: z
          .array(
            z
              .union([address, cidr], { error: "an IPv4 address or network" })
              .meta({ examples: ["192.0.2.1"] }),
          )
          .min(1),
        comment: line.optional(),
      }),
    )
    .default({})
    .describe(
      "Named addresses. Every network of the description is a set already, and `nodes` are all nodes",
    ),
  groups: z
    .record(groupName, z.strictObject({ comment: line.optional(), rules: z.array(ruleSchema).min(1) }))
    .default({})
    .describe("Security groups: rules to be used by name"),
  nodes: z
    .strictObject({ groups, rules })
    .prefault({})
    .describe("What the nodes let in besides what the cluster itself needs"),
  guests: z.strictObject({ groups }).prefault({}).describe("What every guest lets in"),
  logDropped: logLevel.default("nolog").describe("Log level for what is dropped"),
  logRate: z
    .strictObject({
      burst: z.int().min(1).max(99).default(5),
      rate: z
        .string()
        .regex(/^[1-9]\d*\/(second|minute|hour|day)$/, { error: "a rate such as 1/second" })
        .default("1/second"),
    })
    .prefault({})
    .describe("How much is logged"),
});

export const firewallSections = {
  firewall: firewallSchema
    .optional()
    .describe("Firewall of nodes and guests: nothing comes in but what is declared. None when absent"),
};
