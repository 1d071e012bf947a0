import type { z } from "zod";
import { schemaAt, standIn } from "./json-schema";
import { isContainer, valueAt } from "./paths";
import { estateSchema, type WrittenEstate } from "./schema";

/** Mending one mistake uncovers others only where the schema looks again: below a new value, or in a refinement. */
const ROUNDS = 10;

/**
 * Reads what is sound of a description with mistakes, so that one run can report the mistakes in its references
 * and addresses too: a value that the schema refuses gets a stand-in that it accepts. What the checks say of a
 * stand-in, or because of one, follows from a mistake that has been reported, and is left out.
 */
export function salvage(raw: object): WrittenEstate | undefined {
  const mended: object = structuredClone(raw);
  for (let round = 0; round < ROUNDS; round++) {
    const result = estateSchema.safeParse(mended);
    if (result.success) return result.data;
    for (const issue of result.error.issues) mend(mended, issue);
  }
  return undefined;
}

function mend(root: object, issue: z.core.$ZodIssue): void {
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) remove(root, [...issue.path, key]);
  } else if (issue.code === "invalid_key" || (issue.code === "invalid_type" && issue.expected === "never")) {
    remove(root, issue.path);
  } else if (issue.code === "invalid_union" && issue.discriminator !== undefined) {
    // Without its kind nothing can be said of an entry.
    remove(root, issue.path.slice(0, -1));
  } else {
    replace(root, issue.path);
  }
}

function replace(root: object, path: readonly PropertyKey[]): void {
  const last = path.at(-1);
  const parent = valueAt(root, path.slice(0, -1));
  const schema = schemaAt(path, root);
  if (last !== undefined && isContainer(parent) && schema) Reflect.set(parent, last, standIn(schema));
}

function remove(root: object, path: readonly PropertyKey[]): void {
  const last = path.at(-1);
  const parent = valueAt(root, path.slice(0, -1));
  if (last !== undefined && isContainer(parent)) Reflect.deleteProperty(parent, last);
}
