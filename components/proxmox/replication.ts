import { Replication as Job } from "@muhlba91/pulumi-proxmoxve/replication";
import * as pulumi from "@pulumi/pulumi";

export interface ReplicationArgs {
  readonly vmId: number;
  /** Nodes that get a copy of the guest's volumes; the job's number is the place of its node here. */
  readonly targets: readonly string[];
  /** Node that the guest is declared on, which gets no copy of its own. */
  readonly nodeName: string;
  /** Calendar event, such as every 15 minutes: `*` and `/15`. */
  readonly schedule: string;
  /** Most megabytes a second. */
  readonly rate?: number;
  readonly comment?: string;
  /** Proxmox turns a job around when its guest moves to the target, which HA does by itself: no reason to undo it. */
  readonly highlyAvailable: boolean;
}

/**
 * Copies of a guest's ZFS volumes on other nodes, kept current by `pvesr`: what a node's failure loses is one interval.
 * Removing a job removes its copies.
 *
 * @example
 * new Replication("web", { vmId: 100, nodeName: "pve1", targets: ["pve2", "pve3"], schedule: "02:00",
 *   highlyAvailable: false }, { dependsOn: vm });
 */
export class Replication extends pulumi.ComponentResource {
  constructor(name: string, args: ReplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:Replication", name, {}, opts);
    for (const [number, target] of args.targets.entries()) {
      if (target === args.nodeName) continue;
      new Job(
        `${name}-${target}`,
        {
          resourceId: `${args.vmId}-${number}`,
          target,
          type: "local",
          schedule: args.schedule,
          rate: args.rate,
          comment: args.comment,
          disable: false,
        },
        {
          parent: this,
          deleteBeforeReplace: true,
          ignoreChanges: args.highlyAvailable ? ["target"] : [],
        },
      );
    }
    this.registerOutputs({ vmId: args.vmId });
  }
}
