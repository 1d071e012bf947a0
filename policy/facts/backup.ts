import { type DeclaredResource, sourcesOf } from "./declared";
import type { GuestReference } from "./ha";
import { flag, type Known, text, UNKNOWN, type Value, wholes } from "./read";

export const BACKUP_JOB_TYPE = "proxmoxve:backup/job:Job";
export const POOL_MEMBERSHIP_TYPES: readonly string[] = [
  "proxmoxve:pool/membership:Membership",
  "proxmoxve:pool/membershipLegacy:MembershipLegacy",
];

/** A vzdump job: which guests it takes, and where to. */
export interface BackupJob {
  readonly source: DeclaredResource;
  readonly enabled: Known<boolean>;
  readonly storage: Known<string>;
  /** Calendar event, such as `02:00`; left out: the job never runs by itself. */
  readonly schedule: Value<string>;
  /** Which guests the job takes: all but the excluded, those of a pool, or a list. */
  readonly selection:
    | { readonly all: true; readonly excludes: readonly GuestReference[] }
    | { readonly pool: string }
    | { readonly guests: readonly GuestReference[] };
  /** Whether the selection is known as far as the job itself says. */
  readonly selectionKnown: boolean;
  /** Only guests on this node, if given. */
  readonly node: Value<string>;
}

/** Reads a job; Proxmox enables a job that does not say otherwise. */
export function readBackupJob(resource: DeclaredResource): BackupJob {
  const { properties } = resource;
  const all = flag(properties, "all") ?? false;
  const pool = text(properties, "pool");
  const listed = references(resource, "vmids");
  const excluded = references(resource, "excludes");
  return {
    source: resource,
    enabled: flag(properties, "enabled") ?? true,
    storage: text(properties, "storage") ?? UNKNOWN,
    schedule: text(properties, "schedule"),
    selection:
      all === true
        ? { all: true, excludes: excluded }
        : typeof pool === "string" && pool !== ""
          ? { pool }
          : { guests: listed },
    selectionKnown: all !== UNKNOWN && pool !== UNKNOWN,
    node: text(properties, "node"),
  };
}

/** Guests of a list; one entry that is not known stands for a list that is not known at all. */
function references(resource: DeclaredResource, property: string): GuestReference[] {
  const ids = wholes(resource.properties, property) ?? [];
  const unknown: GuestReference = { vmId: UNKNOWN, sources: sourcesOf(resource, property) };
  return ids === UNKNOWN
    ? [unknown]
    : ids.map((vmId) => (vmId === UNKNOWN ? unknown : { vmId, sources: [] }));
}
