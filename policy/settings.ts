import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";

/** What a team's configuration says of one rule: its settings and exemptions. */
export type RuleConfig = Readonly<Record<string, unknown>>;

/** Something about a rule that teams decide differently. */
export interface Setting<T = unknown> {
  readonly name: string;
  readonly description: string;
  readonly default: T;
  /** By which CrossGuard checks configuration. */
  readonly schema: PolicyConfigJSONSchema;
  /** In words, for messages: "a whole number from 1 to 100". */
  readonly allowed: string;
  /** Whether a value is of the setting's form. */
  readonly accepts: (value: unknown) => boolean;
  /** The value in a rule's configuration; the default where it is left out or has another form. */
  readonly in: (config: RuleConfig) => T;
}

interface Parts<T> {
  readonly description: string;
  readonly default: T;
}

interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
}

/** A number within bounds. */
export function numberSetting(name: string, parts: Parts<number> & Bounds): Setting<number> {
  const { minimum, maximum } = parts;
  const accepts = (value: unknown): value is number =>
    typeof value === "number" && value >= minimum && value <= maximum;
  return setting(
    name,
    parts,
    { type: "number", minimum, maximum },
    `a number from ${minimum} to ${maximum}`,
    accepts,
  );
}

/** A whole number within bounds. */
export function wholeSetting(name: string, parts: Parts<number> & Bounds): Setting<number> {
  const { minimum, maximum } = parts;
  const accepts = (value: unknown): value is number =>
    Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
  const allowed = `a whole number from ${minimum} to ${maximum}`;
  return setting(name, parts, { type: "integer", minimum, maximum }, allowed, accepts);
}

/** A list of names. */
export function textsSetting(
  name: string,
  parts: Parts<readonly string[]>,
  allowed = "a list of strings",
): Setting<readonly string[]> {
  const accepts = (value: unknown): value is readonly string[] =>
    Array.isArray(value) && value.every((each) => typeof each === "string" && each !== "");
  return setting(name, parts, { type: "array", items: { type: "string", minLength: 1 } }, allowed, accepts);
}

function setting<T extends boolean | number | string | readonly string[]>(
  name: string,
  parts: Parts<T>,
  schema: PolicyConfigJSONSchema,
  allowed: string,
  accepts: (value: unknown) => value is T,
): Setting<T> {
  const { description } = parts;
  return {
    name,
    description,
    default: parts.default,
    schema: { ...schema, description, default: parts.default },
    allowed,
    accepts,
    in: (config) => {
      const value = config[name];
      return accepts(value) ? value : parts.default;
    },
  };
}
