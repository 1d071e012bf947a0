import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { allowedKeys } from "./json-schema";
import { pathText, type Step, valueAt } from "./paths";

export type { Step };

/** One mistake in an environment file. */
export interface Problem {
  /** Where it stands, such as `guests.alpine.disks.scsi0.storage`. */
  readonly path: string;
  /** What was found and what is allowed. */
  readonly message: string;
}

/** A mistake with what decides whether it is one of its own, or only follows from another. */
export interface Finding {
  readonly steps: readonly Step[];
  readonly message: string;
  /** Other places that the judgement rests on; `*` stands for any key or index. */
  readonly basis: readonly (readonly Step[])[];
}

/** Shows a found value: short, on one line, quoted where it is text. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** A mistake in the words that all of them share: what was found, then what is allowed. */
export function problem(
  steps: readonly Step[],
  found: unknown,
  allowed: string,
  basis: Finding["basis"] = [],
): Finding {
  return { steps, message: `found ${shown(found)}; allowed: ${allowed}`, basis };
}

/** A finding as the environment file's author reads it. */
export function asProblem({ steps, message }: Finding): Problem {
  return { path: pathText(steps), message };
}

/**
 * Whether a finding only follows from `refused` ones: it stands at or below one of them, or rests on what is
 * there, so that it may be gone once they are mended.
 */
export function followsFrom(refused: readonly Finding[], { steps, basis }: Finding): boolean {
  return refused.some((mistake) => [steps, ...basis].some((place) => isAtOrBelow(place, mistake.steps)));
}

function isAtOrBelow(place: readonly Step[], other: readonly Step[]): boolean {
  return (
    other.length <= place.length &&
    other.every((step, index) => place[index] === step || place[index] === "*")
  );
}

/** Lists names for a message, with the likeliest intended one when the found one looks like a slip. */
export function oneOf(names: readonly string[], found?: string): string {
  if (names.length === 0) return "nothing, as none is declared";
  const near = found === undefined ? undefined : nearest(found, names);
  const list =
    names.length > 12 ? `${names.slice(0, 12).join(", ")} and ${names.length - 12} more` : names.join(", ");
  return near === undefined ? list : `${list} (did you mean ${near}?)`;
}

/** The name that `found` was probably meant to be: at most a third of its letters are off. */
function nearest(found: string, names: readonly string[]): string | undefined {
  const best = closest(
    found.toLowerCase(),
    names.map((name) => name.toLowerCase()),
  );
  const slips = distance(found.toLowerCase(), best);
  return slips <= Math.max(1, Math.floor(found.length / 3))
    ? names.find((name) => name.toLowerCase() === best)
    : undefined;
}

/** Turns what the schema found into findings; an object with several unknown keys gives one a key. */
export function schemaFindings(error: z.ZodError, raw: unknown): Finding[] {
  return error.issues.flatMap((issue) => issueFindings(issue, raw));
}

function issueFindings(issue: z.core.$ZodIssue, raw: unknown): Finding[] {
  const steps = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  const found = valueAt(raw, steps);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        steps: [...steps, key],
        message: `found an unknown key; allowed: ${oneOf(allowedKeys(steps, raw), key)}`,
        basis: [],
      }));
    case "invalid_value":
      return [problem(steps, found, oneOf(issue.values.map(String), String(found)))];
    case "invalid_union": {
      const kinds = "options" in issue ? issue.options : undefined;
      return [problem(steps, found, kinds ? oneOf(kinds.map(String), String(found)) : issue.message)];
    }
    case "invalid_type":
      return [problem(steps, found, expectedType(issue))];
    case "invalid_key":
      return [problem(steps, steps.at(-1), issue.issues.map((inner) => inner.message).join("; "))];
    case "too_small":
      return [problem(steps, found, bound("from", "at least", issue.origin, issue.minimum))];
    case "too_big":
      return [problem(steps, found, bound("up to", "at most", issue.origin, issue.maximum))];
    default:
      return [problem(steps, found, issue.message)];
  }
}

function bound(ofNumber: string, ofSize: string, origin: string, limit: bigint | number): string {
  if (origin === "array") return `${ofSize} ${limit} in the list`;
  if (origin === "string")
    return limit === 1 ? "text that is not empty" : `text of ${ofSize} ${limit} letters`;
  return `${ofNumber} ${limit}`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: "a list",
  int: "a whole number",
  object: "an object",
  record: "an object",
};

/** The schema's own words where it has some, such as the form of a size; otherwise the type. */
function expectedType(issue: z.core.$ZodIssueInvalidType): string {
  if (!issue.message.startsWith("Invalid input")) return issue.message;
  return TYPE_NAMES[issue.expected] ?? `a ${issue.expected}`;
}
