import { checkAccess } from "./checks/access";
import { checkAddresses } from "./checks/addresses";
import { checkBackupJobs } from "./checks/backup";
import { checkCluster } from "./checks/cluster";
import { checkDisks } from "./checks/disks";
import { checkFormation } from "./checks/formation";
import { checkGuests } from "./checks/guests";
import { checkNetworks } from "./checks/networks";
import { checkReferences } from "./checks/references";
import { checkRepetition } from "./checks/repetition";
import { checkStorageUse } from "./checks/storage";
import { checkStorageKinds } from "./checks/storage-kinds";
import { aboutEntries, groupsOf, withoutGroups } from "./groups";
import { declaredNames } from "./names";
import { asProblem, type Finding, followsFrom, type Problem, problem, schemaFindings } from "./problems";
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
    return { ok: false, problems: [asProblem(problem([], raw, "the description of an estate"))] };
  }
  const tooLong = sizeProblem(raw);
  if (tooLong) return { ok: false, problems: [tooLong] };
  const parsed = estateSchema.safeParse(raw);
  if (parsed.success) {
    const found = crossChecks(parsed.data, raw);
    return found.length === 0
      ? { ok: true, estate: withoutGroups(parsed.data) }
      : { ok: false, problems: found.map(asProblem) };
  }
  const refused = schemaFindings(parsed.error, raw);
  const sound = salvage(raw);
  const others = sound ? crossChecks(sound, raw).filter((other) => !followsFrom(refused, other)) : [];
  return { ok: false, problems: [...refused, ...others].map(asProblem) };
}

/**
 * The engine hands a stack's configuration to the program and the policy pack in one environment variable, which
 * holds 128 KiB on Linux (MAX_ARG_STRLEN of execve(2)); a longer one ends in "argument list too long".
 */
const LONGEST_KIBIBYTES = 120;

function sizeProblem(raw: object): Problem | undefined {
  const kibibytes = Math.ceil(Buffer.byteLength(JSON.stringify(raw)) / 1024);
  if (kibibytes <= LONGEST_KIBIBYTES) return undefined;
  return {
    path: "",
    message: `found ${kibibytes} KiB; allowed: up to ${LONGEST_KIBIBYTES} KiB: write alike guests as one entry with a count`,
  };
}

/** What the parts say of each other. */
function crossChecks(written: Estate, raw: object): Finding[] {
  const estate = withoutGroups(written);
  const findings = [
    ...checkCluster(estate),
    ...checkNetworks(estate),
    ...checkFormation(estate),
    ...checkAddresses(estate),
    ...checkDisks(estate),
    ...checkStorageUse(estate),
    ...checkStorageKinds(estate),
    ...checkGuests(estate),
    ...checkBackupJobs(estate),
    ...checkRepetition(estate),
    ...checkAccess(estate),
  ];
  return [...checkReferences(written, declaredNames(raw)), ...aboutEntries(findings, groupsOf(written))];
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
