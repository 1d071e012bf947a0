import type { z } from "zod";
import { isContainer, valueAt } from "./paths";
import { type Estate, estateSchema } from "./schema";

/**
 * Values that some field of the schema accepts. None of them can clash with a real estate: the addresses are
 * documentation addresses (RFC 5737), the number is the highest VM id. What the checks say of a stand-in is about
 * a path that has been reported already, and is left out.
 */
const STAND_INS: readonly unknown[] = [
  999_999_999,
  1,
  12,
  true,
  "1 GiB",
  "192.0.2.1",
  "192.0.2.0/24",
  "/stand-in",
  "https://stand-in.invalid/",
  "stand-in",
  ["192.0.2.1"],
  {},
];

/**
 * Reads what is sound of a description with mistakes, so that one run can report the mistakes in its references
 * and addresses too: a value that the schema refuses gets a stand-in; where there is none it is removed.
 */
export function salvage(raw: object): Estate | undefined {
  const mended: object = structuredClone(raw);
  for (;;) {
    const result = estateSchema.safeParse(mended);
    if (result.success) return result.data;
    const before = JSON.stringify(mended);
    // From the last issue to the first: removing a list item shifts only the ones behind it.
    for (const issue of result.error.issues.toReversed()) mend(mended, issue);
    if (JSON.stringify(mended) === before) return undefined;
  }
}

function mend(root: object, issue: z.core.$ZodIssue): void {
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) remove(root, [...issue.path, key]);
    return;
  }
  const last = issue.path.at(-1);
  const parent = valueAt(root, issue.path.slice(0, -1));
  if (last === undefined || !isContainer(parent)) return;
  const allowed: readonly unknown[] = issue.code === "invalid_value" ? issue.values : STAND_INS;
  const complaints = (value: unknown): number => {
    Reflect.set(parent, last, value);
    const again = estateSchema.safeParse(root);
    return again.success ? 0 : again.error.issues.filter(({ path }) => same(path, issue.path)).length;
  };
  if (issue.code === "invalid_key" || !allowed.some((value) => complaints(structuredClone(value)) === 0)) {
    remove(root, issue.path);
  }
}

function same(one: readonly PropertyKey[], other: readonly PropertyKey[]): boolean {
  return one.length === other.length && one.every((step, index) => other[index] === step);
}

function remove(root: object, path: readonly PropertyKey[]): void {
  const last = path.at(-1);
  const parent = valueAt(root, path.slice(0, -1));
  if (last === undefined || !isContainer(parent)) return;
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else Reflect.deleteProperty(parent, last);
}
