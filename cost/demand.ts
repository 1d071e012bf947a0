import type { Usage } from "../estate/schema/aws/usage";
import type { DeclaredResource } from "../policy/facts/declared";
import type { Exact } from "./exact";
import type { Links } from "./links";
import type { Meter } from "./meters";

/** So much of a meter in a month, before it has a price. */
export interface Demand {
  readonly meter: Meter;
  readonly quantity: Exact;
  /** How the quantity came about, such as `2 x 730 h`; empty where the quantity says it all. */
  readonly basis: string;
  /** The setting below `aws.usage` that states the quantity. */
  readonly setting?: string;
  /** Replaces the resource's name where the demand is of several resources at once. */
  readonly resource?: string;
}

/** Something that costs, but how much of it is not known. */
export interface Gap {
  /** What it is, such as `S3 storage`. */
  readonly what: string;
  /** Why it is not known, and what would make it known. */
  readonly why: string;
  readonly resource?: string;
}

/** What a resource asks for: demands, gaps, or neither where it is free by itself. */
export interface Needs {
  readonly demands?: readonly Demand[];
  readonly gaps?: readonly Gap[];
  /** Why the resource costs nothing by itself. */
  readonly free?: string;
}

/** What the costing of one resource may look at. */
export interface Circumstances {
  readonly usage: Usage;
  /** Hours in the month. */
  readonly hours: Exact;
  /** The other resources of the program. */
  readonly links: Links;
  /** Whether groups of instances are taken at the size that a failover may raise them to. */
  readonly failedOver: boolean;
}

/** Says what a resource of one type asks for in a month. */
export type Costing = (resource: DeclaredResource, circumstances: Circumstances) => Needs;

/** Costings by type token. */
export type Costings = Readonly<Record<string, Costing>>;

/** A resource that costs nothing by itself, and why. */
export function free(why: string): Costing {
  return () => ({ free: why });
}

/** The needs of several parts of a resource. */
export function all(...parts: readonly Needs[]): Needs {
  return {
    demands: parts.flatMap(({ demands = [] }) => demands),
    gaps: parts.flatMap(({ gaps = [] }) => gaps),
  };
}
