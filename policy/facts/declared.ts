import { get, type Known, UNKNOWN, whole } from "./read";

/**
 * A resource as the program declares it: the common form of what CrossGuard hands to a pack and of what the
 * offline check collects under mocks.
 */
export interface DeclaredResource {
  /** The type token, such as `proxmoxve:index/vmLegacy:VmLegacy`. */
  readonly type: string;
  /** The logical name. */
  readonly name: string;
  readonly urn?: string;
  /** The inputs: read them with `facts/read.ts` only, values may be unknown or malformed. */
  readonly properties: unknown;
  /** What the provider (or a mock) answered, with `id` in it where it is known; used to follow links. */
  readonly outputs?: unknown;
  /** URNs of the resources that each input was computed from. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  readonly dependencies?: readonly string[];
  /** How the engine is to treat it; left out where nobody has said. */
  readonly options?: { readonly protect: boolean; readonly ignoreChanges: readonly string[] };
  /** Reference of the provider that manages it, as the engine writes it: the provider's URN, `::` and its id. */
  readonly provider?: string;
  /** URN of the parent. */
  readonly parent?: string;
}

/** A member that the program may leave to the provider: declared if it is, else what the provider answered. */
export function declaredOrAnswered(resource: DeclaredResource, key: string): unknown {
  return get(resource.properties, key) ?? get(resource.outputs, key);
}

/** The same for a number such as the VM id; UNKNOWN when the provider has not chosen it yet. */
export function wholeOrAnswered(resource: DeclaredResource, key: string): Known<number> {
  return whole(resource.properties, key) ?? whole(resource.outputs, key) ?? UNKNOWN;
}

/** URNs that one input was computed from: the way to follow a link whose value is not known yet. */
export function sourcesOf(resource: DeclaredResource, property: string): readonly string[] {
  return resource.propertyDependencies?.[property] ?? [];
}
