import { z } from "zod";
import { absolutePath } from "../values";

const EVENT = "a time of systemd, such as 02:30, *:15 (every hour) or sat,sun 04:00";

/** When a timer of a node starts something. */
const timerEvent = z
  .string({ error: EVENT })
  .regex(/^((mon|tue|wed|thu|fri|sat|sun)(,(mon|tue|wed|thu|fri|sat|sun))* )?(\*|([01]\d|2[0-3])):[0-5]\d$/, {
    error: EVENT,
  })
  .meta({ description: "Time of systemd", examples: ["02:30"] });

const TIME = "a local time such as 22:00";
const localTime = z
  .string({ error: TIME })
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: TIME })
  .meta({ description: "Local time of the nodes", examples: ["22:00"] });

const RATE = "a whole number of MiB/s, such as 20 MiB/s";
const bandwidth = z
  .string({ error: RATE })
  .regex(/^[1-9]\d{0,4} MiB\/s$/, { error: RATE })
  .meta({ description: "Rate in MiB/s", examples: ["20 MiB/s"] })
  .transform((rate) => Number(rate.split(" ")[0]));

const importSchema = z.strictObject({
  bucket: z
    .enum(["backups", "exports"])
    .default("exports")
    .describe("backups: the bucket without lock; exports: the locked one"),
  key: z
    .string()
    .regex(/^[\w!.'()/-]{1,1024}$/, { error: "an object's key, such as once/appliance.vmdk" })
    .meta({ description: "Key of the disk's object in it", examples: ["once/appliance.vmdk"] }),
  format: z
    .enum(["raw", "vhd", "vmdk"])
    .default("raw")
    .describe("Format of the disk: raw, fixed or dynamic VHD, stream-optimised VMDK; never qcow2"),
  bootMode: z
    .enum(["legacy-bios", "uefi", "uefi-preferred"])
    .describe("What the disk boots with: legacy-bios for SeaBIOS, uefi for OVMF"),
});

/** How backups and disks get from the nodes to the second site. */
export const awsCopiesSections = {
  copies: z
    .strictObject({
      storages: z
        .record(
          z.string(),
          z.strictObject({
            bucket: z
              .enum(["backups", "exports"])
              .default("backups")
              .describe("backups: the bucket without lock; exports: the locked one"),
          }),
        )
        .refine((storages) => Object.keys(storages).length > 0, { error: "at least one storage" })
        .meta({
          description: "Storages whose backups (vzdump) are copied; file storages with content backup",
          examples: [{ "nas-backup": {} }],
        }),
      schedule: timerEvent.default("*:20").describe("When the nodes look for what is not copied yet"),
      bandwidth: bandwidth.optional().describe("Most that a node sends; no limit when absent"),
      window: z
        .strictObject({ from: localTime, to: localTime })
        .refine(({ from, to }) => from !== to, { error: "a window that is open for some time" })
        .optional()
        .meta({
          description:
            "Times between which files are begun, over midnight too; one under way is finished. Always when absent",
          examples: [{ from: "22:00", to: "06:00" }],
        }),
      verify: z
        .strictObject({
          days: z.int().min(1).max(365).default(30).describe("Days after which each copy is read back"),
          gibibytes: z
            .int()
            .min(0)
            .default(50)
            .describe("Most GiB that a run reads back: what leaves AWS is paid for; 0 for never"),
        })
        .prefault({})
        .describe("Reading copies back and comparing them with what was sent"),
    })
    .optional()
    .describe("Copies of backups in S3, made by the nodes with rclone; none when absent"),
  images: z
    .strictObject({
      guests: z
        .array(z.string())
        .min(1)
        .optional()
        .meta({
          description:
            "Entries of aws.recovery whose instances boot their VM's own disks; all that have a VM when absent. Of several alike guests the first one's",
          examples: [["web"]],
        }),
      keep: z
        .int()
        .min(1)
        .max(100)
        .default(3)
        .describe("Newest images that are kept of each; what a launch template boots is kept anyway"),
      scratch: absolutePath.describe(
        "Folder of the nodes with room for the disks of the largest guest, which its backup is unpacked in",
      ),
      schedule: timerEvent.default("05:30").describe("When the nodes export what has a new backup"),
    })
    .optional()
    .describe(
      "Raw disks of guests, unpacked from their newest backup and exported to the locked bucket, which EC2 imports; none when absent",
    ),
  imports: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, { error: "up to 63 lower-case letters, digits, hyphens" }),
      importSchema,
    )
    .default({})
    .describe("Images that are made once, of a disk that somebody put into a bucket"),
};
