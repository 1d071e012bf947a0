import { EXEMPTIONS, problemsOf } from "./exemptions";
import type { Level, RuleDescription } from "./rules/rule";
import type { RuleConfig } from "./settings";

/** CrossGuard's levels; to remediate is mandatory for rules that can't. */
export type ConfiguredLevel = Level | "disabled";

/** What a team says of the pack's policies, in the form of CrossGuard's `--policy-pack-config`. */
export interface PackConfig {
  /** For policies that `policies` gives no level. */
  readonly all?: ConfiguredLevel;
  readonly policies: ReadonlyMap<
    string,
    { readonly level?: ConfiguredLevel; readonly properties: RuleConfig }
  >;
}

/** Every policy as it is. */
export const NO_CONFIG: PackConfig = { policies: new Map() };

/** A mistake in a configuration, by its place in it. */
export interface ConfigProblem {
  readonly path: string;
  readonly message: string;
}

/** A configuration, or everything that is wrong with it. */
export type ConfigReading =
  | { readonly ok: true; readonly config: PackConfig }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const LEVELS: ReadonlyMap<unknown, ConfiguredLevel> = new Map<unknown, ConfiguredLevel>([
  ["advisory", "advisory"],
  ["mandatory", "mandatory"],
  ["remediate", "mandatory"],
  ["disabled", "disabled"],
]);
const LEVEL_NAMES = [...LEVELS.keys()].join(", ");

/** The key that holds for every policy, and the one in which CrossGuard names environments of Pulumi Cloud. */
const ALL = "all";
const ENVIRONMENTS = "environments";

/** A policy's level under a configuration. */
export function levelOf({ all, policies }: PackConfig, policy: RuleDescription): ConfiguredLevel {
  return policies.get(policy.id)?.level ?? all ?? policy.level;
}

/** A policy's settings and exemptions in a configuration. */
export function configOf({ policies }: PackConfig, policy: RuleDescription): RuleConfig {
  return policies.get(policy.id)?.properties ?? {};
}

/**
 * Reads a configuration as the engine does, and finds what the engine takes in silence: policies and settings of
 * names that the pack does not have, and days that are none.
 *
 * @param known the pack's policies
 * @param exemptible ids of those that have exemptions: the rules
 */
export function readConfig(
  raw: unknown,
  known: readonly RuleDescription[],
  exemptible: ReadonlySet<string>,
): ConfigReading {
  if (!isRecord(raw)) return { ok: false, problems: [wrong("", raw, "an object of policies by their id")] };
  const byId = new Map(known.map((policy) => [policy.id, policy]));
  const problems: ConfigProblem[] = [];
  const policies = new Map<string, { level?: ConfiguredLevel; properties: RuleConfig }>();
  let all: ConfiguredLevel | undefined;
  for (const [id, told] of Object.entries(raw)) {
    if (id === ENVIRONMENTS) continue;
    const { enforcementLevel, ...properties }: Record<string, unknown> = isRecord(told)
      ? told
      : { enforcementLevel: told };
    const level = LEVELS.get(enforcementLevel);
    const path = isRecord(told) ? `${id}.enforcementLevel` : id;
    if (level === undefined && (enforcementLevel !== undefined || !isRecord(told))) {
      problems.push(wrong(path, enforcementLevel, LEVEL_NAMES));
    }
    const policy = byId.get(id);
    if (id === ALL) {
      all = level;
    } else if (policy === undefined) {
      problems.push(wrong(id, id, "the id of a policy of the pack (docs/rules.md)"));
    } else {
      problems.push(...problemsIn(policy, properties, exemptible.has(id)));
      policies.set(id, { ...(level && { level }), properties });
    }
  }
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, config: { ...(all && { all }), policies } };
}

function problemsIn(policy: RuleDescription, properties: RuleConfig, exemptible: boolean): ConfigProblem[] {
  const settings = new Map((policy.settings ?? []).map((setting) => [setting.name, setting]));
  const names = ["enforcementLevel", ...settings.keys(), ...(exemptible ? [EXEMPTIONS] : [])].join(", ");
  return Object.entries(properties).flatMap(([name, value]) => {
    const path = `${policy.id}.${name}`;
    if (name === EXEMPTIONS && exemptible) return exemptionProblems(path, value);
    const setting = settings.get(name);
    if (setting === undefined) return [wrong(path, name, names)];
    return setting.accepts(value) ? [] : [wrong(path, value, setting.allowed)];
  });
}

function exemptionProblems(path: string, value: unknown): ConfigProblem[] {
  if (!Array.isArray(value)) return [wrong(path, value, "a list of exemptions")];
  return value.flatMap((exemption: unknown, index) =>
    problemsOf(exemption).map(({ property, allowed }) =>
      wrong(`${path}[${index}].${property}`, isRecord(exemption) ? exemption[property] : undefined, allowed),
    ),
  );
}

function wrong(path: string, found: unknown, allowed: string): ConfigProblem {
  const shown = found === undefined ? "nothing" : JSON.stringify(found);
  return {
    path,
    message: `found ${shown.length > 60 ? `${shown.slice(0, 57)}...` : shown}; allowed: ${allowed}`,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
