import { isContainer, valueAt } from "./paths";

/** The names that each section of a raw description declares, sound or not; `hardware.pci` is a section too. */
export interface DeclaredNames {
  readonly [section: string]: readonly string[];
}

/** Sections whose entries have names of kinds of their own. */
const DIVIDED = ["aws", "hardware"];

/**
 * Collects the declared names from the raw description: an entry with a mistake of its own still exists, and a
 * reference to it is not a second mistake.
 */
export function declaredNames(raw: unknown): DeclaredNames {
  return Object.fromEntries(
    keysAt(raw, []).flatMap((section) => [
      [section, keysAt(raw, [section])],
      ...(DIVIDED.includes(section)
        ? keysAt(raw, [section]).map((kind) => [`${section}.${kind}`, keysAt(raw, [section, kind])])
        : []),
    ]),
  );
}

function keysAt(raw: unknown, steps: readonly string[]): string[] {
  const value = valueAt(raw, steps);
  return isContainer(value) ? Object.keys(value) : [];
}
