import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Connection, runHostScript } from "./host-script";
import { framed } from "./monitoring/files";
import { OFFSITE_ARGUMENTS, type OffsitePlan, type OffsiteSecrets, offsiteFiles } from "./offsite/files";

/** What is sent, and when. */
export interface OffsiteTimers {
  /** Ids of the storages whose backups are copied. */
  readonly storages: readonly string[];
  /** Calendar event. */
  readonly schedule: string;
  /** Local times between which copies are begun. */
  readonly window?: { readonly from: string; readonly to: string };
  /** Guests whose disks are exported, by name, and when. */
  readonly exports?: { readonly guests: readonly string[]; readonly schedule: string };
}

export interface OffsiteCopiesArgs {
  readonly connection: Connection;
  readonly plan: pulumi.Input<OffsitePlan>;
  /** What of the plan is known beforehand and says how old copies may be; the policy pack and the assessment read it. */
  readonly timers: OffsiteTimers;
  readonly secrets: pulumi.Input<OffsiteSecrets>;
}

/**
 * A Proxmox VE node that copies its backups to S3 buckets by a timer, verifies them, and exports guests' disks. The
 * keys are on the node in files that root alone reads. Removing it stops the timers and takes the keys away; what was
 * copied stays.
 *
 * @example
 * new OffsiteCopies("pve1", { connection, plan, timers: { storages: ["nas"], schedule: "*:20" },
 *   secrets: { accessKeyId, secretAccessKey } });
 */
export class OffsiteCopies extends pulumi.ComponentResource {
  /** The command that configured it. */
  readonly command: remote.Command;

  constructor(name: string, args: OffsiteCopiesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:hosts:OffsiteCopies", name, { ...args.timers }, opts);
    this.command = runHostScript(
      `${name}-offsite`,
      {
        connection: args.connection,
        script: "offsite-copies",
        apply: OFFSITE_ARGUMENTS.apply,
        remove: OFFSITE_ARGUMENTS.remove,
        input: pulumi
          .all([args.plan, pulumi.secret(args.secrets)])
          .apply(([plan, secrets]) => framed(offsiteFiles(plan, secrets))),
      },
      { parent: this },
    );
    this.registerOutputs({ host: args.connection.host });
  }
}
