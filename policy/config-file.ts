import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type ConfigReading, NO_CONFIG, readConfig } from "./config";
import { POLICIES } from "./judge";
import { RULES } from "./rules";

/**
 * The pack's configuration that belongs to an environment file: `Pulumi.prod.policy.json` to `Pulumi.prod.yaml`.
 *
 * A file of its own beside the description, and not a section of it: a pack sees resources and never the stack's
 * configuration, CrossGuard has a form for this that works for any program (`--policy-pack-config`), and who accepts
 * a risk is seldom who describes the estate, so that the file may have owners of its own.
 */
export function policyConfigFile(environmentFile: string): string {
  return `${environmentFile.replace(/\.ya?ml$/, "")}.policy.json`;
}

/** That file's path where it exists, whole: the engine refuses one that does not, and works in another folder. */
export function existingPolicyConfig(environmentFile: string): string | undefined {
  const file = policyConfigFile(environmentFile);
  return existsSync(file) ? path.resolve(file) : undefined;
}

/** Reads the configuration that belongs to an environment file; without one everything is as the rules have it. */
export function readPolicyConfig(environmentFile: string): ConfigReading {
  const file = existingPolicyConfig(environmentFile);
  if (file === undefined) return { ok: true, config: NO_CONFIG };
  const text = readFileSync(file, "utf8");
  const reading = readConfig(parsed(text), POLICIES, new Set(RULES.map((rule) => rule.id)));
  return reading.ok
    ? reading
    : {
        ok: false,
        problems: reading.problems.map(({ path, message }) => ({
          path: path ? `${file}: ${path}` : file,
          message,
        })),
      };
}

/** Text that is no JSON as it is, for the reading to refuse; the engine takes an empty file for no configuration. */
function parsed(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
