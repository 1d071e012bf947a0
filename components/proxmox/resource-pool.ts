import { Membership } from "@muhlba91/pulumi-proxmoxve/pool/membership";
import { PoolLegacy } from "@muhlba91/pulumi-proxmoxve/poolLegacy";
import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../records";

/** A guest of a pool. */
export interface PoolGuest {
  readonly vmId: pulumi.Input<number>;
  /** The guest; it joins once it is there. */
  readonly resource: pulumi.Resource;
}

/** Most that the guests of a pool may have together; what is left out is not limited. */
export interface PoolQuotas {
  readonly guests?: number;
  /** Virtual CPUs. */
  readonly cores?: number;
  /** MiB. */
  readonly memory?: number;
  /** GiB of disks, root disks and mount points. */
  readonly disk?: number;
}

export interface ResourcePoolArgs {
  readonly poolId: pulumi.Input<string>;
  readonly comment: pulumi.Input<string>;
  /** Proxmox VE has none: they are for the policies, which hold the declared guests against them. */
  readonly quotas?: PoolQuotas;
  /** Guests by name. */
  readonly guests: Readonly<Record<string, PoolGuest>>;
  /** Storages by id, each with the resource that declares it. */
  readonly storages: Readonly<Record<string, pulumi.Resource>>;
}

/**
 * A resource pool with its guests and storages: what permissions and backup jobs can be about. Memberships are
 * resources of their own, because a pool named in a container itself would replace the container when it changes.
 *
 * @example
 * new ResourcePool("acme", { poolId: "acme", comment: "tenant acme", storages: {},
 *   quotas: { cores: 16 }, guests: { web: { vmId: 110, resource: web.resource } } });
 */
export class ResourcePool extends pulumi.ComponentResource {
  readonly resource: PoolLegacy;
  /** Memberships by guest: what needs a guest in its pool, such as HA, comes after them. */
  readonly members: Readonly<Record<string, Membership>>;

  constructor(name: string, args: ResourcePoolArgs, opts?: pulumi.ComponentResourceOptions) {
    const { poolId, comment, quotas, guests, storages } = args;
    super("hybrid-estate:proxmox:ResourcePool", name, { poolId, ...(quotas && { quotas }) }, opts);
    this.resource = new PoolLegacy(name, { poolId, comment }, { parent: this });
    const joins = { parent: this, deleteBeforeReplace: true };
    this.members = mapValues(
      guests,
      ({ vmId, resource }, guest) =>
        new Membership(
          // Named after the guest alone, which is in one pool: in another it leaves the old one before it joins.
          guest,
          { poolId: this.resource.poolId, vmId },
          // A guest that is made anew has left its pool.
          { ...joins, dependsOn: [this.resource, resource], replaceWith: [resource] },
        ),
    );
    for (const [storageId, resource] of Object.entries(storages)) {
      new Membership(
        `${name}-storage-${storageId}`,
        { poolId: this.resource.poolId, storageId },
        { ...joins, dependsOn: [this.resource, resource] },
      );
    }
    this.registerOutputs({ poolId });
  }
}
