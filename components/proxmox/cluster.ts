import { Options, type OptionsArgs } from "@muhlba91/pulumi-proxmoxve/cluster";
import * as pulumi from "@pulumi/pulumi";

/** How guests move between nodes. */
export interface ClusterMigration {
  /** Network that migrations go over, in CIDR notation; the cluster's own when absent. */
  readonly cidr?: pulumi.Input<string>;
  /** `insecure` leaves out SSH: for a network that nobody else is on. */
  readonly type: pulumi.Input<"insecure" | "secure">;
}

/** Cluster resource scheduling: where HA starts guests. */
export interface ClusterScheduling {
  readonly mode: pulumi.Input<"basic" | "dynamic" | "static">;
  readonly rebalanceOnStart: pulumi.Input<boolean>;
  /** Moves HA guests when nodes are out of balance (Proxmox VE 9.2); off when absent. */
  readonly autoRebalance?: {
    /** Imbalance in percent that starts it. */
    readonly threshold: pulumi.Input<number>;
    /** Least improvement in percent. */
    readonly margin: pulumi.Input<number>;
    /** HA rounds that the imbalance has to last. */
    readonly holdDuration: pulumi.Input<number>;
    readonly method: pulumi.Input<"bruteforce" | "topsis">;
  };
}

/** Defaults for people, and for guests that are made by hand. */
export interface ClusterDefaults {
  /** Ids that Proxmox gives by itself: from `lower`, below `upper`. */
  readonly nextIds?: { readonly lower: pulumi.Input<number>; readonly upper: pulumi.Input<number> };
  /** How MAC addresses of guests start. */
  readonly macPrefix: pulumi.Input<string>;
  /** Sender of notifications; root@HOST when absent. */
  readonly emailFrom?: pulumi.Input<string>;
  readonly console: pulumi.Input<string>;
  readonly keyboard: pulumi.Input<string>;
  readonly language: pulumi.Input<string>;
  /** Tasks of a node that run at once when many guests start, stop or move. */
  readonly maxWorkers: pulumi.Input<number>;
  /** Limits in KiB/s; 0 is without a limit. */
  readonly bandwidthLimits: Readonly<
    Partial<Record<"clone" | "default" | "migration" | "move" | "restore", number>>
  >;
  /** Proxy for downloads of the nodes. */
  readonly httpProxy?: pulumi.Input<string>;
}

/** A network of the site. */
export interface ClusterNetwork {
  readonly purpose: string;
  readonly cidr: string;
  /** The bridge, bond or interface that it is on. */
  readonly carrier?: string;
  /** Address of each node that has one in it. */
  readonly addresses: Readonly<Record<string, string>>;
}

/** What a cluster is: its name, its members, and how it treats guests. */
export interface ClusterArgs {
  /** Cluster name as corosync knows it. */
  readonly clusterName: pulumi.Input<string>;
  /** Host names of the members, one vote each. The policy pack counts votes from this list. */
  readonly nodes: pulumi.Input<pulumi.Input<string>[]>;
  /** A QDevice outside of it has one more vote; the policy pack counts that too. False when absent. */
  readonly qdevice?: pulumi.Input<boolean>;
  /** What the members have to give to guests: CPUs (threads) and memory in MiB. The policy pack counts with it. */
  readonly capacities?: pulumi.Input<
    Readonly<Record<string, { readonly cpus?: number; readonly memory?: number }>>
  >;
  /** The site's networks by name: the policy pack and the assessment know from them what fails together. */
  readonly networks?: pulumi.Input<Readonly<Record<string, ClusterNetwork>>>;
  /** Names of the networks of corosync's links, the preferred one first. */
  readonly corosyncLinks?: pulumi.Input<readonly string[]>;
  /** Where this program reaches the API. */
  readonly endpoint?: pulumi.Input<string>;
  /** Proxmox's `ha: shutdown_policy`. */
  readonly shutdownPolicy: pulumi.Input<"conditional" | "freeze" | "failover" | "migrate">;
  readonly migration: ClusterMigration;
  readonly scheduling: ClusterScheduling;
  readonly defaults: ClusterDefaults;
}

/**
 * The cluster-wide settings of a Proxmox VE cluster (`/etc/pve/datacenter.cfg`).
 *
 * @example
 * new Cluster("blckpink-clstr", {
 *   clusterName: "blckpink-clstr",
 *   nodes: ["pve1", "pve2", "pve3"],
 *   shutdownPolicy: "migrate",
 *   migration: { cidr: "198.51.100.0/24", type: "secure" },
 *   scheduling: { mode: "static", rebalanceOnStart: false },
 *   defaults: { macPrefix: "BC:24:11", console: "html5", keyboard: "en-us", language: "en", maxWorkers: 4, bandwidthLimits: {} },
 * });
 */
export class Cluster extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:Cluster", name, args, opts);
    new Options(name, datacenterOptions(args), { parent: this, protect: true });
    this.registerOutputs({ clusterName: args.clusterName });
  }
}

function datacenterOptions({ shutdownPolicy, migration, scheduling, defaults }: ClusterArgs): OptionsArgs {
  const { nextIds, bandwidthLimits, ...others } = defaults;
  const { mode, rebalanceOnStart, autoRebalance } = scheduling;
  return {
    haShutdownPolicy: shutdownPolicy,
    migrationCidr: migration.cidr,
    migrationType: migration.type,
    crsHa: mode,
    crsHaRebalanceOnStart: rebalanceOnStart,
    ...(autoRebalance && {
      crsHaAutoRebalance: true,
      crsHaAutoRebalanceThreshold: autoRebalance.threshold,
      crsHaAutoRebalanceMargin: autoRebalance.margin,
      crsHaAutoRebalanceHoldDuration: autoRebalance.holdDuration,
      crsHaAutoRebalanceMethod: autoRebalance.method,
    }),
    nextId: nextIds,
    bandwidthLimitClone: bandwidthLimits.clone,
    bandwidthLimitDefault: bandwidthLimits.default,
    bandwidthLimitMigration: bandwidthLimits.migration,
    bandwidthLimitMove: bandwidthLimits.move,
    bandwidthLimitRestore: bandwidthLimits.restore,
    ...others,
  };
}
