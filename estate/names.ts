/** The names that each section of a raw description declares, sound or not. */
export interface DeclaredNames {
  readonly [section: string]: readonly string[];
}

/**
 * Collects the declared names from the raw description: an entry with a mistake of its own still exists, and a
 * reference to it is not a second mistake.
 */
export function declaredNames(raw: unknown): DeclaredNames {
  if (typeof raw !== "object" || raw === null) return {};
  return Object.fromEntries(
    Object.entries(raw).map(([section, entries]) => [
      section,
      typeof entries === "object" && entries !== null ? Object.keys(entries) : [],
    ]),
  );
}
