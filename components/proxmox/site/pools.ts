import type * as pulumi from "@pulumi/pulumi";
import type { Estate } from "../../../estate";
import { tenantPool } from "../../../estate/offerings";
import { mapValues } from "../../records";
import { type PoolQuotas, ResourcePool } from "../resource-pool";
import type { Site } from "./context";
import type { Guests } from "./guests";

/** What is in pools. */
interface Foundations {
  readonly guests: Guests;
  readonly storages: Readonly<Record<string, { readonly resource: pulumi.Resource }>>;
}

/** The site's resource pools by id. */
export type Pools = Readonly<Record<string, ResourcePool>>;

export function createPools({ estate, parent }: Site, { guests, storages }: Foundations): Pools {
  return mapValues(
    poolsOf(estate),
    ({ comment, quotas, storages: listed }, poolId) =>
      new ResourcePool(
        poolId,
        {
          poolId,
          comment,
          ...(quotas && { quotas }),
          guests: Object.fromEntries(
            Object.entries(estate.guests).flatMap(([name, { pool, id }]) => {
              const resource = guests[name]?.resource;
              return pool === poolId && resource ? [[name, { vmId: id, resource }] as const] : [];
            }),
          ),
          storages: Object.fromEntries(
            listed.flatMap((id): [string, pulumi.Resource][] => {
              const resource = storages[id]?.resource;
              return resource ? [[id, resource]] : [];
            }),
          ),
        },
        { parent },
      ),
  );
}

interface DescribedPool {
  readonly comment: string;
  readonly quotas?: PoolQuotas;
  readonly storages: readonly string[];
}

/** The pools that are declared, and those of tenants. */
function poolsOf({ pools, tenants }: Estate): Record<string, DescribedPool> {
  const described = (what: string, comment: string | undefined) =>
    comment ?? `${what}, declared by hybrid-estate`;
  return {
    ...mapValues(pools, ({ comment, storages }, name) => ({ comment: described(name, comment), storages })),
    ...Object.fromEntries(
      Object.entries(tenants).map(([name, tenant]) => [
        tenantPool(name, tenant),
        { comment: described(`tenant ${name}`, tenant.comment), quotas: tenant.quotas, storages: [] },
      ]),
    ),
  };
}
