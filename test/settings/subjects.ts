import path from "node:path";
import { type Problem, readEstate } from "../../estate";
import { pathText, type Step, valueAt } from "../../estate/paths";
import { descriptionOf, put } from "../support/description";
import { ROOT } from "../support/sandbox-cli";
import { type Field, fieldsOf, othersFor } from "./fields";
import { merge, type Overlay, table } from "./table";

/** A setting with the descriptions that it can be changed in: environment files, prepared where that is needed. */
export interface Subject {
  readonly schema: Field["schema"];
  readonly grounds: readonly Ground[];
}

export interface Ground {
  /** Environment file of the checkout. */
  readonly file: string;
  /** What has to be there first. */
  readonly given: Overlay;
  readonly places: Field["places"];
}

const FILES = ["Pulumi.dev.yaml", "Pulumi.prod.yaml"];

/** Every setting of the schema. */
export function subjects(): Map<string, Subject> {
  const all = new Map<string, Subject>();
  for (const file of FILES) {
    for (const given of [{}, ...givenFor(file)]) {
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

/** What the table gives an environment file first, one after the other. */
export function givenFor(file: string): Overlay[] {
  return table.given.filter((one) => one.file === file).map((one) => one.with);
}

/** The description in an environment file with overlays. */
export function descriptionWith(file: string, ...overlays: readonly Overlay[]): object {
  const description = descriptionOf(path.join(ROOT, file));
  for (const overlay of overlays) merge(description, overlay);
  return description;
}

/** A change of one setting that is valid. */
export interface FoundChange {
  readonly ground: Ground;
  readonly steps: Ground["places"][number];
  /** The other value. */
  readonly other: unknown;
  /** Makes the change in any description that has the place. */
  readonly apply: (description: object) => void;
  /** The ground's description, changed. */
  readonly description: object;
}

/** The first change of a setting that leaves its description valid. */
export function firstChange(pattern: string, subject: Subject): FoundChange | undefined {
  for (const change of changesOf(pattern, subject)) return change;
  return undefined;
}

/** The changes of a setting that leave its description valid. */
export function* changesOf(pattern: string, { schema, grounds }: Subject): Generator<FoundChange> {
  for (const ground of grounds) {
    const original = descriptionWith(ground.file, ground.given);
    for (const steps of ground.places) {
      const value = valueAt(original, steps);
      const implied = JSON.stringify(value ?? schema.default);
      const tried = new Set([implied]);
      const candidates = [...(table.values[pattern] ?? othersFor({ schema }, value))];
      for (const other of candidates) {
        const text = JSON.stringify(other);
        if (tried.has(text)) continue;
        tried.add(text);
        const apply = (description: object) => {
          merge(description, table.together[pattern] ?? {});
          put(description, [steps, other]);
        };
        const description = descriptionWith(ground.file, ground.given);
        apply(description);
        const reading = readEstate(description);
        if (reading.ok) yield { ground, steps, other, apply, description };
        if (reading.ok) continue;
        if (table.values[pattern]) continue;
        const names = reading.problems.flatMap((problem) => namesAllowed(problem, steps));
        const list = Array.isArray(value) ? value : [];
        candidates.push(
          ...(Array.isArray(other) ? names.flatMap((name) => [[...list, name], [name]]) : names),
        );
      }
    }
  }
}

/** The names that a refusal says are allowed at a place, or in the list that is there. */
function namesAllowed({ path: place, message }: Problem, steps: readonly Step[]): string[] {
  const where = pathText(steps);
  if (place !== where && !place.startsWith(`${where}[`)) return [];
  const [, list = ""] = /: ([^:]+?)( \(did you mean .*)?$/.exec(message) ?? [];
  return list.split(", ").filter((name) => name !== "");
}
