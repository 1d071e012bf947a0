import assert from "node:assert/strict";
import { join } from "node:path";
import { type Estate, readEstate } from "../../estate";
import { readEnvironmentFile } from "../../estate/file";
import { isContainer, type Step, valueAt } from "../../estate/paths";

export const REPOSITORY = join(__dirname, "..", "..");

/** The environment file that is in the repository. */
export const DEV_FILE = join(REPOSITORY, "Pulumi.dev.yaml");

/** As the value of a change: take what stands there away. */
export const GONE = Symbol("gone");

/** A place in the description and what to put there. */
export type Change = readonly [steps: readonly Step[], value: unknown];

/** The dev estate's description with changes. */
export function devDescription(...changes: readonly Change[]): object {
  const description = descriptionOf(DEV_FILE);
  for (const change of changes) put(description, change);
  return description;
}

/** The dev estate with changes, validated. */
export function devEstate(...changes: readonly Change[]): Estate {
  return validated(devDescription(...changes));
}

/** The estate of an environment file. */
export function estateOf(file: string): Estate {
  return validated(descriptionOf(file));
}

/** The description in an environment file. */
export function descriptionOf(path: string): object {
  const file = readEnvironmentFile(path);
  assert.ok(file.ok && isContainer(file.description));
  return file.description;
}

function validated(description: object): Estate {
  const reading = readEstate(description);
  assert.ok(reading.ok);
  return reading.estate;
}

/** Puts a value somewhere, or takes it away; the place's parent must be there. */
export function put(root: object, [steps, value]: Change): void {
  const parent = valueAt(root, steps.slice(0, -1));
  const last = steps.at(-1);
  assert.ok(isContainer(parent) && last !== undefined, `there is nothing at ${steps.slice(0, -1).join(".")}`);
  if (value !== GONE) Reflect.set(parent, last, structuredClone(value));
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else Reflect.deleteProperty(parent, last);
}

/** A mistake that is expected: where, and what its message says (a part of it). */
export type Expected = readonly [path: string, says: string];

/** Asserts that a description has exactly these mistakes, each reported once, in any order. */
export function assertMistakes(description: unknown, expected: readonly Expected[]): void {
  const reading = readEstate(description);
  const found = reading.ok ? [] : reading.problems;
  const paths = (list: readonly { readonly path: string }[]) => list.map(({ path }) => path).sort();
  assert.deepEqual(paths(found), paths(expected.map(([path]) => ({ path }))), JSON.stringify(found, null, 1));
  for (const [path, says] of expected) {
    const messages = found.filter((problem) => problem.path === path).map((problem) => problem.message);
    assert.ok(
      messages.some((message) => message.includes(says)),
      `${path}: expected "${says}" in ${JSON.stringify(messages)}`,
    );
  }
}

/** A row of a table of bad descriptions. */
export interface BadDescription {
  readonly what: string;
  readonly changes: readonly Change[];
  readonly mistakes: readonly Expected[];
}

/** One test a row: the dev description with the row's changes has the row's mistakes and no others. */
export function refusesEach(rows: readonly BadDescription[]): void {
  for (const { what, changes, mistakes } of rows) {
    it(what, () => assertMistakes(devDescription(...changes), mistakes));
  }
}
