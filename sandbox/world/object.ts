/** A value as it travels on the wire and lies in the journal: JSON. */
export type Value = null | boolean | number | string | readonly Value[] | Properties;

/** Properties of an object by name. An absent property is undefined, never null. */
export interface Properties {
  readonly [name: string]: Value | undefined;
}

/** Something that exists at one of the sites, as the API there would tell of it. */
export interface WorldObject {
  /** Pulumi type token, or `host:<kind>` for what a script made on a host. */
  readonly type: string;
  /** As Pulumi knows it. */
  readonly id: string;
  /** Unique among the objects of one type; the id, but where an id is only unique on its node. */
  readonly key: string;
  /** The resource that it was created for; absent where the installer or a script made it. */
  readonly urn?: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** Names of the outputs that are secret; inputs of these names are too. */
  readonly secretOutputs: readonly string[];
  /** Order of creation: a later object has a higher number. */
  readonly serial: number;
}

/** One change of the world. The changes of one operation are journaled together: all or none happen. */
export type Change =
  | { readonly put: WorldObject }
  | { readonly remove: { readonly type: string; readonly key: string } }
  /** How many objects were ever created for a resource. */
  | { readonly generation: { readonly urn: string; readonly count: number } };

/** Whether a value is an object with properties. */
export function isProperties(value: Value | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
