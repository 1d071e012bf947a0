import { Haresource } from "@muhlba91/pulumi-proxmoxve/haresource";
import { Harule } from "@muhlba91/pulumi-proxmoxve/harule";
import * as pulumi from "@pulumi/pulumi";

/** How HA treats one VM. */
export interface HaManagedVm {
  readonly vmId: number;
  /** The VM; HA takes over once it is there with all its disks (moving a disk under HA ends in state `error`, bpg #507). */
  readonly vm: pulumi.Resource;
  /** What else has to be there first, such as its place in a pool. */
  readonly after: readonly pulumi.Resource[];
  readonly comment: pulumi.Input<string>;
  readonly state: pulumi.Input<"started" | "stopped" | "disabled" | "ignored">;
  readonly maxRestart: pulumi.Input<number>;
  readonly maxRelocate: pulumi.Input<number>;
  readonly failback: pulumi.Input<boolean>;
}

/** Where HA guests run; names are keys of `vms`. */
export type HaRuleSettings = { readonly comment: pulumi.Input<string> } & (
  | {
      readonly type: "node-affinity";
      readonly guests: readonly string[];
      /** Nodes with their priority. */
      readonly nodes: Readonly<Record<string, number>>;
      readonly strict: boolean;
    }
  | {
      readonly type: "resource-affinity";
      readonly guests: readonly string[];
      readonly affinity: "negative" | "positive";
    }
);

export interface HighAvailabilityArgs {
  /** HA-managed VMs by guest name. */
  readonly vms: Readonly<Record<string, HaManagedVm>>;
  /** Rules by name. */
  readonly rules: Readonly<Record<string, HaRuleSettings>>;
}

/**
 * Proxmox HA of a cluster: one HA resource a VM, and the rules of PVE 9 (groups are gone there).
 *
 * @example
 * new HighAvailability("cluster", { vms: { web: { vmId: 110, vm: web.resource, state: "started", maxRestart: 1,
 *   maxRelocate: 1, failback: true } }, rules: { "prefer-pve1": { type: "node-affinity", guests: ["web"],
 *   nodes: { pve1: 2, pve2: 1 }, strict: false } } });
 */
export class HighAvailability extends pulumi.ComponentResource {
  constructor(name: string, args: HighAvailabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:proxmox:HighAvailability", name, {}, opts);
    const resources = new Map(
      Object.entries(args.vms).map(([guest, managed]) => [guest, this.createResource(guest, managed)]),
    );
    for (const [rule, settings] of Object.entries(args.rules)) this.createRule(rule, settings, resources);
    this.registerOutputs();
  }

  private createResource(name: string, { vmId, vm, after, ...settings }: HaManagedVm): Haresource {
    return new Haresource(
      name,
      { resourceId: `vm:${vmId}`, type: "vm", ...settings },
      // A VM that is made anew has left HA.
      { parent: this, dependsOn: [vm, ...after], replaceWith: [vm], deleteBeforeReplace: true },
    );
  }

  private createRule(rule: string, settings: HaRuleSettings, known: ReadonlyMap<string, Haresource>): Harule {
    const members = settings.guests.flatMap((guest) => known.get(guest) ?? []);
    const common = {
      rule,
      type: settings.type,
      resources: members.map((member) => member.resourceId),
      comment: settings.comment,
      disable: false,
    };
    return new Harule(
      rule,
      settings.type === "node-affinity"
        ? { ...common, nodes: { ...settings.nodes }, strict: settings.strict }
        : { ...common, affinity: settings.affinity },
      // A HA resource that goes takes itself out of its rules.
      { parent: this, dependsOn: members, replaceWith: members, deleteBeforeReplace: true },
    );
  }
}
