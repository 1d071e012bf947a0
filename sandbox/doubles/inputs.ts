import { isProperties, type Properties, type Value } from "../world";
import type { PropertyType, Schema } from "./schema";
import { UNKNOWN } from "./wire";

/** Typed access to properties that a schema has checked. Absent and unknown values are undefined. */
export class Inputs {
  constructor(readonly values: Properties) {}

  /** @throws Error when there is no such text: the schema should have required it */
  text(name: string): string {
    return this.optionalText(name) ?? missing(name);
  }

  optionalText(name: string): string | undefined {
    const value = this.known(name);
    return value === undefined || typeof value === "object" ? undefined : String(value);
  }

  /** @throws Error when there is no such number: the schema should have required it */
  number(name: string): number {
    return this.optionalNumber(name) ?? missing(name);
  }

  optionalNumber(name: string): number | undefined {
    const value = this.known(name);
    return typeof value === "number" || typeof value === "string" ? Number(value) : undefined;
  }

  /** False where absent. */
  flag(name: string): boolean {
    const value = this.known(name);
    return value === true || value === "true";
  }

  /** The known texts of a list; none where absent. */
  texts(name: string): string[] {
    return this.list(name).flatMap((value) =>
      value === UNKNOWN || value === null || typeof value === "object" ? [] : [String(value)],
    );
  }

  /** The objects of a list, or a single one; none where absent. */
  objects(name: string): Inputs[] {
    const value = this.known(name);
    return (Array.isArray(value) ? value : [value]).flatMap((one) =>
      isProperties(one) ? [new Inputs(one)] : [],
    );
  }

  object(name: string): Inputs | undefined {
    return this.objects(name)[0];
  }

  /** A map of known texts; empty where absent. */
  textMap(name: string): Record<string, string> {
    const value = this.known(name);
    const entries = isProperties(value) ? Object.entries(value) : [];
    return Object.fromEntries(entries.map(([key, inner]) => [key, String(inner)]));
  }

  list(name: string): readonly Value[] {
    const value = this.known(name);
    return Array.isArray(value) ? value : [];
  }

  /** Whether the program gives the property, known or not. */
  has(name: string): boolean {
    return this.values[name] !== undefined;
  }

  private known(name: string): Value | undefined {
    const value = this.values[name];
    return value === UNKNOWN ? undefined : value;
  }
}

function missing(name: string): never {
  throw new Error(`a double reads ${name}, which its schema does not require`);
}

/** Inputs with the provider's defaults where the program gives nothing. */
export function withDefaults(schema: Schema, values: Properties): Properties {
  const filled: Record<string, Value> = {};
  for (const [name, type] of Object.entries(schema)) {
    const value = values[name] ?? type.traits.fallback;
    if (value !== undefined) filled[name] = fill(type, value);
  }
  return filled;
}

function fill({ traits: { element, fields } }: PropertyType, value: Value): Value {
  if (Array.isArray(value)) return element ? value.map((inner) => fill(element, inner)) : value;
  return isProperties(value) && fields ? withDefaults(fields, value) : value;
}
