/** A step into the environment description: a key or a list index. */
export type Step = string | number;

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** Writes a path as people read it: dots between keys, brackets around indexes and unusual keys. */
export function pathText(steps: readonly PropertyKey[]): string {
  return steps
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      const key = String(step);
      if (!PLAIN_KEY.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join("");
}

/** The value at `steps` in raw data, or undefined. */
export function valueAt(root: unknown, steps: readonly PropertyKey[]): unknown {
  return steps.reduce<unknown>(
    (value, step) => (isContainer(value) ? Reflect.get(value, step) : undefined),
    root,
  );
}

/** Whether a value can hold others. */
export function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** The entry of that name; a name such as `constructor`, which every object inherits, has none. */
export function entry<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
