import { z } from "zod";
import { configId, diskSize } from "./values";

/** A dataset without its pool, or with it: names that need no quoting. */
export const DATASET_NAME = /^[A-Za-z0-9][A-Za-z0-9_.:-]*(\/[A-Za-z0-9][A-Za-z0-9_.:-]*)*$/;

const datasetSchema = z.strictObject({
  properties: z
    .record(
      z.string().regex(/^[a-z][a-z0-9:._-]*$/, { error: "a ZFS property name" }),
      z.string().regex(/^[A-Za-z0-9:._/-]+$/, { error: "a ZFS property value without blanks" }),
    )
    .default({})
    .describe("ZFS properties, such as recordsize: 1M; one taken away here keeps its value on the nodes"),
});

/** Whole disks: /dev/sdb may be another one after the next boot, /dev/disk/by-id/… may not. */
const devices = z.array(
  z
    .string()
    .regex(/^\/dev(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._:+@=-]+)+$/, { error: "a path below /dev" })
    .meta({ examples: ["/dev/disk/by-id/ata-DISK"] }),
);

const onDisks = {
  nodes: z.array(z.string()).min(1).optional().describe("Nodes that have it; every node when absent"),
  devices: devices
    .default([])
    .describe("Whole disks of every node; /dev/disk/by-id paths survive a changed boot order"),
  nodeDevices: z
    .record(z.string(), devices.min(1))
    .default({})
    .meta({
      description: "Whole disks of single nodes, instead of `devices`",
      examples: [{ pve1: ["/dev/disk/by-id/ata-DISK"] }],
    }),
};

/** A ZFS pool, made the same way on each of its nodes. */
export const zfsPoolSchema = z.strictObject({
  ...onDisks,
  raidlevel: z
    .enum(["single", "mirror", "raid10", "raidz", "raidz2", "raidz3", "draid", "draid2", "draid3"])
    .describe("Layout of the pool, in Proxmox's words; raid10 mirrors the devices two by two"),
  draid: z
    .strictObject({
      data: z.int().min(1).max(999).describe("Data disks in a redundancy group"),
      spares: z.int().min(0).max(99).describe("Spares that are spread over all of the disks"),
    })
    .optional()
    .describe("Only for draid, draid2 and draid3, which need it"),
  ashift: z.int().min(9).max(16).default(12).describe("Sector size as a power of two; 12 is 4 KiB"),
  compression: z
    .enum(["on", "off", "gzip", "lz4", "lzjb", "zle", "zstd"])
    .default("on")
    .describe("Compression of the pool's root dataset"),
  datasets: z
    .record(z.string().regex(DATASET_NAME, { error: "a dataset name without the pool" }), datasetSchema)
    .default({})
    .describe("Datasets below the pool"),
});

const lvmName = z
  .string()
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9_][A-Za-z0-9_.+-]*$/, { error: "a name of letters, digits and _ . + -" });

/** The name of a volume group. */
export const volumeGroupName = lvmName.describe("LVM volume group");
/** The name of a thin pool. */
export const thinPoolName = lvmName.describe("LVM thin pool");

/** An LVM volume group, made the same way on each of its nodes, or once on disks that all of them see. */
export const volumeGroupSchema = z.strictObject({
  ...onDisks,
  iscsi: z
    .string()
    .optional()
    .describe(
      "iSCSI storage whose LUNs the devices are: the group is made once, and a storage on it is shared by its nodes",
    ),
  thinPool: z
    .strictObject({
      name: thinPoolName,
      size: diskSize.optional().describe("All of the room when absent; a pool that is there keeps its size"),
    })
    .optional()
    .describe("A thin pool in the group, for a storage of type lvmthin"),
});

export const diskSections = {
  volumeGroups: z
    .record(volumeGroupName, volumeGroupSchema)
    .default({})
    .describe("LVM volume groups by name; the installer's (pve) needs no entry"),
  zfsPools: z.record(configId, zfsPoolSchema).default({}).describe("ZFS pools by name"),
};
