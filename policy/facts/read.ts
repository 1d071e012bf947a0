/** Stands for a value that is not known yet (a preview cannot know it) or that makes no sense where it is. */
export const UNKNOWN: unique symbol = Symbol("not known yet");
/** The type of that stand-in. */
export type Unknown = typeof UNKNOWN;

/** A value that is there but may not be known yet. */
export type Known<T> = T | Unknown;
/** A value that may be left out (`undefined`) or not known yet. */
export type Value<T> = T | undefined | Unknown;

// Pulumi's wire format marks a secret with this pair; under mocks it reaches the resource's inputs.
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/**
 * Reads one member and never throws. The pack's properties are behind a proxy that throws when an unknown
 * value is read, mocks mark one with `__pulumiUnknown`: both give UNKNOWN. Null counts as left out.
 */
export function get(from: unknown, key: string | number): unknown {
  if (from === undefined || from === null) {
    return undefined;
  }
  if (typeof from !== "object") {
    return UNKNOWN;
  }
  if (!Object.hasOwn(from, key)) {
    return undefined;
  }
  try {
    return plain(Reflect.get(from, key));
  } catch {
    return UNKNOWN;
  }
}

function plain(value: unknown): unknown {
  if (value === null) {
    return undefined;
  }
  if (typeof value !== "object") {
    return value;
  }
  if ("__pulumiUnknown" in value) {
    return UNKNOWN;
  }
  return get(value, SIGNATURE) === SECRET ? get(value, "value") : value;
}

/** A string; anything else is malformed and thus UNKNOWN. */
export function text(from: unknown, key: string | number): Value<string> {
  const value = get(from, key);
  return value === undefined || typeof value === "string" ? value : UNKNOWN;
}

/** A whole number, also one written as a string (backup jobs list VM ids so). */
export function whole(from: unknown, key: string | number): Value<number> {
  const value = get(from, key);
  if (value === undefined || (typeof value === "number" && Number.isInteger(value))) {
    return value;
  }
  return typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : UNKNOWN;
}

/** A boolean, also in quotes. */
export function flag(from: unknown, key: string | number): Value<boolean> {
  const value = get(from, key);
  if (value === undefined || typeof value === "boolean") {
    return value;
  }
  return value === "true" ? true : value === "false" ? false : UNKNOWN;
}

/** The elements of a list, each of them possibly UNKNOWN; a single value where a list belongs is malformed. */
export function list(from: unknown, key: string | number): Value<readonly unknown[]> {
  const value = get(from, key);
  if (value === undefined) {
    return undefined;
  }
  return Array.isArray(value)
    ? Array.from({ length: value.length }, (_, index) => get(value, index))
    : UNKNOWN;
}

/** The elements of a list; a list that is not known stands for one element that is not. */
export function items(from: unknown, key: string | number): readonly unknown[] {
  const values = list(from, key);
  return values === UNKNOWN ? [UNKNOWN] : (values ?? []);
}

/** A list of strings. */
export function texts(from: unknown, key: string | number): Value<readonly Known<string>[]> {
  return elements(from, key, (value, index) => text(value, index));
}

/** A list of whole numbers. */
export function wholes(from: unknown, key: string | number): Value<readonly Known<number>[]> {
  return elements(from, key, (value, index) => whole(value, index));
}

function elements<T>(
  from: unknown,
  key: string | number,
  read: (value: readonly unknown[], index: number) => Value<T>,
): Value<readonly Known<T>[]> {
  const values = list(from, key);
  return values === undefined || values === UNKNOWN
    ? values
    : values.map((_, index) => read(values, index) ?? UNKNOWN);
}

/** The keys of a map whose values do not matter or are read later. */
export function keys(from: unknown, key: string): Value<readonly string[]> {
  const value = get(from, key);
  if (value === undefined || value === UNKNOWN) {
    return value;
  }
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : UNKNOWN;
}

/** What is known in a list of possibly unknown values. */
export function knownIn<T>(values: Value<readonly Known<T>[]>): T[] {
  return values === undefined || values === UNKNOWN ? [] : values.filter(isKnown);
}

/** Narrows a value to what is known of it. */
export function isKnown<T>(value: Known<T>): value is T {
  return value !== UNKNOWN;
}

/** Whether a list is known as a whole, every element included. */
export function allKnown<T>(values: Value<readonly Known<T>[]>): values is readonly T[] | undefined {
  return values === undefined || (values !== UNKNOWN && values.every(isKnown));
}
