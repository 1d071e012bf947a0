import { isProperties, type Properties, type Value } from "../sandbox/world/object";
import { othersThan, valuesFor } from "./candidates";
import type { Shape } from "./shape";
import { propertiesOf } from "./translate";

/**
 * What a change does to a field: gives it another value (a number a higher and a lower one), a value that makes no
 * sense, leaves it out; or gives a list or map one element more, one less, or its elements in another order; or sets a
 * field that is not declared.
 */
export const CHANGES = [
  "other",
  "higher",
  "lower",
  "left out",
  "one more",
  "one less",
  "reordered",
  "set",
  "nonsense",
] as const;

export type ChangeKind = (typeof CHANGES)[number];

/** One change of a resource's declared inputs. */
export interface Change {
  /** The field without the positions in lists, such as `disks[].size`. */
  readonly field: string;
  readonly kind: ChangeKind;
  /** The changed inputs in several variants: the first that the provider takes at all is the one to plan. */
  readonly variants: readonly Properties[];
  /** The variant of a text that the provider itself names as one that it takes; undefined if it is there already. */
  readonly named?: (text: string) => Properties | undefined;
}

type Step = string | number;
/** Makes the change of one place that puts each of the values there, as variants. */
type Maker = (
  kind: ChangeKind,
  values: readonly Value[],
  named?: (text: string) => Value | undefined,
) => Change;

/** Every change of a resource's inputs that is tried. */
export function changesOf(inputs: Properties, fields: ReadonlyMap<string, Shape>): Change[] {
  return [...objectChanges(inputs, fields, [], inputs)].filter(({ variants }) => variants.length > 0);
}

function* objectChanges(
  object: Properties,
  fields: ReadonlyMap<string, Shape>,
  path: readonly Step[],
  inputs: Properties,
): Generator<Change> {
  for (const [name, shape] of fields) {
    const value = object[name];
    const at = [...path, name];
    const change = makerAt(at, inputs);
    if (value === undefined) {
      yield change("set", valuesFor(name, shape), (text) => withText(shape, text));
    } else {
      yield { field: describe(at), kind: "left out", variants: [changed(inputs, at, undefined)] };
      yield* valueChanges(name, value, shape, at, inputs);
    }
  }
}

function* valueChanges(
  name: string,
  value: Value,
  shape: Shape,
  path: readonly Step[],
  inputs: Properties,
): Generator<Change> {
  const change = makerAt(path, inputs);
  const element = shape.one ? shape.element : undefined;
  if (element) return yield* valueChanges(name, value, element, path, inputs);
  if (Array.isArray(value)) return yield* listChanges(name, value, shape, path, inputs, change);
  if (isProperties(value) && shape.kind === "map") {
    return yield* mapChanges(name, value, shape, path, inputs, change);
  }
  yield change("nonsense", [nonsense(shape)]);
  if (isProperties(value)) {
    yield* objectChanges(value, propertiesOf(shape.fields ?? {}), path, inputs);
  } else if (typeof value === "number") {
    yield change("higher", [value + 1, value * 2]);
    yield change("lower", value > 0 ? [value - 1, Math.floor(value / 2)] : []);
  } else {
    yield change("other", othersThan(name, value), (text) => (text === value ? undefined : text));
  }
}

function* listChanges(
  name: string,
  list: readonly Value[],
  { element }: Shape,
  path: readonly Step[],
  inputs: Properties,
  change: Maker,
): Generator<Change> {
  if (!element) return;
  const [last] = list.slice(-1);
  const added = last === undefined ? valuesFor(name, element) : othersThan(name, last);
  yield change(
    "one more",
    added.filter((one) => !list.includes(one)).map((one) => [...list, one]),
    (text) => (element.kind === "text" && !list.includes(text) ? [...list, text] : undefined),
  );
  if (last !== undefined) yield change("one less", [list.slice(0, -1)]);
  if (list.length > 1) yield change("reordered", [[...list].reverse()]);
  for (const [index, value] of list.entries()) {
    yield* elementChanges(name, value, element, [...path, index], inputs, list);
  }
}

/** Changes of one element of a list: the same as of a field, but no scalar comes twice, as sets refuse that. */
function* elementChanges(
  name: string,
  value: Value,
  shape: Shape,
  path: readonly Step[],
  inputs: Properties,
  list: readonly Value[],
): Generator<Change> {
  for (const change of valueChanges(name, value, shape, path, inputs)) {
    if (change.kind !== "other" || typeof value === "object") yield change;
    else {
      const make = makerAt(path, inputs);
      const others = othersThan(name, value).filter((one) => !list.includes(one));
      yield make("other", others, (text) => (list.includes(text) ? undefined : text));
    }
  }
}

function* mapChanges(
  name: string,
  map: Properties,
  { element }: Shape,
  path: readonly Step[],
  inputs: Properties,
  change: Maker,
): Generator<Change> {
  if (!element) return;
  const [[key, value] = []] = Object.entries(map).slice(-1);
  if (key === undefined || value === undefined) return;
  yield change(
    "one more",
    othersThan(`${name} key`, key).map((one) => ({ ...map, [String(one)]: value })),
  );
  yield change("one less", [{ ...map, [key]: undefined }]);
  yield* valueChanges(name, value, element, [...path, key], inputs);
}

function makerAt(path: readonly Step[], inputs: Properties): Maker {
  return (kind, values, named) => ({
    field: describe(path),
    kind,
    variants: values.map((one) => changed(inputs, path, one)),
    named: (text) => {
      const value = named?.(text);
      return value === undefined ? undefined : changed(inputs, path, value);
    },
  });
}

/** A text for a field that is not declared, or a list of it. */
function withText({ kind, element }: Shape, text: string): Value | undefined {
  if (kind === "text") return text;
  return element?.kind === "text" && kind !== "map" ? [text] : undefined;
}

/** A value that no field of the kind takes, or none that means anything to it. */
function nonsense({ kind }: Shape): Value {
  if (kind === "flag") return "perhaps";
  if (kind === "number") return -1;
  return kind === "text" ? "no such value!" : "no object";
}

/** The inputs with one value replaced, or left out where there is none. */
function changed(inputs: Properties, path: readonly Step[], value: Value | undefined): Properties {
  const [first, ...rest] = path;
  if (typeof first !== "string") return inputs;
  return { ...inputs, [first]: changedValue(inputs[first], rest, value) };
}

function changedValue(
  inside: Value | undefined,
  path: readonly Step[],
  value: Value | undefined,
): Value | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (Array.isArray(inside)) {
    return inside.map((one, index) => (index === first ? (changedValue(one, rest, value) ?? null) : one));
  }
  return isProperties(inside) ? changed(inside, path, value) : inside;
}

function describe(path: readonly Step[]): string {
  return path
    .map((step, index) => (typeof step === "number" ? "[]" : index === 0 ? step : `.${step}`))
    .join("");
}
