import { checkAddresses } from "./checks/addresses";
import { checkCluster } from "./checks/cluster";
import { checkGuests } from "./checks/guests";
import { checkReferences } from "./checks/references";
import { checkStorageUse } from "./checks/storage";
import { declaredNames } from "./names";
import { type Problem, problem, schemaProblems } from "./problems";
import { salvage } from "./salvage";
import { type Estate, estateSchema } from "./schema";

export type { Problem } from "./problems";
export type * from "./schema";

/** The estate, or everything that is wrong with its description. */
export type Reading =
  | { readonly ok: true; readonly estate: Estate }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Validates an environment description: its form (schema), then its references, addresses and roles. All
 * mistakes are found in one go, also where the form of other parts is wrong.
 *
 * @param raw the value of `hybrid-estate:estate` in an environment file
 */
export function readEstate(raw: unknown): Reading {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    return { ok: false, problems: [problem([], raw, "the description of an estate")] };
  }
  const parsed = estateSchema.safeParse(raw);
  const formProblems = parsed.success ? [] : schemaProblems(parsed.error, raw);
  const sound = parsed.success ? parsed.data : salvage(raw);
  const problems = [...formProblems, ...(sound ? crossChecks(sound, raw, formProblems) : [])];
  return parsed.success && problems.length === 0
    ? { ok: true, estate: parsed.data }
    : { ok: false, problems };
}

/** What the parts say of each other; a path that the schema has refused already is not reported twice. */
function crossChecks(estate: Estate, raw: object, formProblems: readonly Problem[]): Problem[] {
  const reported = formProblems.map((known) => known.path);
  return [
    ...checkReferences(estate, declaredNames(raw)),
    ...checkCluster(estate),
    ...checkAddresses(estate),
    ...checkStorageUse(estate),
    ...checkGuests(estate),
  ].filter(
    ({ path }) =>
      !reported.some(
        (known) => known === path || known.startsWith(`${path}.`) || path.startsWith(`${known}.`),
      ),
  );
}

/** Thrown for an environment file with mistakes, before any resource is declared. */
export class EstateError extends Error {
  override readonly name = "EstateError";

  constructor(readonly problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
    const lines = problems.map(({ path, message }) => `  ${path || "(the description)"}: ${message}`);
    super(`The environment file has ${count}; nothing was declared:\n${lines.join("\n")}`);
  }
}
