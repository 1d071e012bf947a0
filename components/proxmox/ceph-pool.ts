import { Pool } from "@muhlba91/pulumi-proxmoxve/ceph";
import * as pulumi from "@pulumi/pulumi";

export interface CephPoolArgs {
  /** Pool name, unique in the Ceph cluster. */
  readonly pool: string;
  /** A node with Ceph, whichever: it passes the call on. */
  readonly nodeName: string;
  /** Copies of each object. */
  readonly size: number;
  /** Copies without which nothing is written. */
  readonly minSize: number;
  readonly application: "rbd" | "cephfs" | "rgw";
  /** Whether Ceph chooses the number of placement groups. */
  readonly autoscale: "on" | "off" | "warn";
  /** Placement groups, where Ceph does not choose. */
  readonly placementGroups?: number;
  /** Ceph's default when absent. */
  readonly crushRule?: string;
  /** Share of the cluster that the pool is expected to fill, from 0 to 1. */
  readonly targetRatio?: number;
}

/**
 * A pool of the Ceph cluster on the nodes, protected; its storages are declared as storages of their own.
 *
 * @example
 * new CephPool("vm", { pool: "vm", nodeName: "pve1", size: 3, minSize: 2, application: "rbd", autoscale: "on" });
 */
export class CephPool extends pulumi.ComponentResource {
  /** The pool: storages on it depend on this. */
  readonly resource: Pool;

  constructor(name: string, args: CephPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:CephPool", name, {}, opts);
    this.resource = new Pool(
      name,
      {
        name: args.pool,
        nodeName: args.nodeName,
        size: args.size,
        minSize: args.minSize,
        application: args.application,
        pgAutoscaleMode: args.autoscale,
        pgNum: args.placementGroups,
        crushRule: args.crushRule,
        targetSizeRatio: args.targetRatio,
        addStorages: false,
        removeStorages: false,
        forceDestroy: false,
        removeEcprofile: true,
      },
      // Another first node of the cluster is no reason to make the pool anew.
      { parent: this, protect: true, ignoreChanges: ["nodeName"] },
    );
    this.registerOutputs({ pool: args.pool });
  }
}
