import { Job } from "@muhlba91/pulumi-proxmoxve/backup";
import * as pulumi from "@pulumi/pulumi";

export interface BackupJobArgs {
  readonly jobId: pulumi.Input<string>;
  /** Calendar event of systemd.time(7) as Proxmox reads it, such as `02:00`. */
  readonly schedule: pulumi.Input<string>;
  readonly storageId: pulumi.Input<string>;
  /** Ids of the guests to save; all of the cluster when absent. */
  readonly vmIds?: pulumi.Input<pulumi.Input<number>[]>;
  readonly mode: pulumi.Input<"snapshot" | "stop" | "suspend">;
  readonly compress: pulumi.Input<string>;
  /** Backups to keep, by period; the rest is pruned. */
  readonly retention: Readonly<Partial<Record<RetentionPeriod, number>>>;
}

export type RetentionPeriod = "daily" | "hourly" | "last" | "monthly" | "weekly" | "yearly";

/**
 * A scheduled backup job (vzdump) with its retention.
 *
 * @example
 * new BackupJob("nightly", { jobId: "nightly", schedule: "02:00", storageId: "backup", mode: "snapshot",
 *   compress: "zstd", retention: { daily: 7, weekly: 4 } });
 */
export class BackupJob extends pulumi.ComponentResource {
  constructor(name: string, args: BackupJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:BackupJob", name, args, opts);
    const { vmIds } = args;
    new Job(
      name,
      {
        resourceId: args.jobId,
        enabled: true,
        schedule: args.schedule,
        storage: args.storageId,
        // One or the other: the provider refuses `all` beside a list, even when it is false.
        ...(vmIds === undefined
          ? { all: true }
          : { vmids: pulumi.output(vmIds).apply((ids) => ids.map(String)) }),
        mode: args.mode,
        compress: args.compress,
        pruneBackups: Object.fromEntries(
          Object.entries(args.retention).map(([period, count]) => [`keep-${period}`, String(count)]),
        ),
      },
      { parent: this },
    );
    this.registerOutputs({ jobId: args.jobId });
  }
}
