import assert from "node:assert/strict";
import { type ConfigReading, type PackConfig, readConfig } from "../../policy/config";
import { POLICIES } from "../../policy/judge";
import { RULES } from "../../policy/rules";

/** A configuration as a file would have it. */
export function readingOf(raw: unknown): ConfigReading {
  return readConfig(raw, POLICIES, new Set(RULES.map((rule) => rule.id)));
}

/** The same, sound. */
export function readPackConfig(raw: unknown): PackConfig {
  const reading = readingOf(raw);
  assert.ok(reading.ok, JSON.stringify(reading));
  return reading.config;
}
