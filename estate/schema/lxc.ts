import { z } from "zod";
import { commonFields, nicFields } from "./guest-common";
import { absolutePath, diskSize, memorySize } from "./values";

const mountPointSchema = z.strictObject({
  storage: z
    .string()
    .describe("Storage that a volume is made on; folders of the node need root and are not offered"),
  size: diskSize,
  path: absolutePath.describe("Where it is mounted in the container"),
  backup: z.boolean().default(true).describe("Whether backup jobs include it"),
  replicate: z.boolean().default(true).describe("Whether storage replication includes it"),
  readOnly: z.boolean().default(false).describe("Mounted for reading only"),
});

const AFTER_HA =
  "none, as a container has no HA here: after a move by HA its state reads as blank and its id as taken (bpg #1665, #658). Make it a vm";

export const lxcSchema = z.strictObject({
  kind: z.literal("lxc"),
  ...commonFields,
  node: z
    .string()
    .describe("Node that it lives on. It can't move: another one replaces it, which protect refuses"),
  template: z
    .string()
    .describe("Image with content vztmpl. Only read when the container is made: another one changes nothing"),
  os: z
    .enum([
      "alpine",
      "archlinux",
      "centos",
      "debian",
      "devuan",
      "fedora",
      "gentoo",
      "nixos",
      "opensuse",
      "ubuntu",
    ])
    .describe("Distribution of the template; containers share the node's Linux kernel"),
  swap: memorySize.optional().describe("Swap; the offering's, or none"),
  rootDisk: z.strictObject({
    storage: z
      .string()
      .describe(
        "Storage that holds the root disk. Another one replaces the container, which protect refuses",
      ),
    size: diskSize.optional().describe("Size; the offering's when absent. It can only grow"),
    replicate: z.boolean().default(true).describe("Whether storage replication includes it"),
  }),
  mountPoints: z
    .record(z.string().regex(/^mp\d$/, { error: "a slot such as mp0" }), mountPointSchema)
    .default({})
    .describe(
      "Volumes besides the root disk, by slot. Only read when the container is made: later ones are pct's business (pct set ID --mp0 ...)",
    ),
  nics: z
    .record(z.string().regex(/^eth\d$/, { error: "an interface such as eth0" }), z.strictObject(nicFields))
    .default({})
    .describe("Network interfaces by name"),
  unprivileged: z
    .boolean()
    .default(true)
    .describe(
      "Map root in the container to an ordinary user. Another value replaces it, which protect refuses",
    ),
  nesting: z
    .boolean()
    .default(false)
    .describe(
      "Allow systemd and containers inside. keyctl, fuse and mounts are root's to set, and not offered",
    ),
  console: z.enum(["tty", "console", "shell"]).default("tty").describe("What its console shows"),
  ha: z.never({ error: AFTER_HA }).optional().describe("Not for containers"),
});
