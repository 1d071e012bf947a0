import { isDeepStrictEqual } from "node:util";
import { isProperties, type Properties, type Value } from "../world";
import { at } from "./check";
import { type PropertyType, type Schema, text } from "./schema";
import { UNKNOWN } from "./wire";

/** One property that differs between what is and what is wanted. */
export interface Difference {
  /** Property path, such as `disks[0].size`. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
}

/** Compares the inputs of what exists with new ones, property by property, as the provider's plan would. */
export function diff(schema: Schema, olds: Properties, news: Properties): Difference[] {
  return [...diffFields(schema, olds, news, "", false)];
}

function* diffFields(
  fields: Schema,
  olds: Properties,
  news: Properties,
  path: string,
  replaces: boolean,
): Generator<Difference> {
  for (const name of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    const type = fields[name];
    if (type) yield* diffValue(type, olds[name], news[name], at(path, name), replaces);
  }
}

function* diffValue(
  type: PropertyType,
  before: Value | undefined,
  after: Value | undefined,
  path: string,
  inherited: boolean,
): Generator<Difference> {
  const { kind, fallback, computed, element = text, fields, key, ignored } = type.traits;
  const replaces = inherited || type.traits.replaces === true;
  const old = before ?? fallback;
  const wanted = after ?? fallback;
  if (ignored || (wanted === undefined && computed)) return;
  if (key !== undefined && isSameByKey(key, element, old ?? [], wanted ?? [])) return;
  if (old === undefined || wanted === undefined) {
    if (old === wanted || isEmpty(old ?? wanted)) return;
    const present = old ?? wanted ?? null;
    yield {
      path,
      kind: old === undefined ? "add" : "delete",
      replaces: replaces || (present !== UNKNOWN && replacesByPresence(type, present, old === undefined)),
    };
  } else if (old === UNKNOWN || wanted === UNKNOWN) {
    // Not known is planned as changed; it may turn out to be the same.
    yield { path, kind: "update", replaces };
  } else if (kind === "object" && fields && isProperties(old) && isProperties(wanted)) {
    yield* diffFields(fields, old, wanted, path, replaces);
  } else if (kind === "map" && isProperties(old) && isProperties(wanted)) {
    for (const name of new Set([...Object.keys(old), ...Object.keys(wanted)])) {
      yield* diffValue(element, old[name], wanted[name], at(path, name), replaces);
    }
  } else if (kind === "list" && Array.isArray(old) && Array.isArray(wanted)) {
    for (let index = 0; index < Math.max(old.length, wanted.length); index += 1) {
      const [one, other] = [old[index], wanted[index]];
      const whole = type.traits.replacesWhole === true && (one === undefined || other === undefined);
      yield* diffValue(element, one, other, `${path}[${index}]`, replaces || whole);
    }
  } else if (!same(kind, old, wanted)) {
    yield { path, kind: "update", replaces };
  }
}

function same(kind: string, old: Value, wanted: Value): boolean {
  if (kind === "set" && Array.isArray(old) && Array.isArray(wanted)) {
    return isDeepStrictEqual(sorted(old), sorted(wanted));
  }
  if (kind === "json") return isDeepStrictEqual(document(old), document(wanted));
  if (typeof old === "object" || typeof wanted === "object") return isDeepStrictEqual(old, wanted);
  // The bridge converts between scalars: "8" and 8 are one size.
  return String(old) === String(wanted);
}

function sorted(values: readonly Value[]): string[] {
  return values.map((value) => JSON.stringify(value)).sort();
}

function document(value: Value): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** An empty list or map and an absent one are the same to Terraform's schemas. */
function isEmpty(value: Value | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isProperties(value) && Object.keys(value).length === 0;
}

/** Whether a keyed list is as it was: the same elements in any order, or none wanted any more. */
function isSameByKey(key: string, element: PropertyType, old: Value, wanted: Value): boolean {
  if (!Array.isArray(old) || !Array.isArray(wanted)) return false;
  if (wanted.length === 0) return true;
  const keyOf = (value: Value) => (isProperties(value) ? value[key] : undefined);
  const before = new Map(old.map((value) => [keyOf(value), value]));
  return (
    old.length === wanted.length &&
    // One that comes twice stands for another that is gone.
    new Set(wanted.map(keyOf)).size === before.size &&
    wanted.every((value) => [...diffValue(element, before.get(keyOf(value)), value, "", false)].length === 0)
  );
}

/**
 * Whether adding or removing a value as a whole touches a property that forces replacement. One that the site
 * computes is not touched by leaving it out.
 */
function replacesByPresence({ traits }: PropertyType, value: Value, added: boolean): boolean {
  if (traits.computed && !added) return false;
  if (traits.replaces || traits.replacesWhole) return true;
  if (Array.isArray(value)) {
    return value.some((inner) => replacesByPresence(traits.element ?? text, inner, added));
  }
  if (!isProperties(value) || !traits.fields) return false;
  return Object.entries(traits.fields).some(([name, field]) => {
    const inner = value[name];
    return inner !== undefined && inner !== field.traits.fallback && replacesByPresence(field, inner, added);
  });
}
