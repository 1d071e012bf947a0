import { flag, UNKNOWN } from "../facts/read";
import { BACKUP } from "./frameworks";
import { answer, listed, type ResourceRule } from "./rule";

/** Flags by type, with what the provider takes when they are left out. */
const FLAGS: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
  "proxmoxve:index/vmLegacy:VmLegacy": { deleteUnreferencedDisksOnDestroy: true },
  "proxmoxve:node/disk/zfs:Zfs": { cleanupDisks: false, cleanupConfig: false },
  "proxmoxve:ceph/pool:Pool": { forceDestroy: false, removeStorages: false },
  "aws:s3/bucket:Bucket": { forceDestroy: false },
  "aws:s3/bucketV2:BucketV2": { forceDestroy: false },
};

export const noDestructiveFlags: ResourceRule = {
  id: "no-destructive-flags",
  title: "Nothing destroys data by a flag",
  description:
    "A flag that lets a destroy take the disks, the objects or the pool along turns one wrong command into a lost business.",
  severity: "critical",
  level: "mandatory",
  framework: BACKUP,
  url: "https://www.pulumi.com/registry/packages/proxmoxve/api-docs/vmlegacy/",
  tags: ["storage", "guests"],
  remediation: "Set the flag to false; delete data by hand when that is meant.",
  scope: "resource",
  types: Object.keys(FLAGS),
  check: (resource) => {
    const flags = FLAGS[resource.type] ?? {};
    const states = Object.entries(flags).map(
      ([name, otherwise]) => [name, flag(resource.properties, name) ?? otherwise] as const,
    );
    const set = states.filter(([, state]) => state === true).map(([name]) => name);
    return answer(
      resource,
      set.length > 0 ? true : states.some(([, state]) => state === UNKNOWN) ? UNKNOWN : false,
      {
        wrong: `${resource.name} lets a destroy take data along (${listed(set)}). Set it to false.`,
        open: `Whether a destroy of ${resource.name} takes data along is not known yet.`,
      },
    );
  },
};
