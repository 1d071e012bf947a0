import assert from "node:assert/strict";
import type { Secrets } from "../../estate/secrets";

/** Asserts that a text holds none of the secrets. */
export function assertHoldsNone(text: string, secrets: Secrets): void {
  for (const [name, value] of Object.entries(secrets)) {
    const values = typeof value === "string" ? [value] : Object.values(value);
    for (const secret of values) assert.ok(!text.includes(secret), `${name} is in plain text`);
  }
}
