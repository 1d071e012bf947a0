import { get, type Known, keys, list, text, UNKNOWN } from "./read";

/** A statement of an identity policy, as far as rules ask for it. */
export interface Grant {
  /** Allow, or Deny. */
  readonly allows: boolean;
  /** Every action, or every action of a service. */
  readonly everyAction: boolean;
  readonly everyResource: boolean;
  /** Whether it is in force only where there was no second factor. */
  readonly unlessMfa: boolean;
}

/** The statements of an IAM policy: JSON or an object; UNKNOWN for each that cannot be read yet. */
export function parseGrants(document: unknown): Known<Grant>[] {
  const parsed = typeof document === "string" ? parse(document) : document;
  if (parsed === undefined) return [];
  const statements = many(parsed, "Statement");
  return statements === UNKNOWN ? [UNKNOWN] : statements.map(grant);
}

function grant(statement: unknown): Known<Grant> {
  const effect = text(statement, "Effect");
  const actions = many(statement, "Action");
  const resources = many(statement, "Resource");
  if (typeof effect !== "string" || actions === UNKNOWN || resources === UNKNOWN) return UNKNOWN;
  const certain = { allows: effect === "Allow", unlessMfa: unlessMfa(get(statement, "Condition")) };
  const everyAction = actions.some(
    (action) => typeof action === "string" && /^(\*|[a-z0-9-]+:\*)$/i.test(action),
  );
  const everyResource = resources.some((resource) => resource === "*");
  // What is not known can only widen a statement that is not wide in both yet.
  const open = (!everyAction && actions.includes(UNKNOWN)) || (!everyResource && resources.includes(UNKNOWN));
  const mayBeWide =
    open && (everyAction || actions.includes(UNKNOWN)) && (everyResource || resources.includes(UNKNOWN));
  return mayBeWide ? UNKNOWN : { ...certain, everyAction, everyResource };
}

function unlessMfa(condition: unknown): boolean {
  return ["Bool", "BoolIfExists"].some((operator) => {
    const tests = get(condition, operator);
    const named = keys({ tests }, "tests");
    return (
      Array.isArray(named) &&
      named.some(
        (name) => name.toLowerCase() === "aws:multifactorauthpresent" && String(get(tests, name)) === "false",
      )
    );
  });
}

function many(from: unknown, key: string): Known<readonly unknown[]> {
  const value = get(from, key);
  if (value === UNKNOWN) return UNKNOWN;
  return Array.isArray(value) ? (list(from, key) ?? []) : value === undefined ? [] : [value];
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return UNKNOWN;
  }
}
