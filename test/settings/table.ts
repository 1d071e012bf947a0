import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const overlay = z.record(z.string(), z.unknown());

const tableSchema = z.strictObject({
  given: z.array(z.strictObject({ file: z.string(), with: overlay })),
  values: z.record(z.string(), z.array(z.unknown())),
  together: z.record(z.string(), overlay),
  single: z.record(z.string(), z.string()),
});

/** What is merged into a description: entries are added, values replaced, and `null` takes away. */
export type Overlay = z.infer<typeof overlay>;

/** What the test of settings can't find out by itself. */
export const table = tableSchema.parse(parse(readFileSync(path.join(__dirname, "table.yaml"), "utf8")));

/** Merges an overlay into a description, in place. */
export function merge(target: object, source: object): void {
  for (const [name, value] of Object.entries(source)) {
    const known: unknown = Reflect.get(target, name);
    if (value === null) Reflect.deleteProperty(target, name);
    else if (isMap(known) && isMap(value)) merge(known, value);
    else Reflect.set(target, name, structuredClone(value));
  }
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
