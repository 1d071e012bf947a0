import { CONTAINER_TYPE, type DeclaredGuest } from "../facts/guests";
import type { Guest } from "../facts/links";
import { get, items, type Known, text, UNKNOWN, type Value, whole } from "../facts/read";
import { resourcesOf, type Topology } from "../facts/topology";
import { CAPACITY } from "./frameworks";
import { answer, type EstateRule, listed, notApplicable } from "./rule";

type Quota = "guests" | "cores" | "memory" | "disk";

interface Counting {
  readonly used: (guest: DeclaredGuest) => Known<number>;
  readonly unit: string;
}

const QUOTAS: Readonly<Record<Quota, Counting>> = {
  guests: { used: () => 1, unit: "guests" },
  cores: { used: cores, unit: "cores" },
  memory: { used: ({ load }) => load.memory, unit: "MiB of memory" },
  disk: { used: gibibytes, unit: "GiB of disks" },
};

export const poolWithinQuota: EstateRule = {
  id: "pool-within-quota",
  title: "Tenants stay within their quotas",
  description:
    "Proxmox VE has no quotas: a tenant who takes more than was agreed takes it from the others, and nothing stops them.",
  severity: "medium",
  level: "mandatory",
  framework: CAPACITY,
  url: "https://pve.proxmox.com/pve-docs/chapter-pveum.html#pveum_pools",
  tags: ["guests", "capacity", "tenants"],
  remediation: "Make the pool's guests fewer or smaller, or agree on a larger quota and declare it.",
  scope: "estate",
  check: (topology) => {
    const pools = resourcesOf(topology, "hybrid-estate:proxmox:ResourcePool").filter(
      ({ properties }) => get(properties, "quotas") !== undefined,
    );
    if (pools.length === 0) return notApplicable("This program gives no pool a quota");
    const { members, doubtful } = poolMembers(topology);
    return pools.flatMap((pool) => {
      const id = text(pool.properties, "poolId");
      const inside = typeof id === "string" ? (members.get(id) ?? []) : [];
      // Where the pool itself is not known, anybody may be in it.
      const open = typeof id === "string" ? doubtful : topology.guests;
      const quotas = get(pool.properties, "quotas");
      return Object.entries(QUOTAS).flatMap(([quota, { used, unit }]) => {
        const allowed = quotas === UNKNOWN ? UNKNOWN : whole(quotas, quota);
        if (allowed === undefined) return [];
        const least = sum(inside.map(used));
        return answer(pool, exceeds(least, allowed, open.length === 0), {
          wrong: `Pool ${pool.name} has ${least.known} ${unit} and may have ${String(allowed)} (${listed(inside.map(({ name }) => name))}).`,
          open: `Whether pool ${pool.name} is within its quota of ${unit} is not known yet.`,
        });
      });
    });
  },
};

/** Guests by their pool, and those of which the pool is not known. */
function poolMembers({ guests }: Topology) {
  const members = new Map<string, Guest[]>();
  const doubtful: Guest[] = [];
  for (const guest of guests) {
    for (const pool of guest.pools) {
      const others = pool === UNKNOWN ? doubtful : members.get(pool);
      if (others) others.push(guest);
      else if (pool !== UNKNOWN) members.set(pool, [guest]);
    }
  }
  return { members, doubtful };
}

/** What is known of a sum: at least so much, and whether that is all. */
interface Sum {
  readonly known: number;
  readonly complete: boolean;
}

function sum(amounts: readonly Known<number>[]): Sum {
  const known = amounts.filter((amount) => amount !== UNKNOWN);
  return {
    known: known.reduce((total, amount) => total + amount, 0),
    complete: known.length === amounts.length,
  };
}

function exceeds({ known, complete }: Sum, allowed: Known<number>, settled: boolean): Known<boolean> {
  if (allowed === UNKNOWN) return UNKNOWN;
  if (known > allowed) return true;
  return complete && settled ? false : UNKNOWN;
}

/** Virtual CPUs, of which both providers' default is one. */
function cores({ source }: DeclaredGuest): Known<number> {
  const cpu = get(source.properties, "cpu");
  const each = whole(cpu, "cores") ?? 1;
  const sockets = whole(cpu, "sockets") ?? 1;
  return each === UNKNOWN || sockets === UNKNOWN ? UNKNOWN : each * sockets;
}

/** The provider's default of a VM's disk; a container's is 4. */
const DISK = 8;
const ROOT_DISK = 4;

function gibibytes({ source: { type, properties } }: DeclaredGuest): Known<number> {
  const sizes: Known<number>[] =
    type === CONTAINER_TYPE
      ? [
          sizeOf(get(properties, "disk")) ?? ROOT_DISK,
          ...items(properties, "mountPoints").map((mount) => inGibibytes(text(mount, "size")) ?? 0),
        ]
      : items(properties, "disks").map((disk) => sizeOf(disk) ?? DISK);
  const { known, complete } = sum(sizes);
  return complete ? known : UNKNOWN;
}

function sizeOf(disk: unknown): Value<number> {
  return disk === UNKNOWN ? UNKNOWN : whole(disk, "size");
}

/** `10G`, as the provider has it for mount points. */
function inGibibytes(size: Value<string>): Value<number> {
  if (size === undefined || size === UNKNOWN) return size;
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)([KMGT])?$/.exec(size) ?? [];
  const factor = { "": 1 / 1024 ** 3, K: 1 / 1024 ** 2, M: 1 / 1024, G: 1, T: 1024 }[unit];
  return amount === undefined || factor === undefined ? UNKNOWN : Number(amount) * factor;
}
