import type { BackupJob, Estate } from "./schema";

/** Which guests a job saves, as the description says it. */
export type Selection = BackupJob["guests"];

/** Which guests a job saves, by name: all but some, also those that no description knows, or these. */
export type Selected = { readonly allExcept: readonly string[] } | { readonly guests: readonly string[] };

/** Proxmox's jobs know no tags: they become the guests of the description that have one. */
export function selected({ guests }: Pick<Estate, "guests">, selection: Selection): Selected {
  if (selection === "all") return { allExcept: [] };
  if (Array.isArray(selection)) return { guests: selection };
  if ("allExcept" in selection) return selection;
  const tagged = Object.entries(guests).filter(([, { tags }]) =>
    tags.some((tag) => selection.tags.includes(tag)),
  );
  return { guests: tagged.map(([name]) => name) };
}

/** The same selection with other names for the guests that it names. */
export function withNames(selection: Selection, rename: (names: readonly string[]) => string[]): Selection {
  if (Array.isArray(selection)) return rename(selection);
  return typeof selection === "object" && "allExcept" in selection
    ? { allExcept: rename(selection.allExcept) }
    : selection;
}

/**
 * The guests of the description that a job takes, by name. `node` counts by where a guest is created: HA may have
 * moved it since.
 */
export function coveredGuests(estate: Estate, job: BackupJob): string[] {
  const choice = selected(estate, job.guests);
  const takes = (name: string) =>
    "guests" in choice ? choice.guests.includes(name) : !choice.allExcept.includes(name);
  return Object.entries(estate.guests)
    .filter(([name, { node }]) => takes(name) && (job.node === undefined || job.node === node))
    .map(([name]) => name);
}
