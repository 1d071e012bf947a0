import type { BackupJob } from "./backup";
import { type DeclaredResource, sourcesOf } from "./declared";
import type { DeclaredGuest, Volume } from "./guests";
import type { GuestReference, HaResource, HaRule, Replication } from "./ha";
import { type Known, text, UNKNOWN, whole } from "./read";

/** A guest with everything in the program that refers to it. */
export interface Guest extends DeclaredGuest {
  /** Normally one at most; every one that names this guest. */
  readonly ha: readonly HaResource[];
  readonly haRules: readonly HaRule[];
  readonly replications: readonly Replication[];
  readonly backups: readonly Backup[];
  /** Ids of the resource pools that it is in: one, or none. */
  readonly pools: readonly Known<string>[];
}

/** A job that takes the guest; not `certain` when an unknown value may exclude it. */
export interface Backup {
  readonly job: BackupJob;
  readonly certain: boolean;
}

interface Parts {
  readonly guests: readonly DeclaredGuest[];
  readonly haResources: readonly HaResource[];
  readonly haRules: readonly HaRule[];
  readonly replications: readonly Replication[];
  readonly backupJobs: readonly BackupJob[];
  readonly memberships: readonly DeclaredResource[];
  /** Storage of each downloaded file, by URN. */
  readonly files: ReadonlyMap<string, string>;
}

/** Joins guests with what refers to them: by VM id, or by the guest a reference was computed from. */
export function linkGuests(parts: Parts) {
  const guestUrns = new Set(parts.guests.map((guest) => guest.source.urn));
  const ha = new Links<HaResource>(guestUrns);
  const rules = new Links<HaRule>(guestUrns);
  const replications = new Links<Replication>(guestUrns);
  const backups = new BackupLinks(parts, guestUrns);
  const pooled = poolLinks(parts.memberships, guestUrns);
  for (const resource of parts.haResources) {
    ha.add(resource, resource.guest);
  }
  for (const rule of parts.haRules) {
    for (const member of rule.members) {
      rules.add(rule, member);
    }
  }
  for (const replication of parts.replications) {
    replications.add(replication, replication.guest);
  }
  return {
    guests: parts.guests.map((guest): Guest => {
      const own: Known<string>[] = guest.pool === undefined || guest.pool === "" ? [] : [guest.pool];
      const pools = [...new Set<Known<string>>([...own, ...pooled.of(guest)])];
      return {
        ...guest,
        volumes: guest.volumes.map((volume) => placeByFile(volume, parts.files)),
        ha: ha.of(guest),
        haRules: rules.of(guest),
        replications: replications.of(guest),
        backups: backups.of(guest, pools),
        pools,
      };
    }),
    loose: {
      haResources: [...ha.loose],
      haRules: [...rules.loose],
      replications: [...replications.loose],
    },
  };
}

/** Which pools the memberships put guests in. */
function poolLinks(memberships: readonly DeclaredResource[], guestUrns: ReadonlySet<string | undefined>) {
  const links = new Links<Known<string>>(guestUrns);
  for (const membership of memberships) {
    const vmId = whole(membership.properties, "vmId");
    if (vmId === undefined) continue;
    links.add(text(membership.properties, "poolId") ?? UNKNOWN, {
      vmId,
      sources: sourcesOf(membership, "vmId"),
    });
  }
  return links;
}

/** References to guests, looked up from the guest's side. */
class Links<T> {
  readonly #byId = new Map<number, Set<T>>();
  readonly #byUrn = new Map<string, Set<T>>();
  readonly #guestUrns: ReadonlySet<string | undefined>;
  /** References that lead to no one guest. */
  readonly loose = new Set<T>();

  constructor(guestUrns: ReadonlySet<string | undefined>) {
    this.#guestUrns = guestUrns;
  }

  add(item: T, reference: GuestReference): void {
    if (reference.vmId !== UNKNOWN) {
      put(this.#byId, reference.vmId, item);
      return;
    }
    const urns = reference.sources.filter((urn) => this.#guestUrns.has(urn));
    for (const urn of urns) {
      put(this.#byUrn, urn, item);
    }
    if (urns.length === 0) {
      this.loose.add(item);
    }
  }

  of(guest: DeclaredGuest): T[] {
    const byId = guest.vmId === UNKNOWN ? undefined : this.#byId.get(guest.vmId);
    const byUrn = guest.source.urn === undefined ? undefined : this.#byUrn.get(guest.source.urn);
    return [...new Set([...(byId ?? []), ...(byUrn ?? [])])];
  }
}

/** Backup jobs looked up from the guest's side; jobs for all guests are the same list for everyone. */
class BackupLinks {
  readonly #listed: Links<BackupJob>;
  readonly #excluded: Links<BackupJob>;
  readonly #all: BackupJob[] = [];
  readonly #byPool = new Map<string, Set<BackupJob>>();
  readonly #unknown: BackupJob[] = [];

  constructor(parts: Parts, guestUrns: ReadonlySet<string | undefined>) {
    this.#listed = new Links(guestUrns);
    this.#excluded = new Links(guestUrns);
    for (const job of parts.backupJobs) {
      this.#add(job);
    }
  }

  of(guest: DeclaredGuest, pools: readonly Known<string>[]): Backup[] {
    const excluded = new Set(this.#excluded.of(guest));
    const takes = (job: BackupJob, certain: boolean): Backup[] => {
      const elsewhere = typeof job.node === "string" && guest.node !== UNKNOWN && job.node !== guest.node;
      const sure =
        certain && job.enabled === true && job.node !== UNKNOWN && (!job.node || guest.node !== UNKNOWN);
      return elsewhere || job.enabled === false ? [] : [{ job, certain: sure }];
    };
    return [
      ...this.#listed.of(guest).flatMap((job) => takes(job, true)),
      ...this.#all
        .filter((job) => !excluded.has(job))
        .flatMap((job) => takes(job, !this.#excluded.loose.has(job))),
      ...pools
        .flatMap((pool) => (pool === UNKNOWN ? [] : [...(this.#byPool.get(pool) ?? [])]))
        .flatMap((job) => takes(job, true)),
      ...this.#unknown.flatMap((job) => takes(job, false)),
      ...[...this.#listed.loose].flatMap((job) => takes(job, false)),
    ];
  }

  #add(job: BackupJob): void {
    const { selection } = job;
    if (!job.selectionKnown) {
      this.#unknown.push(job);
    } else if ("all" in selection) {
      this.#all.push(job);
      for (const excluded of selection.excludes) {
        this.#excluded.add(job, excluded);
      }
    } else if ("pool" in selection) {
      put(this.#byPool, selection.pool, job);
    } else {
      for (const listed of selection.guests) {
        this.#listed.add(job, listed);
      }
    }
  }
}

/** A drive whose file is not known yet but was computed from one download lies on that download's storage. */
function placeByFile(volume: Volume, files: ReadonlyMap<string, string>): Volume {
  if (volume.place !== UNKNOWN || volume.role !== "cdrom") {
    return volume;
  }
  const storages = volume.sources.map((urn) => files.get(urn)).filter((storage) => storage !== undefined);
  const [storage] = storages;
  return storages.length === 1 && storage !== undefined ? { ...volume, place: { storage } } : volume;
}

function put<K, T>(map: Map<K, Set<T>>, key: K, item: T): void {
  const items = map.get(key);
  if (items === undefined) {
    map.set(key, new Set([item]));
  } else {
    items.add(item);
  }
}
