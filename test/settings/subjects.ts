import path from "node:path";
import { readEstate } from "../../estate";
import { valueAt } from "../../estate/paths";
import { type Change, descriptionOf, put } from "../support/description";
import { ROOT } from "../support/sandbox-cli";
import { type Field, fieldsOf, othersFor } from "./fields";
import { GIVEN, TOGETHER, VALUES } from "./values";

/** A setting with the descriptions that it can be changed in: environment files, prepared where that is needed. */
export interface Subject {
  readonly schema: Field["schema"];
  readonly grounds: readonly Ground[];
}

export interface Ground {
  /** Environment file of the checkout. */
  readonly file: string;
  /** What has to be there first. */
  readonly given: readonly Change[];
  readonly places: Field["places"];
}

const FILES = ["Pulumi.dev.yaml", "Pulumi.prod.yaml"];

/** Every setting of the schema. */
export function subjects(): Map<string, Subject> {
  const all = new Map<string, Subject>();
  for (const file of FILES) {
    for (const given of [[], ...(GIVEN[file] ?? [])]) {
      for (const { pattern, places, schema } of fieldsOf(descriptionWith(file, given))) {
        const known = all.get(pattern)?.grounds ?? [];
        all.set(pattern, {
          schema,
          grounds: [...known, ...(places.length > 0 ? [{ file, given, places }] : [])],
        });
      }
    }
  }
  return all;
}

/** The description in an environment file with changes. */
export function descriptionWith(file: string, changes: readonly Change[]): object {
  const description = descriptionOf(path.join(ROOT, file));
  for (const change of changes) put(description, change);
  return description;
}

/** The first change of a setting that leaves its description valid. */
export function firstChange(
  pattern: string,
  { schema, grounds }: Subject,
): { ground: Ground; changes: readonly Change[]; description: object } | undefined {
  for (const ground of grounds) {
    const original = descriptionWith(ground.file, ground.given);
    const names = Object.values(original).flatMap((section: unknown) =>
      typeof section === "object" && section !== null ? Object.keys(section) : [],
    );
    for (const steps of ground.places) {
      const value = valueAt(original, steps);
      const implied = JSON.stringify(value ?? schema.default);
      for (const other of VALUES[pattern] ?? othersFor({ schema }, value, names)) {
        if (JSON.stringify(other) === implied) continue;
        const changes: Change[] = [...(TOGETHER[pattern] ?? []), [steps, other]];
        const description = descriptionWith(ground.file, [...ground.given, ...changes]);
        if (readEstate(description).ok) return { ground, changes, description };
      }
    }
  }
  return undefined;
}
