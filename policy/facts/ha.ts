import type { DeclaredResource } from "./declared";
import { sourcesOf } from "./declared";
import { flag, type Known, keys, text, texts, UNKNOWN, type Value } from "./read";

export const HA_RESOURCE_TYPES: readonly string[] = [
  "proxmoxve:index/haresource:Haresource",
  "proxmoxve:index/haresourceLegacy:HaresourceLegacy",
];
export const HA_RULE_TYPES: readonly string[] = [
  "proxmoxve:index/harule:Harule",
  "proxmoxve:index/haruleLegacy:HaruleLegacy",
];
export const HA_GROUP_TYPES: readonly string[] = [
  "proxmoxve:index/hagroup:Hagroup",
  "proxmoxve:index/hagroupLegacy:HagroupLegacy",
];
export const REPLICATION_TYPES: readonly string[] = [
  "proxmoxve:index/replication:Replication",
  "proxmoxve:index/replicationLegacy:ReplicationLegacy",
];

/** A guest as HA names it, or the resources that the name was computed from. */
export interface GuestReference {
  readonly vmId: Known<number>;
  readonly sources: readonly string[];
}

export interface HaResource {
  readonly source: DeclaredResource;
  readonly guest: GuestReference;
  /** False for `disabled` and `ignored`: HA then never starts the guest on another node. */
  readonly recovers: Known<boolean>;
}

export interface HaRule {
  readonly source: DeclaredResource;
  readonly name: string;
  readonly type: Known<string>;
  readonly disabled: Known<boolean>;
  readonly strict: Known<boolean>;
  /** Node names of a node-affinity rule. */
  readonly nodes: Value<readonly string[]>;
  readonly members: readonly GuestReference[];
}

export interface Replication {
  readonly source: DeclaredResource;
  readonly guest: GuestReference;
  readonly target: Known<string>;
  readonly disabled: Known<boolean>;
}

export function readHaResource(resource: DeclaredResource): HaResource {
  const state = text(resource.properties, "state") ?? "started";
  return {
    source: resource,
    guest: reference(
      text(resource.properties, "resourceId"),
      /^(?:(?:vm|ct):)?(\d+)$/,
      resource,
      "resourceId",
    ),
    recovers: state === UNKNOWN ? UNKNOWN : state !== "disabled" && state !== "ignored",
  };
}

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
    members: (members === UNKNOWN ? [undefined] : members).map((member) =>
      reference(member, /^(?:vm|ct):(\d+)$/, resource, "resources"),
    ),
  };
}

export function readReplication(resource: DeclaredResource): Replication {
  const { properties } = resource;
  return {
    source: resource,
    guest: reference(text(properties, "resourceId"), /^(\d+)-\d+$/, resource, "resourceId"),
    target: text(properties, "target") ?? UNKNOWN,
    disabled: flag(properties, "disable") ?? false,
  };
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
