import { mebibytes, tenantPool } from "../offerings";
import { entry } from "../paths";
import { type Finding, oneOf, problem, type Step } from "../problems";
import type { Estate, Guest, Tenant } from "../schema";

type Members = readonly (readonly [name: string, guest: Guest])[];
type Quota = keyof Tenant["quotas"];

/** Tenants whose guests are more than they may have, or are where they may not be; and pools that clash. */
export function checkTenants(estate: Estate): Finding[] {
  return [
    ...Object.entries(estate.tenants).flatMap(([name, tenant]) => {
      const members = Object.entries(estate.guests).filter(([, guest]) => guest.tenant === name);
      return [
        ...quotasExceeded(name, tenant, members),
        ...members.flatMap(([guest, described]) => outsideItsLimits(name, tenant, guest, described)),
      ];
    }),
    ...emptyRanges(estate),
    ...sharedRanges(estate),
    ...poolsTwice(estate),
    ...poolsBesideTenants(estate),
  ];
}

/** How a quota is counted, and how amounts of it are written. */
interface Counting {
  readonly used: (guest: Guest) => number;
  readonly shown: (amount: number) => string;
}

const QUOTAS: Readonly<Record<Quota, Counting>> = {
  guests: { used: () => 1, shown: String },
  cores: { used: coresOf, shown: String },
  memory: { used: ({ memory }) => memory, shown: mebibytes },
  disk: { used: diskOf, shown: (amount) => `${amount} GiB` },
};

/** Virtual CPUs of a guest. */
function coresOf(guest: Guest): number {
  return guest.kind === "vm" ? guest.cores * guest.sockets : guest.cores;
}

/** GiB of all disks of a guest. */
function diskOf(guest: Guest): number {
  const disks =
    guest.kind === "vm" ? Object.values(guest.disks) : [guest.rootDisk, ...Object.values(guest.mountPoints)];
  return disks.reduce((sum, { size }) => sum + size, 0);
}

function quotasExceeded(name: string, { quotas }: Tenant, members: Members): Finding[] {
  return (Object.keys(QUOTAS) as Quota[]).flatMap((quota) => {
    const allowed = quotas[quota];
    const { used, shown } = QUOTAS[quota];
    const shares = members.map(([guest, described]) => {
      const each = used(described);
      return { guest, each, count: described.count ?? 1, all: each * (described.count ?? 1) };
    });
    const total = shares.reduce((sum, { all }) => sum + all, 0);
    if (allowed === undefined || total <= allowed) return [];
    const users = shares
      .filter(({ all }) => all > 0)
      .sort((one, other) => other.all - one.all)
      .map(({ guest, each, count }) => `${guest} ${count === 1 ? "" : `${count} x `}${shown(each)}`);
    return [
      {
        steps: ["tenants", name, "quotas", quota],
        message: `found ${shown(total)} in use (${listed(users)}); allowed: ${shown(allowed)}`,
        basis: [
          ["guests", "*"],
          ["offerings", "*"],
        ],
      },
    ];
  });
}

function listed(users: readonly string[]): string {
  return users.length > 8 ? `${users.slice(0, 8).join(", ")} and ${users.length - 8} more` : users.join(", ");
}

function outsideItsLimits(name: string, tenant: Tenant, guest: string, described: Guest): Finding[] {
  const at = (...steps: Step[]): Step[] => ["guests", guest, ...steps];
  const why = (what: string) => [at("tenant"), ["tenants", name, what]];
  const { vmIds, bridges, vlans, offerings } = tenant;
  const pool = tenantPool(name, tenant);
  const last = described.id + (described.count ?? 1) - 1;
  return [
    ...(vmIds !== undefined && (described.id < vmIds.from || last > vmIds.to)
      ? [
          problem(
            at("id"),
            described.id === last ? last : `${described.id} to ${last}`,
            `ids of tenant ${name}: ${vmIds.from} to ${vmIds.to}`,
            [...why("vmIds"), at("count")],
          ),
        ]
      : []),
    ...(described.pool !== pool
      ? [
          problem(
            at("pool"),
            described.pool,
            `none, as tenant ${name}'s guests are in pool ${pool}`,
            why("pool"),
          ),
        ]
      : []),
    ...(offerings !== undefined &&
    (described.offering === undefined || !offerings.includes(described.offering))
      ? [
          problem(
            at("offering"),
            described.offering,
            `an offering for tenant ${name}: ${oneOf(offerings, described.offering)}`,
            why("offerings"),
          ),
        ]
      : []),
    ...Object.entries(described.nics).flatMap(([slot, { bridge, vlan }]) => [
      ...(bridges === undefined || bridges.includes(bridge)
        ? []
        : [
            problem(
              at("nics", slot, "bridge"),
              bridge,
              `a bridge for tenant ${name}: ${oneOf(bridges, bridge)}`,
              why("bridges"),
            ),
          ]),
      ...(vlans === undefined || (vlan !== undefined && vlans.includes(vlan))
        ? []
        : [
            problem(
              at("nics", slot, "vlan"),
              vlan,
              `a VLAN of tenant ${name}: ${vlans.join(", ")}`,
              why("vlans"),
            ),
          ]),
    ]),
  ];
}

function emptyRanges({ tenants }: Estate): Finding[] {
  return Object.entries(tenants).flatMap(([name, { vmIds }]) =>
    vmIds !== undefined && vmIds.from > vmIds.to
      ? [
          problem(["tenants", name, "vmIds", "to"], vmIds.to, `from ${vmIds.from}, where the range begins`, [
            ["tenants", name, "vmIds", "from"],
          ]),
        ]
      : [],
  );
}

function sharedRanges({ tenants }: Estate): Finding[] {
  const ranges = Object.entries(tenants).flatMap(([name, { vmIds }]) => (vmIds ? [{ name, ...vmIds }] : []));
  return ranges.flatMap((later, index) =>
    ranges
      .slice(0, index)
      .filter((earlier) => earlier.from <= later.to && later.from <= earlier.to)
      .map((earlier) =>
        problem(
          ["tenants", later.name, "vmIds"],
          `${later.from} to ${later.to}`,
          `ids that no other tenant has (${earlier.name} has ${earlier.from} to ${earlier.to})`,
          [["tenants", earlier.name, "vmIds"]],
        ),
      ),
  );
}

/** A tenant's pool is its own: who may use it may use all that is in it. */
function poolsTwice({ tenants, pools }: Estate): Finding[] {
  const holders = new Map(Object.keys(pools).map((pool) => [pool, `pools.${pool}`]));
  return Object.entries(tenants).flatMap(([name, tenant]) => {
    const pool = tenantPool(name, tenant);
    const holder = holders.get(pool);
    holders.set(pool, `tenants.${name}`);
    return holder === undefined
      ? []
      : [
          problem(["tenants", name, "pool"], pool, `a pool of its own (${holder} has it)`, [
            ["pools", pool],
            ["tenants", "*", "pool"],
          ]),
        ];
  });
}

function poolsBesideTenants({ guests, tenants }: Estate): Finding[] {
  const owners = new Map(Object.entries(tenants).map(([name, tenant]) => [tenantPool(name, tenant), name]));
  return Object.entries(guests).flatMap(([name, { pool, tenant }]) => {
    const owner = pool === undefined || tenant !== undefined ? undefined : owners.get(pool);
    return owner === undefined || entry(tenants, owner) === undefined
      ? []
      : [
          problem(["guests", name, "pool"], pool, `another pool, or tenant: ${owner}, whose pool it is`, [
            ["tenants", owner, "pool"],
            ["guests", name, "tenant"],
          ]),
        ];
  });
}
