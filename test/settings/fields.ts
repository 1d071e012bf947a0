import { schemaOfEstate, standIn, variant } from "../../estate/json-schema";
import { type Step, valueAt } from "../../estate/paths";

type JsonSchema = ReturnType<typeof schemaOfEstate>;

/** One setting of a description: a value, or a list of values, at a place. */
export interface Field {
  /** The place with `*` for the names of entries, and the kind of entry where there are several: `guests.*<vm>.cores`. */
  readonly pattern: string;
  /** The places of that kind in the description at hand. */
  readonly places: readonly (readonly Step[])[];
  readonly schema: JsonSchema;
}

/** Every setting that the schema has, each with its places in a description. */
export function fieldsOf(description: object): Field[] {
  const found = new Map<string, Field>();
  visit(schemaOfEstate(), description, [], "", (field) => {
    const places = found.get(field.pattern)?.places ?? [];
    found.set(field.pattern, { ...field, places: [...places, ...field.places] });
  });
  return [...found.values()];
}

type Visitor = (field: Field) => void;

/** Walks the schema with the description's entries; `steps` is undefined below what the description has not. */
function visit(
  schema: JsonSchema,
  root: object,
  steps: readonly Step[] | undefined,
  pattern: string,
  visitor: Visitor,
): void {
  const value = steps && valueAt(root, steps);
  const kinds = (schema.oneOf ?? []).filter(isSchema);
  if (kinds.length > 0 && kinds.every(({ type }) => type === "object")) {
    for (const kind of kinds) {
      const chosen = value !== undefined && variant(schema, value) === kind;
      visit(kind, root, chosen ? steps : undefined, `${pattern}<${kindName(kind)}>`, visitor);
    }
    return;
  }
  const properties = Object.entries(schema.properties ?? {});
  const entries = schema.additionalProperties;
  for (const [name, property] of properties) {
    if (isSchema(property)) {
      visit(property, root, steps && [...steps, name], pattern === "" ? name : `${pattern}.${name}`, visitor);
    }
  }
  if (isSchema(entries)) {
    const names = typeof value === "object" && value !== null ? Object.keys(value) : [];
    visit(entries, root, undefined, `${pattern}.*`, visitor);
    for (const name of names) visit(entries, root, steps && [...steps, name], `${pattern}.*`, visitor);
  }
  const { items } = schema;
  if (isSchema(items) && items.properties) {
    const first = Array.isArray(value) && value.length > 0 ? steps : undefined;
    visit(items, root, first && [...first, 0], `${pattern}[]`, visitor);
  } else if (properties.length === 0 && !isSchema(entries)) {
    // An absent section or entry is no place to set something in.
    const parent = steps && valueAt(root, steps.slice(0, -1));
    visitor({ pattern, schema, places: steps === undefined || parent === undefined ? [] : [steps] });
  }
}

function kindName({ properties = {} }: JsonSchema): string {
  const [kind] = Object.values(properties).flatMap((property) =>
    isSchema(property) && typeof property.const === "string" ? [property.const] : [],
  );
  return kind ?? "";
}

function isSchema(schema: unknown): schema is JsonSchema {
  return typeof schema === "object" && schema !== null;
}

/** Values that a setting may take instead of the one that it has, likeliest first; not all of them are valid. */
export function othersFor({ schema }: Pick<Field, "schema">, value: unknown): unknown[] {
  if (Array.isArray(value)) {
    const [first] = value;
    const items = isSchema(schema.items) ? schema.items : {};
    const more = othersFor({ schema: items }, first).filter((one) => !value.includes(one));
    return [
      ...more.flatMap((one) => [
        [...value, one],
        [one, ...value.slice(1)],
      ]),
      ...(value.length > 1 ? [value.slice(0, -1)] : []),
    ];
  }
  const choices = [schema, ...(schema.anyOf ?? [])].filter(isSchema);
  return choices.flatMap((choice) => scalars(choice, value)).filter((one) => one !== value);
}

function scalars(schema: JsonSchema, value: unknown): unknown[] {
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum) return schema.enum;
  switch (schema.type) {
    case "boolean":
      return [value === undefined ? schema.default !== true : value !== true];
    case "integer":
    case "number": {
      const base = typeof value === "number" ? value : (schema.default ?? schema.minimum ?? 0);
      return [Number(base) + 1, Number(base) - 1, 1, 100];
    }
    case "array": {
      const items = isSchema(schema.items) ? schema.items : {};
      return othersFor({ schema: items }, undefined).map((one) => [one]);
    }
    case "string": {
      const text = typeof value === "string" ? value : undefined;
      const examples = (schema.examples ?? []).filter((one) => typeof one === "string");
      return [
        ...(text === undefined ? [] : near(text)),
        ...examples,
        ...examples.flatMap(near),
        ...(text === undefined ? ["other"] : [`${text}x`]),
      ];
    }
    default:
      return value === undefined && schema.type === "object" ? [standIn(schema)] : [];
  }
}

/** The same text with one of its numbers one higher, the last one first. */
function near(text: string): string[] {
  const numbers = [...text.matchAll(/\d+/g)].reverse();
  return numbers.map(({ 0: digits, index }) => {
    const next = String(Number(digits) + 1).padStart(digits.length, "0");
    return text.slice(0, index) + next + text.slice(index + digits.length);
  });
}
