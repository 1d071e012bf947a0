import { Job } from "@muhlba91/pulumi-proxmoxve/backup";
import * as pulumi from "@pulumi/pulumi";

/** Which guests a job saves; the job itself reads it each time it runs. */
export type BackupSelection =
  /** Every guest of the cluster, also future ones, but the excluded. */
  | { readonly all: true; readonly except: pulumi.Input<pulumi.Input<number>[]> }
  /** The members of a resource pool when the job runs. */
  | { readonly poolId: pulumi.Input<string> }
  | { readonly vmIds: pulumi.Input<pulumi.Input<number>[]> };

export interface BackupJobArgs {
  readonly jobId: pulumi.Input<string>;
  /** Calendar event of systemd.time(7) as Proxmox reads it, such as `02:00`. */
  readonly schedule: pulumi.Input<string>;
  readonly storageId: pulumi.Input<string>;
  readonly guests: BackupSelection;
  /** Only guests that are on this node when the job runs. */
  readonly nodeName?: pulumi.Input<string>;
  readonly enabled: pulumi.Input<boolean>;
  readonly mode: pulumi.Input<"snapshot" | "stop" | "suspend">;
  /** `0` for a Proxmox Backup Server, which compresses by itself. */
  readonly compress: pulumi.Input<string>;
  /** Backups to keep, by period; the rest is pruned. Absent, the job prunes nothing. */
  readonly retention?: Readonly<Partial<Record<RetentionPeriod, number>>>;
  /** Storage of the buffer that running VMs write to meanwhile. */
  readonly fleecingStorage?: pulumi.Input<string>;
  /** KiB/s; no limit when absent. */
  readonly bandwidthLimit?: pulumi.Input<number>;
  /** How containers are saved to a Proxmox Backup Server. */
  readonly changeDetection?: pulumi.Input<"data" | "legacy" | "metadata">;
  readonly notesTemplate: pulumi.Input<string>;
  /** Who gets a mail from the node, and when; absent, the cluster's notification settings decide. */
  readonly notify?: {
    readonly mailTo: pulumi.Input<pulumi.Input<string>[]>;
    readonly on: pulumi.Input<"always" | "failure">;
  };
  readonly repeatMissed: pulumi.Input<boolean>;
  /** Proxmox's own choice for what is absent. */
  readonly performance?: {
    readonly maxWorkers?: pulumi.Input<number>;
    readonly pbsEntriesMax?: pulumi.Input<number>;
    readonly ioPriority?: pulumi.Input<number>;
  };
}

export type RetentionPeriod = "daily" | "hourly" | "last" | "monthly" | "weekly" | "yearly";

/** What vzdump does where nothing is said: written out, so that taking a setting out of the program takes it back. */
const NO_LIMIT = 0;
const IO_PRIORITY = 7;

/**
 * A scheduled backup job (vzdump) with its retention.
 *
 * @example
 * new BackupJob("nightly", { jobId: "nightly", schedule: "02:00", storageId: "backup", enabled: true,
 *   guests: { all: true, except: [] }, mode: "snapshot", compress: "zstd", retention: { daily: 7, weekly: 4 },
 *   notesTemplate: "{{guestname}}", repeatMissed: false });
 */
export class BackupJob extends pulumi.ComponentResource {
  constructor(name: string, args: BackupJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:BackupJob", name, args, opts);
    const { fleecingStorage, notify, performance } = args;
    const { ioPriority = IO_PRIORITY, ...workers } = performance ?? {};
    new Job(
      name,
      {
        resourceId: args.jobId,
        enabled: args.enabled,
        schedule: args.schedule,
        storage: args.storageId,
        ...selection(args.guests),
        node: args.nodeName,
        mode: args.mode,
        compress: args.compress,
        pruneBackups: prune(args.retention),
        fleecing: fleecingStorage === undefined ? undefined : { enabled: true, storage: fleecingStorage },
        bwlimit: args.bandwidthLimit ?? NO_LIMIT,
        pbsChangeDetectionMode: args.changeDetection,
        notesTemplate: args.notesTemplate,
        mailtos: notify?.mailTo,
        mailnotification: notify?.on ?? "always",
        repeatMissed: args.repeatMissed,
        ionice: ioPriority,
        performance: Object.keys(workers).length === 0 ? undefined : workers,
      },
      { parent: this },
    );
    this.registerOutputs({ jobId: args.jobId });
  }
}

/** One or the other: the provider refuses `all` beside a list, even when it is false. */
function selection(guests: BackupSelection) {
  const asTexts = (ids: pulumi.Input<pulumi.Input<number>[]>) =>
    pulumi.output(ids).apply((numbers) => numbers.map(String));
  if ("vmIds" in guests) return { vmids: asTexts(guests.vmIds) };
  if ("poolId" in guests) return { pool: guests.poolId };
  const none = Array.isArray(guests.except) && guests.except.length === 0;
  return { all: true, ...(none ? {} : { excludes: asTexts(guests.except) }) };
}

function prune(retention: BackupJobArgs["retention"]): Record<string, string> {
  return retention === undefined
    ? { "keep-all": "1" }
    : Object.fromEntries(
        Object.entries(retention).map(([period, count]) => [`keep-${period}`, String(count)]),
      );
}
