import { Options } from "@muhlba91/pulumi-proxmoxve/cluster";
import * as pulumi from "@pulumi/pulumi";

/** What a cluster is: its name, its members, and how it treats HA guests when a node is shut down. */
export interface ClusterArgs {
  /** Cluster name as corosync knows it. */
  readonly clusterName: pulumi.Input<string>;
  /** Host names of the members, one vote each. The policy pack counts votes from this list. */
  readonly nodes: pulumi.Input<pulumi.Input<string>[]>;
  /** Proxmox's `ha: shutdown_policy`. */
  readonly shutdownPolicy: pulumi.Input<"conditional" | "freeze" | "failover" | "migrate">;
}

/**
 * The cluster-wide settings of a Proxmox VE cluster (`/etc/pve/datacenter.cfg`).
 *
 * @example
 * new Cluster("blckpink-clstr", { clusterName: "blckpink-clstr", nodes: ["pve1", "pve2", "pve3"], shutdownPolicy: "migrate" });
 */
export class Cluster extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:Cluster", name, args, opts);
    new Options(name, { haShutdownPolicy: args.shutdownPolicy }, { parent: this, protect: true });
    this.registerOutputs({ clusterName: args.clusterName });
  }
}
