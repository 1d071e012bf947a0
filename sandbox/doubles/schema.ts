import type { Value } from "../world";

/** The properties of a resource type, or of an object inside one. */
export type Schema = Readonly<Record<string, PropertyType>>;

type Kind = "anything" | "flag" | "json" | "list" | "map" | "number" | "object" | "set" | "text";

/** What a provider demands of a value besides its kind. */
interface Rule {
  readonly holds: (value: Value) => boolean;
  /** Ends "expected …". */
  readonly expected: string;
}

interface Traits {
  readonly kind: Kind;
  readonly required?: boolean;
  readonly replaces?: boolean;
  readonly replacesWhole?: boolean;
  readonly computed?: boolean;
  readonly output?: boolean;
  readonly secret?: boolean;
  readonly fallback?: Value;
  readonly rule?: Rule;
  readonly key?: string;
  readonly ignored?: boolean;
  readonly element?: PropertyType;
  readonly fields?: Schema;
}

/** What a provider's schema says of one property. */
export class PropertyType {
  constructor(readonly traits: Traits) {}

  /** Missing is an error. */
  get required(): PropertyType {
    return this.with({ required: true });
  }

  /** Any change makes a new resource ("forces replacement"). */
  get replaces(): PropertyType {
    return this.with({ replaces: true });
  }

  /**
   * Adding or removing it (or one of its elements) makes a new resource; a change inside is judged by the property
   * inside. So do "ForceNew" blocks of Terraform's older SDK.
   */
  get replacesWhole(): PropertyType {
    return this.with({ replacesWhole: true });
  }

  /** The site decides where the program does not: absent from the program is no change. */
  get computed(): PropertyType {
    return this.with({ computed: true });
  }

  /** Only ever an output. */
  get output(): PropertyType {
    return this.with({ computed: true, output: true });
  }

  get secret(): PropertyType {
    return this.with({ secret: true });
  }

  /** The provider's default: absent is the same as this value. */
  default(fallback: Value): PropertyType {
    return this.with({ fallback });
  }

  /** The only values that the provider takes. */
  oneOf(...values: readonly Value[]): PropertyType {
    return this.where((value) => values.includes(value), `one of ${values.join(", ")}`);
  }

  between(least: number, most: number): PropertyType {
    return this.where((value) => Number(value) >= least && Number(value) <= most, `${least} to ${most}`);
  }

  matching(pattern: RegExp, expected: string): PropertyType {
    return this.where((value) => pattern.test(String(value)), expected);
  }

  /** At least so many elements of a list. */
  atLeast(count: number): PropertyType {
    return this.where((value) => Array.isArray(value) && value.length >= count, `${count} or more elements`);
  }

  where(holds: (value: Value) => boolean, expected: string): PropertyType {
    return this.with({ rule: { holds, expected } });
  }

  /**
   * A list of objects that a field tells apart: another order is no change, and neither is, for such lists of the
   * bpg provider, leaving all of them out.
   */
  keyedBy(key: string): PropertyType {
    return this.with({ key });
  }

  /** Never a change by itself. */
  get ignored(): PropertyType {
    return this.with({ ignored: true });
  }

  private with(traits: Partial<Traits>): PropertyType {
    return new PropertyType({ ...this.traits, ...traits });
  }
}

export const text = new PropertyType({ kind: "text" });
export const number = new PropertyType({ kind: "number" });
export const flag = new PropertyType({ kind: "flag" });
/** JSON as text, such as an IAM policy: two spellings of one document are equal. */
export const json = new PropertyType({ kind: "json" });
/** A value whose inside no double looks at. */
export const anything = new PropertyType({ kind: "anything" });

export function list(element: PropertyType): PropertyType {
  return new PropertyType({ kind: "list", element });
}

/** A list whose order means nothing. */
export function set(element: PropertyType): PropertyType {
  return new PropertyType({ kind: "set", element });
}

export function map(element: PropertyType): PropertyType {
  return new PropertyType({ kind: "map", element });
}

export function object(fields: Schema): PropertyType {
  return new PropertyType({ kind: "object", fields });
}
