import type { DeclaredResource } from "./declared";
import { sourcesOf } from "./declared";
import { flag, get, type Known, keys, text, texts, UNKNOWN, type Value, whole } from "./read";

/** Guests under HA. */
export const HA_RESOURCE_TYPES: readonly string[] = [
  "proxmoxve:index/haresource:Haresource",
  "proxmoxve:index/haresourceLegacy:HaresourceLegacy",
];
/** Node and resource affinity. */
export const HA_RULE_TYPES: readonly string[] = [
  "proxmoxve:index/harule:Harule",
  "proxmoxve:index/haruleLegacy:HaruleLegacy",
];
/** What rules replaced in Proxmox VE 9. */
export const HA_GROUP_TYPES: readonly string[] = [
  "proxmoxve:index/hagroup:Hagroup",
  "proxmoxve:index/hagroupLegacy:HagroupLegacy",
];
/** Storage replication jobs (pvesr). */
export const REPLICATION_TYPES: readonly string[] = [
  "proxmoxve:index/replication:Replication",
  "proxmoxve:index/replicationLegacy:ReplicationLegacy",
];

/** A guest as HA names it, or the resources that the name was computed from. */
export interface GuestReference {
  readonly vmId: Known<number>;
  readonly sources: readonly string[];
}

/** A guest that HA manages. */
export interface HaResource {
  readonly source: DeclaredResource;
  readonly guest: GuestReference;
  /** False for `disabled` and `ignored`: HA then never starts the guest on another node. */
  readonly recovers: Known<boolean>;
  /** Requested state: started, stopped, disabled or ignored. */
  readonly state: Known<string>;
  /** Attempts to start it again on its node, and on other nodes after that. */
  readonly maxRestart: Known<number>;
  readonly maxRelocate: Known<number>;
  /** Whether it goes back to a node of higher priority that has come back. */
  readonly failback: Known<boolean>;
}

/** A node-affinity or resource-affinity rule. */
export interface HaRule {
  readonly source: DeclaredResource;
  readonly name: string;
  readonly type: Known<string>;
  readonly disabled: Known<boolean>;
  readonly strict: Known<boolean>;
  /** Node names of a node-affinity rule. */
  readonly nodes: Value<readonly string[]>;
  /** Priorities of those nodes that are known; Proxmox's default is 0. */
  readonly priorities: ReadonlyMap<string, Known<number>>;
  /** positive or negative, of a resource-affinity rule. */
  readonly affinity: Value<string>;
  readonly members: readonly GuestReference[];
}

/** A job that copies a guest's ZFS volumes to one other node. */
export interface Replication {
  readonly source: DeclaredResource;
  readonly guest: GuestReference;
  readonly target: Known<string>;
  readonly disabled: Known<boolean>;
  /** Calendar event; Proxmox's default is every 15 minutes. */
  readonly schedule: Known<string>;
}

/** Reads an HA resource; Proxmox's default state is started. */
export function readHaResource(resource: DeclaredResource): HaResource {
  const { properties } = resource;
  // `enabled` is the former name of started (pve-docs ha-manager).
  const requested = text(properties, "state") ?? "started";
  const state = requested === "enabled" ? "started" : requested;
  return {
    source: resource,
    guest: reference(text(properties, "resourceId"), /^(?:(?:vm|ct):)?(\d+)$/, resource, "resourceId"),
    recovers: state === UNKNOWN ? UNKNOWN : state !== "disabled" && state !== "ignored",
    state,
    maxRestart: whole(properties, "maxRestart") ?? 1,
    maxRelocate: whole(properties, "maxRelocate") ?? 1,
    failback: flag(properties, "failback") ?? true,
  };
}

/** Reads a rule; members that are not known yet stand as references of their own. */
export function readHaRule(resource: DeclaredResource): HaRule {
  const { properties } = resource;
  const name = text(properties, "rule");
  const members = texts(properties, "resources") ?? [];
  return {
    source: resource,
    name: typeof name === "string" ? name : resource.name,
    type: text(properties, "type") ?? UNKNOWN,
    disabled: flag(properties, "disable") ?? false,
    strict: flag(properties, "strict") ?? false,
    nodes: keys(properties, "nodes"),
    priorities: priorities(properties),
    affinity: text(properties, "affinity"),
    members: (members === UNKNOWN ? [undefined] : members).map((member) =>
      reference(member, /^(?:vm|ct):(\d+)$/, resource, "resources"),
    ),
  };
}

/** Reads a job; its id is the VM id and a number, such as 100-0. */
export function readReplication(resource: DeclaredResource): Replication {
  const { properties } = resource;
  return {
    source: resource,
    guest: reference(text(properties, "resourceId"), /^(\d+)-\d+$/, resource, "resourceId"),
    target: text(properties, "target") ?? UNKNOWN,
    disabled: flag(properties, "disable") ?? false,
    schedule: text(properties, "schedule") ?? "*/15",
  };
}

function priorities(properties: unknown): Map<string, Known<number>> {
  const named = keys(properties, "nodes");
  const given = get(properties, "nodes");
  return new Map(
    named === undefined || named === UNKNOWN ? [] : named.map((node) => [node, whole(given, node) ?? 0]),
  );
}

function reference(
  id: Value<string>,
  pattern: RegExp,
  resource: DeclaredResource,
  property: string,
): GuestReference {
  const digits = typeof id === "string" ? pattern.exec(id)?.[1] : undefined;
  return digits === undefined
    ? { vmId: UNKNOWN, sources: sourcesOf(resource, property) }
    : { vmId: Number(digits), sources: [] };
}
