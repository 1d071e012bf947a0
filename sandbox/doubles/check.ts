import { isProperties, type Properties, type Value } from "../world";
import type { PropertyType, Schema } from "./schema";
import { UNKNOWN } from "./wire";

/** What is wrong with an input, and where. Never holds the value: it may be a secret. */
export interface Failure {
  /** Property path, such as `disks[0].size`. */
  readonly property: string;
  readonly reason: string;
}

/** Checks inputs against a schema as a typed provider does; unknown values pass. */
export function check(schema: Schema, inputs: Properties): Failure[] {
  return [...checkFields(schema, inputs, "")];
}

function* checkFields(fields: Schema, values: Properties, path: string): Generator<Failure> {
  for (const [name, value] of Object.entries(values)) {
    const type = fields[name];
    if (value === undefined) continue;
    if (type === undefined || type.traits.output) {
      yield { property: at(path, name), reason: "Invalid or unknown key" };
    } else yield* checkValue(type, value, at(path, name));
  }
  for (const [name, { traits }] of Object.entries(fields)) {
    if (traits.required && values[name] === undefined) {
      yield { property: at(path, name), reason: "Missing required property" };
    }
  }
}

function* checkValue(type: PropertyType, value: Value, path: string): Generator<Failure> {
  const { kind, rule, element, fields } = type.traits;
  if (value === UNKNOWN) return;
  if (!fits(kind, value)) {
    yield { property: path, reason: `expected ${EXPECTED[kind]}, got ${describe(value)}` };
  } else if (rule && !rule.holds(value)) {
    yield { property: path, reason: `expected ${rule.expected}` };
  } else if (Array.isArray(value) && element) {
    for (const [index, inner] of value.entries()) yield* checkValue(element, inner, `${path}[${index}]`);
  } else if (isProperties(value) && fields) {
    yield* checkFields(fields, value, path);
  } else if (isProperties(value) && element) {
    for (const [name, inner] of Object.entries(value)) {
      if (inner !== undefined) yield* checkValue(element, inner, at(path, name));
    }
  }
}

const EXPECTED = {
  anything: "a value",
  flag: "a boolean",
  json: "text",
  list: "a list",
  map: "a map",
  number: "a number",
  object: "an object",
  set: "a list",
  text: "text",
} as const;

/** The bridge converts between scalars: `"true"` is a boolean, `1` is a text. */
function fits(kind: keyof typeof EXPECTED, value: Value): boolean {
  switch (kind) {
    case "anything":
      return true;
    case "flag":
      return typeof value === "boolean" || value === "true" || value === "false";
    case "number":
      return typeof value === "number" || (typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value));
    case "text":
      return typeof value !== "object";
    case "json":
      return typeof value === "string" || isProperties(value);
    case "list":
    case "set":
      return Array.isArray(value);
    case "map":
    case "object":
      return isProperties(value);
  }
}

function describe(value: Value): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

/** The path of a property inside another, in the engine's notation. */
export function at(path: string, name: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}
