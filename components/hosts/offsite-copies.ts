import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type Connection, runHostScript } from "./host-script";
import { framed } from "./monitoring/files";
import { OFFSITE_ARGUMENTS, type OffsitePlan, type OffsiteSecrets, offsiteFiles } from "./offsite/files";

export interface OffsiteCopiesArgs {
  readonly connection: Connection;
  readonly plan: pulumi.Input<OffsitePlan>;
  readonly secrets: pulumi.Input<OffsiteSecrets>;
}

/**
 * A Proxmox VE node that copies its backups to S3 buckets by a timer, verifies them, and exports guests' disks. The
 * keys are on the node in files that root alone reads. Removing it stops the timers and takes the keys away; what was
 * copied stays.
 *
 * @example
 * new OffsiteCopies("pve1", { connection, plan, secrets: { accessKeyId, secretAccessKey } });
 */
export class OffsiteCopies extends pulumi.ComponentResource {
  /** The command that configured it. */
  readonly command: remote.Command;

  constructor(name: string, args: OffsiteCopiesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:hosts:OffsiteCopies", name, {}, opts);
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
