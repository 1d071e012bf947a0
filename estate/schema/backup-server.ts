import { z } from "zod";
import { retentionSchema } from "./backup";
import { absolutePath, address, calendarEvent, configId, sshHostKey } from "./values";

/** A datastore's name; jobs are named after it, and Proxmox Backup Server takes up to 32 letters for those. */
const datastoreName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{2,23}$/, {
    error: "a letter, then letters, digits, - or _, 3 to 24 in all",
  })
  .describe("Name of a datastore");

const NAMESPACE = "names of letters, digits and . _ -, with / between up to seven of them";

/** A namespace of a datastore: `prod`, or `prod/web` inside it. */
export const backupNamespace = z
  .string()
  .max(256)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*){0,6}$/, { error: NAMESPACE })
  .meta({ description: "Namespace of a datastore", examples: ["prod"] });

const FINGERPRINT = "a SHA-256 fingerprint: 32 pairs of hex digits with colons between";

const fingerprint = z
  .string()
  .regex(/^([0-9a-fA-F]{2}:){31}[0-9a-fA-F]{2}$/, { error: FINGERPRINT })
  .meta({
    description: "Fingerprint of the server's certificate; absent where a public authority signed it",
    examples: [Array(32).fill("00").join(":")],
  });

const datastoreSchema = z.strictObject({
  path: absolutePath.describe("Folder of the datastore"),
  disk: z
    .string()
    .regex(/^(scsi([12]?\d|30)|\/dev\/disk\/by-id\/[A-Za-z0-9._:+@=-]+)$/, {
      error: "a SCSI slot of the VM, such as scsi1, or a path below /dev/disk/by-id on a host",
    })
    .optional()
    .describe(
      "Whole disk that is formatted and mounted at the path, if nothing is on it; absent, the folder is used as it is",
    ),
  namespaces: z
    .array(backupNamespace)
    .default([])
    .describe("Namespaces, each with its own guests and rights"),
  prune: z
    .strictObject({
      schedule: calendarEvent.default("daily"),
      retention: retentionSchema,
    })
    .describe("What is kept of each guest; the cluster itself may not remove backups"),
  garbageCollection: calendarEvent.default("daily").describe("When the space of pruned backups is freed"),
  verify: z
    .strictObject({
      schedule: calendarEvent.default("sat 12:00"),
      outdatedAfterDays: z
        .int()
        .min(1)
        .max(3650)
        .default(30)
        .describe("Backups are verified again when their last verification is older"),
    })
    .prefault({})
    .describe("When new and long-unverified backups are read back and compared with their checksums"),
});

const managed = {
  sshUser: z.string().default("root").describe("User that the scripts log in as"),
  sshHostKey,
  datastores: z
    .record(datastoreName, datastoreSchema)
    .refine((datastores) => Object.keys(datastores).length > 0, { error: "at least one datastore" })
    .meta({
      description: "Datastores by name. One that is taken out is left as it is, with its backups",
      examples: [{ main: { path: "/srv/backup", prune: { retention: { daily: 7 } } } }],
    }),
};

/** A Proxmox Backup Server: on a VM of the cluster, on a host of its own, or someone else's. */
export const backupServerSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("vm"),
    guest: z
      .string()
      .describe(
        "VM of guests with Debian 13, a static address, user: root and the SSH key of this program. Keep its disks apart from those that it saves",
      ),
    ...managed,
  }),
  z.strictObject({
    kind: z.literal("host"),
    address: address.describe("Address of a host with Debian 13 outside the cluster"),
    ...managed,
  }),
  z.strictObject({
    kind: z.literal("foreign"),
    address: z
      .string()
      .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, { error: "an address or a host name" })
      .meta({ description: "Address or host name", examples: ["backup.example.org"] }),
    fingerprint: fingerprint.optional(),
  }),
]);

const AUTOGEN =
  "true, with a key in secrets.storageEncryptionKeys, or false; a key that Proxmox makes (autogen) would be lost with the cluster that the backups are for";

/** The storage type `pbs`: a datastore of a Proxmox Backup Server. */
export const pbsStorage = {
  type: z.literal("pbs"),
  server: z.string().describe("Name of an entry of backupServers"),
  datastore: datastoreName,
  namespace: backupNamespace.optional().describe("Namespace of the datastore; its root when absent"),
  username: z
    .string()
    .regex(
      /^[A-Za-z0-9_][A-Za-z0-9._-]{2,62}@(pbs|pam|[A-Za-z][A-Za-z0-9.-]+)(![A-Za-z0-9_][A-Za-z0-9._-]+)?$/,
      {
        error: "user@realm, or user@realm!token",
      },
    )
    .optional()
    .describe(
      "User that the cluster logs in as, with the password (or token secret) in secrets.storagePasswords; STORAGE@pbs when absent",
    ),
  encrypted: z
    .boolean({ error: AUTOGEN })
    .default(true)
    .describe(
      "Encrypt on the nodes, with the key in secrets.storageEncryptionKeys. Without that key no backup can be read: keep a copy outside of the estate",
    ),
  content: z
    .array(z.literal("backup"))
    .length(1)
    .default(["backup"])
    .describe("What the storage may hold: backups only"),
};

export const backupServerSections = {
  backupServers: z
    .record(configId, backupServerSchema)
    .default({})
    .describe("Proxmox Backup Servers by name"),
};
