import { z } from "zod";
import { commonFields, nicFields } from "./guest-common";
import { haSchema } from "./ha";
import { diskLimitsSchema } from "./offering";
import { diskSize, memorySize } from "./values";

const diskSchema = z.strictObject({
  storage: z.string().describe("Storage that holds the disk; another one moves it"),
  size: diskSize.optional().describe("Size; the offering's when absent. It can only grow"),
  image: z
    .string()
    .optional()
    .describe("Image that the disk starts from; an empty disk when absent. Only read when the disk is made"),
  backup: z.boolean().default(true).describe("Whether backup jobs include the disk"),
  replicate: z.boolean().default(true).describe("Whether storage replication includes the disk"),
  limits: diskLimitsSchema.optional(),
  cache: z
    .enum(["none", "directsync", "writethrough", "writeback"])
    .default("none")
    .describe("Cache of the node; writeback may lose what the guest has not flushed"),
  aio: z
    .enum(["io_uring", "native", "threads"])
    .default("io_uring")
    .describe("How QEMU does asynchronous I/O"),
  discard: z.boolean().default(true).describe("Whether freed blocks are given back to the storage"),
  ssd: z.boolean().default(false).describe("Whether the guest sees a solid-state disk; not for virtio slots"),
  iothread: z
    .boolean()
    .optional()
    .describe("A thread of its own, for scsi and virtio slots only; true there when absent"),
});

const nicSchema = z.strictObject({
  ...nicFields,
  model: z
    .enum(["virtio", "e1000", "e1000e", "rtl8139", "vmxnet3"])
    .default("virtio")
    .describe("Model that the guest sees; others than virtio are for guests without its drivers"),
  queues: z.int().min(1).max(64).optional().describe("Packet queues of a virtio interface; one when absent"),
});

/** What QEMU has in Proxmox VE, less the slot that this program gives to the cloud-init drive. */
const DISK_SLOT = /^(scsi([12]?\d|30)|virtio(\d|1[0-5])|sata[0-5]|ide[013])$/;

const pciSlot = z.string().regex(/^hostpci(\d|1[0-5])$/, { error: "a slot such as hostpci0: hostpci0-15" });

const devices = {
  pci: z
    .record(
      pciSlot,
      z.strictObject({
        mapping: z.string().describe("Name in hardware.pci"),
        pcie: z.boolean().default(true).describe("A PCIe port instead of PCI; q35 only"),
        primaryGpu: z
          .boolean()
          .default(false)
          .describe("The guest's first graphics card, instead of the display"),
      }),
    )
    .default({})
    .describe("PCI devices of the node by slot"),
  usb: z
    .array(
      z.strictObject({
        mapping: z.string().describe("Name in hardware.usb"),
        usb3: z.boolean().default(true).describe("A USB 3 port"),
      }),
    )
    .max(14)
    .default([])
    .describe("USB devices of the node"),
  directories: z
    .array(z.string())
    .max(10)
    .default([])
    .describe("Folders of the node that the guest mounts through virtiofs: names in hardware.directories"),
};

const firmware = {
  firmware: z.enum(["seabios", "ovmf"]).default("seabios"),
  efiStorage: z.string().optional().describe("Storage of the EFI disk; needed with ovmf"),
  secureBoot: z
    .boolean()
    .default(false)
    .describe(
      "Only boot what Microsoft or the distribution signed; with ovmf. Decided when the EFI disk is made",
    ),
  tpmStorage: z.string().optional().describe("Storage of a TPM 2.0 state"),
  machine: z
    .string()
    .regex(/^(q35|pc|pc-(q35|i440fx)-\d+\.\d+(\.\d+)?(\+pve\d+)?)$/, {
      error: "q35, pc, or one version of them such as pc-q35-9.2+pve1",
    })
    .default("q35")
    .describe("Machine type; one version keeps the virtual hardware as it is over upgrades of Proxmox VE"),
};

export const vmSchema = z.strictObject({
  kind: z.literal("vm"),
  ...commonFields,
  node: z.string().describe("Node that it is created on; another one migrates it. HA decides for HA guests"),
  os: z.enum(["l26", "l24", "win10", "win11", "wxp", "other"]).default("l26").describe("Guest OS type"),
  sockets: z.int().min(1).max(16).default(1).describe("CPU sockets, each with all the cores"),
  cpuType: z
    .string()
    .default("x86-64-v2-AES")
    .describe("Emulated CPU; `host` cannot migrate between different processors"),
  numa: z.boolean().default(false).describe("Show the sockets as NUMA nodes"),
  balloonMinimum: memorySize
    .optional()
    .describe("Memory that it keeps when its node is short of it; no ballooning when absent"),
  hotplug: z
    .array(z.enum(["cpu", "disk", "memory", "network", "usb"]))
    .default(["disk", "network", "usb"])
    .describe("What can be changed while it runs; memory needs numa"),
  rebootAfterUpdate: z
    .boolean()
    .default(false)
    .describe(
      "Whether an up may restart the running VM for a change that it can't take while it runs; else such a change fails, or waits for the next restart",
    ),
  ...firmware,
  disks: z
    .record(
      z.string().regex(DISK_SLOT, {
        error:
          "a slot such as scsi0: scsi0-30, virtio0-15, sata0-5, or ide0, ide1, ide3 (ide2 is cloud-init's)",
      }),
      diskSchema,
    )
    .describe("Disks by slot. A slot is the disk's identity: never move a disk to another one"),
  cdrom: z.string().optional().describe("Image with content iso in a CD-ROM drive (ide0)"),
  bootOrder: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("Slots in the order that it tries to boot from; the first disk, then the CD-ROM, when absent"),
  nics: z
    .record(z.string().regex(/^net\d$/, { error: "a slot such as net0" }), nicSchema)
    .default({})
    .describe("Network interfaces by slot"),
  ...devices,
  serialPort: z
    .boolean()
    .optional()
    .describe(
      "A serial port, which cloud images write their console to; when absent, a VM from an image has it",
    ),
  display: z
    .enum(["std", "virtio", "qxl", "serial0", "none"])
    .default("std")
    .describe("Graphics card; serial0 shows the serial port instead"),
  cloudInitStorage: z
    .string()
    .optional()
    .describe("Storage of the cloud-init drive; addresses and keys are set through it"),
  user: z.string().optional().describe("User that cloud-init creates for the keys"),
  agent: z.boolean().default(false).describe("Whether the guest runs the QEMU guest agent"),
  ha: haSchema.optional().describe("Manage the VM with Proxmox HA"),
});
