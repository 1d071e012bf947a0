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

/** Shows a found value: short, on one line, quoted where it is text. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** A mistake in the words that all of them share: what was found, then what is allowed. */
export function problem(steps: readonly Step[], found: unknown, allowed: string): Problem {
  return { path: pathText(steps), message: `found ${shown(found)}; allowed: ${allowed}` };
}

/** Lists names for a message, with the likeliest intended one first when the found one looks like a slip. */
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

/** Turns what the schema found into problems; an object with several unknown keys gives one problem a key. */
export function schemaProblems(error: z.ZodError, raw: unknown): Problem[] {
  return error.issues.flatMap((issue) => issueProblems(issue, raw));
}

function issueProblems(issue: z.core.$ZodIssue, raw: unknown): Problem[] {
  const steps = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  const found = valueAt(raw, steps);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: pathText([...steps, key]),
        message: `found an unknown key; allowed: ${oneOf(allowedKeys(steps, raw), key)}`,
      }));
    case "invalid_value":
      return [problem(steps, found, oneOf(issue.values.map(String), String(found)))];
    case "invalid_type":
      return [problem(steps, found, expectedType(issue.expected))];
    case "invalid_key":
      return [problem(steps, steps.at(-1), issue.issues.map((inner) => inner.message).join("; "))];
    case "too_small":
      return [problem(steps, found, `${issue.origin === "array" ? "at least" : "from"} ${issue.minimum}`)];
    case "too_big":
      return [problem(steps, found, `${issue.origin === "array" ? "at most" : "up to"} ${issue.maximum}`)];
    default:
      return [problem(steps, found, issue.message)];
  }
}

function expectedType(expected: string): string {
  const article = /^[aeio]/.test(expected) ? "an" : "a";
  const name: Record<string, string> = { record: "object", int: "whole number" };
  return `${article === "an" && expected === "int" ? "a" : article} ${name[expected] ?? expected}`;
}
