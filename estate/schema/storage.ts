import { z } from "zod";
import { FILE_NAME } from "../images";
import { retentionSchema } from "./backup";
import { pbsStorage } from "./backup-server";
import { cephStorages } from "./ceph";
import { DATASET_NAME, thinPoolName, volumeGroupName } from "./disks";
import { absolutePath, address, cidr, configId, sshHostKey } from "./values";

const exportSchema = z.strictObject({
  clients: z
    .record(
      cidr,
      z.strictObject({
        options: z
          .array(
            z
              .string()
              .regex(/^[a-z_]+(=[A-Za-z0-9:._/-]+)?$/, { error: "an option of exports(5)" })
              .meta({ examples: ["rw"] }),
          )
          .min(1)
          .default(["rw", "sync", "no_subtree_check"])
          .describe("Options of exports(5)"),
      }),
    )
    .refine((clients) => Object.keys(clients).length > 0, { error: "at least one client network" })
    .meta({
      description: "Clients by network, each with its options",
      examples: [{ "192.0.2.0/24": {} }],
    }),
});

/** A Debian host outside the cluster that exports folders over NFS. */
export const nfsServerSchema = z.strictObject({
  address,
  sshUser: z.string().default("root").describe("User that the export script logs in as"),
  sshHostKey,
  firewall: z
    .boolean()
    .default(true)
    .describe("The host lets only the exports' clients reach its NFS server; it keeps nobody from SSH"),
  exports: z.record(absolutePath, exportSchema).describe("Exported folders by path"),
});

const CONTENT = ["backup", "images", "import", "iso", "rootdir", "snippets", "vztmpl"] as const;
const DISK_CONTENT = ["images", "rootdir"] as const;

const common = {
  nodes: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("Nodes that may use the storage; every node when absent"),
};

/** The kinds that may be there before anything is declared. */
const installable = {
  ...common,
  existing: z
    .boolean()
    .default(false)
    .describe("The installer made it (local, local-lvm): adopt it on the first up instead of creating it"),
};

const fileContent = z.array(z.enum(CONTENT)).min(1).describe("What the storage may hold");
const diskContent = z
  .array(z.enum(DISK_CONTENT))
  .min(1)
  .default([...DISK_CONTENT])
  .describe("What the storage may hold: guest disks only");

const retention = retentionSchema
  .optional()
  .describe("Backups that are kept where the job does not say so itself; only with content backup");

/** A storage of the cluster (`/etc/pve/storage.cfg`). */
export const storageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("directory"),
    path: absolutePath,
    content: fileContent,
    shared: z.boolean().default(false).describe("The path is the same network file system on every node"),
    retention,
    ...installable,
  }),
  z.strictObject({
    type: z.literal("zfspool"),
    pool: z.string().regex(DATASET_NAME, { error: "a pool, or a dataset such as pool/name" }),
    content: diskContent,
    thinProvision: z.boolean().default(true).describe("Allocate space only as it is written"),
    blockSize: z
      .string()
      .regex(/^[1-9]\d{0,2}k$/, { error: "a size such as 16k" })
      .optional()
      .describe("Block size of new VM disks; Proxmox's default (16k) when absent"),
    ...installable,
  }),
  z.strictObject({
    type: z.literal("lvm"),
    volumeGroup: volumeGroupName,
    content: diskContent,
    shared: z
      .boolean()
      .optional()
      .describe("The group is on a SAN that every node sees; by itself where volumeGroups says so"),
    wipeRemovedVolumes: z.boolean().default(false).describe("Overwrite a removed disk with zeros"),
    ...installable,
  }),
  z.strictObject({
    type: z.literal("lvmthin"),
    volumeGroup: volumeGroupName,
    thinPool: thinPoolName,
    content: diskContent,
    ...installable,
  }),
  z.strictObject({
    type: z.literal("nfs"),
    server: z.string().describe("Name of an entry of nfsServers"),
    export: absolutePath.describe("Exported path on that server"),
    content: fileContent,
    options: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.:=,/-]*$/, { error: "mount options with commas and no blanks" })
      .default("vers=4.2")
      .describe("Mount options"),
    retention,
    ...installable,
  }),
  z.strictObject({
    type: z.literal("cifs"),
    server: z
      .string()
      .regex(/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/, {
        error: "an IPv4 address or a host name",
      })
      .meta({ description: "Server of the share", examples: ["nas.example.org"] }),
    share: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9 ._$-]*$/, { error: "the name of a share" })
      .describe("Name of the share on the server"),
    username: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]*$/, { error: "a user name" })
      .describe("User that the nodes log in as; the password is the secret storagePasswords.ID"),
    domain: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9.-]*$/, { error: "a domain name" })
      .optional(),
    subdirectory: absolutePath.optional().describe("Folder of the share, instead of all of it"),
    options: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.:=,/-]*$/, { error: "mount options with commas and no blanks" })
      .optional()
      .describe("Mount options, see mount.cifs(8)"),
    content: fileContent,
    retention,
    ...common,
  }),
  z.strictObject({
    type: z.literal("iscsi"),
    portal: z
      .string()
      .regex(/^\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?$/, { error: "an IPv4 address, with or without a port" })
      .meta({ description: "Address of the target's portal", examples: ["192.0.2.20"] }),
    target: z
      .string()
      .regex(/^iqn\.\d{4}-\d{2}\.[a-z0-9.-]+(:[A-Za-z0-9.:_-]+)?$/, {
        error: "an iSCSI name such as iqn.2004-04.com.example:san.vm",
      })
      .meta({ description: "Name of the target", examples: ["iqn.2004-04.com.example:san.vm"] }),
    content: z
      .array(z.enum(["images"]))
      .default([])
      .describe("images: LUNs are guest disks; nothing: they are for volumeGroups"),
    ...common,
  }),
  ...cephStorages(common, diskContent, retention),
  z.strictObject({ ...common, ...pbsStorage }),
]);

/** A pinned image or container template that is downloaded once. */
export const imageSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: "an http(s) URL of one exact version" })
    .meta({ examples: ["https://example.org/debian-13.1.qcow2"] }),
  storage: z.string().describe("Storage that keeps the file"),
  content: z
    .enum(["import", "vztmpl", "iso"])
    .describe("import for VM disks, vztmpl for container templates, iso for installation media"),
  fileName: z
    .string()
    .regex(FILE_NAME, { error: "a file name without blanks" })
    .optional()
    .describe("Name that the file gets; the last part of the URL when absent"),
  checksum: z
    .string()
    .regex(/^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/, {
      error: "sha256:… or sha512:… in lower-case hex",
    })
    .optional()
    .meta({ description: "Checksum that the publisher states", examples: [`sha256:${"0".repeat(64)}`] }),
});

const imageName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: "letters, digits and . _ -" });

export const storageSections = {
  nfsServers: z.record(configId, nfsServerSchema).default({}).describe("NFS servers by name"),
  storages: z.record(configId, storageSchema).describe("Storages of the cluster by id"),
  images: z.record(imageName, imageSchema).default({}).describe("Images and templates by name"),
};
