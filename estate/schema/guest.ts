import { z } from "zod";
import { diskSize, hostName, interfaceAddress, memorySize, sshPublicKey } from "./values";

const nicSchema = z.strictObject({
  bridge: z.string().describe("Bridge that the interface is plugged into"),
  vlan: z.int().min(1).max(4094).optional().describe("VLAN tag; the bridge must be VLAN-aware"),
  address: z
    .union([z.literal("dhcp"), interfaceAddress], {
      error: "an IPv4 address with its prefix length, such as 192.168.137.20/24, or dhcp",
    })
    .default("dhcp")
    .describe("Static address with prefix length, or dhcp; the gateway is the network's"),
  firewall: z.boolean().default(true).describe("Whether the Proxmox firewall filters the interface"),
});

const diskSchema = z.strictObject({
  storage: z.string().describe("Storage that holds the disk"),
  size: diskSize,
  image: z.string().optional().describe("Image that the disk starts from; an empty disk when absent"),
  backup: z.boolean().default(true).describe("Whether backup jobs include the disk"),
});

const haSchema = z.strictObject({
  state: z
    .enum(["started", "stopped", "disabled", "ignored"])
    .default("started")
    .describe("Requested state; stopped is still relocated, disabled is not"),
  maxRestart: z.int().min(0).max(10).default(1).describe("Restarts on one node before it is relocated"),
  maxRelocate: z.int().min(0).max(10).default(1).describe("Relocations before it is given up"),
  failback: z.boolean().default(true).describe("Move back to a node with a higher priority once it is there"),
});

const common = {
  id: z.int().min(100).max(999_999_999).describe("VM id; VMs and containers share one range"),
  node: z.string().describe("Node that it is created on"),
  count: z
    .int()
    .min(1)
    .max(2000)
    .optional()
    .describe(
      "This many alike, NAME-1, NAME-2, ...: ids and static addresses count up from here, nodes take turns from here",
    ),
  description: z.string().optional(),
  tags: z
    .array(z.string().regex(/^[a-z0-9_][a-z0-9_+.-]*$/, { error: "a tag in lower case" }))
    .default([])
    .describe("Tags"),
  cores: z.int().min(1).max(128).default(1).describe("CPU cores"),
  memory: memorySize,
  startOnBoot: z.boolean().default(true).describe("Start with its node; HA decides for HA guests"),
  protect: z.boolean().default(true).describe("Refuse to destroy or replace it until this is set to false"),
  sshKeys: z.array(sshPublicKey).default([]).describe("Public keys that may log in"),
};

/** What QEMU has in Proxmox VE, less the slot that this program gives to the cloud-init drive. */
const DISK_SLOT = /^(scsi([12]?\d|30)|virtio(\d|1[0-5])|sata[0-5]|ide[013])$/;

const vmSchema = z.strictObject({
  kind: z.literal("vm"),
  ...common,
  os: z.enum(["l26", "l24", "win10", "win11", "wxp", "other"]).default("l26").describe("Guest OS type"),
  cpuType: z
    .string()
    .default("x86-64-v2-AES")
    .describe("Emulated CPU; `host` cannot migrate between different processors"),
  firmware: z.enum(["seabios", "ovmf"]).default("seabios"),
  efiStorage: z.string().optional().describe("Storage of the EFI disk; needed with ovmf"),
  tpmStorage: z.string().optional().describe("Storage of a TPM 2.0 state"),
  disks: z
    .record(
      z.string().regex(DISK_SLOT, {
        error:
          "a slot such as scsi0: scsi0-30, virtio0-15, sata0-5, or ide0, ide1, ide3 (ide2 is cloud-init's)",
      }),
      diskSchema,
    )
    .describe("Disks by slot. A slot is the disk's identity: never move a disk to another one"),
  nics: z
    .record(z.string().regex(/^net\d$/, { error: "a slot such as net0" }), nicSchema)
    .default({})
    .describe("Network interfaces by slot"),
  cloudInitStorage: z
    .string()
    .optional()
    .describe("Storage of the cloud-init drive; addresses and keys are set through it"),
  user: z.string().optional().describe("User that cloud-init creates for the keys"),
  agent: z.boolean().default(false).describe("Whether the guest runs the QEMU guest agent"),
  ha: haSchema.optional().describe("Manage the VM with Proxmox HA"),
});

const lxcSchema = z.strictObject({
  kind: z.literal("lxc"),
  ...common,
  template: z.string().describe("Image with content vztmpl"),
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
  swap: memorySize.optional().describe("Swap; none when absent"),
  rootDisk: z.strictObject({
    storage: z.string().describe("Storage that holds the root disk"),
    size: diskSize,
  }),
  nics: z
    .record(z.string().regex(/^eth\d$/, { error: "an interface such as eth0" }), nicSchema)
    .default({})
    .describe("Network interfaces by name"),
  unprivileged: z.boolean().default(true).describe("Map root in the container to an ordinary user"),
  nesting: z.boolean().default(false).describe("Allow systemd and containers inside"),
});

/** A guest: a virtual machine (any OS, own kernel) or a container (Linux only, the node's kernel, lighter). */
export const guestSchema = z.discriminatedUnion("kind", [vmSchema, lxcSchema]);

export const guestSections = {
  guests: z.record(hostName, guestSchema).default({}).describe("Virtual machines and containers by name"),
};
