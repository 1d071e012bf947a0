import type * as pulumi from "@pulumi/pulumi";

/** What VMs and containers are told alike. */
export interface GuestArgs {
  readonly vmId: pulumi.Input<number>;
  readonly description?: pulumi.Input<string>;
  readonly tags: readonly string[];
  readonly cores: pulumi.Input<number>;
  /** Most CPU time in cores; 0 is no limit. */
  readonly cpuLimit: pulumi.Input<number>;
  /** Weight against the node's other guests when CPU is short; Proxmox's own is 100. */
  readonly cpuUnits: pulumi.Input<number>;
  /** Memory in MiB. */
  readonly memory: pulumi.Input<number>;
  readonly startOnBoot: pulumi.Input<boolean>;
  /** Place among the guests that start with one node; no place when absent. */
  readonly startup?: GuestStartup;
  /** Proxmox's own flag: nobody can remove the guest or its disks. */
  readonly protection: pulumi.Input<boolean>;
  /** Whether destroying or replacing it is refused by Pulumi. */
  readonly protect: boolean;
}

export interface GuestStartup {
  /** Low starts first and stops last; no order when absent. */
  readonly order?: pulumi.Input<number>;
  /** Seconds before the next guest is started; Proxmox's own when absent. */
  readonly upDelay?: pulumi.Input<number>;
  /** Seconds before the next guest is stopped; Proxmox's own when absent. */
  readonly downDelay?: pulumi.Input<number>;
}

/** What interfaces of VMs and containers have in common. */
export interface GuestNic {
  readonly bridge: pulumi.Input<string>;
  readonly vlanId?: pulumi.Input<number>;
  readonly firewall: pulumi.Input<boolean>;
  /** Address with prefix length, or dhcp. */
  readonly address: pulumi.Input<string>;
  readonly gateway?: pulumi.Input<string>;
  /** Proxmox picks one when absent. */
  readonly macAddress?: pulumi.Input<string>;
  /** The bridge's when absent. */
  readonly mtu?: pulumi.Input<number>;
  /** Most traffic in MB/s each way; not limited when absent. */
  readonly rateLimit?: pulumi.Input<number>;
}

/** How a guest finds names. */
export interface GuestDns {
  readonly domain: pulumi.Input<string>;
  readonly servers: pulumi.Input<pulumi.Input<string>[]>;
}

/** Proxmox sorts tags and drops repeated ones: in any other order they would be a change at every preview. */
export function sortedTags(tags: readonly string[]): string[] {
  return [...new Set(tags)].sort();
}

/** The startup block, which Proxmox only has where something in it is set. */
export function startupInput(startup: GuestStartup | undefined) {
  if (startup === undefined) return undefined;
  const { order = NONE, upDelay = NONE, downDelay = NONE } = startup;
  return { order, upDelay, downDelay };
}

const NONE = -1;

/** What a guest's recovery has to achieve. */
export interface RecoveryNeeds {
  /** Whether the business stops without it. */
  readonly critical: boolean;
  /** In minutes: the most data that a disaster may cost, and the longest time to working service. */
  readonly objectives: { readonly rpo?: number | undefined; readonly rto?: number | undefined };
}

/**
 * Those needs as tags: Proxmox shows them beside the guest, and the policy pack reads them of any program's guests
 * (`policy/facts/objectives.ts`).
 */
export function recoveryTags({ critical, objectives: { rpo, rto } }: RecoveryNeeds): string[] {
  return [
    ...(critical ? ["critical"] : []),
    ...(rpo === undefined ? [] : [`rpo-${inLargestUnit(rpo)}`]),
    ...(rto === undefined ? [] : [`rto-${inLargestUnit(rto)}`]),
  ];
}

const HOUR = 60;
const DAY = 24 * HOUR;

function inLargestUnit(minutes: number): string {
  if (minutes % DAY === 0) return `${minutes / DAY}d`;
  return minutes % HOUR === 0 ? `${minutes / HOUR}h` : `${minutes}m`;
}
