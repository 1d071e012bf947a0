import { checkAccess } from "./checks/access";
import { checkAddresses } from "./checks/addresses";
import { checkAwsCopies, checkImages } from "./checks/aws-copies";
import { checkAwsData } from "./checks/aws-data";
import { checkAwsLatency } from "./checks/aws-latency";
import { checkAwsLink } from "./checks/aws-link";
import { checkBackupJobs } from "./checks/backup";
import { checkBackupServers } from "./checks/backup-servers";
import { checkCluster } from "./checks/cluster";
import { checkDisks } from "./checks/disks";
import { checkFirewall } from "./checks/firewall";
import { checkFormation } from "./checks/formation";
import { checkGuests } from "./checks/guests";
import { checkHa } from "./checks/ha";
import { checkHostNames } from "./checks/host-names";
import { checkMonitoring } from "./checks/monitoring";
import { checkNetworks } from "./checks/networks";
import { checkRecovery } from "./checks/recovery";
import { checkReferences } from "./checks/references";
import { checkRepetition } from "./checks/repetition";
import { checkReplication } from "./checks/replication";
import { checkSdn } from "./checks/sdn";
import { checkStartup } from "./checks/startup";
import { checkStorageUse } from "./checks/storage";
import { checkStorageKinds } from "./checks/storage-kinds";
import { checkSubnets } from "./checks/subnets";
import { checkTenants } from "./checks/tenants";
import { checkTestEnvironments } from "./checks/test-environments";
import { checkTraffic } from "./checks/traffic";
import { aboutEntries, groupsOf, withoutGroups } from "./groups";
import { aboutHostNetworks, withHostNetworkNames, withHostNetworks } from "./host-networks";
import { declaredNames } from "./names";
import { withOfferings } from "./offerings";
import { asProblem, type Finding, followsFrom, type Problem, problem, schemaFindings } from "./problems";
import { salvage } from "./salvage";
import { type Estate, estateSchema, type WrittenEstate } from "./schema";

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
    const { estate, findings } = examine(parsed.data, raw, []);
    return findings.length === 0 ? { ok: true, estate } : { ok: false, problems: findings.map(asProblem) };
  }
  const refused = schemaFindings(parsed.error, raw);
  const sound = salvage(raw);
  const { findings } = sound ? examine(sound, raw, refused) : { findings: [] };
  return { ok: false, problems: [...refused, ...findings].map(asProblem) };
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

/**
 * Writes short forms out (networks of hosts, sizes by offering, groups), and says what is wrong with the parts together.
 *
 * @param refused mistakes that are reported already: what only follows from them is left out
 */
function examine(written: WrittenEstate, raw: object, refused: readonly Finding[]) {
  const names = withHostNetworkNames(declaredNames(raw), written);
  const networked = withHostNetworks(written);
  const complete = withOfferings(networked.estate, names);
  const incomplete = [...networked.findings, ...complete.findings].filter(
    (finding) => !followsFrom(refused, finding),
  );
  const estate = withoutGroups(complete.estate);
  const found = [
    ...checkReferences(complete.estate, names),
    ...checkTenants(complete.estate),
    ...checkStartup(complete.estate),
    ...checkRecovery(complete.estate),
    ...checkTestEnvironments(complete.estate),
    ...checkImages(complete.estate),
    ...checkTraffic(complete.estate),
    ...checkHa(complete.estate),
    ...aboutEntries(checks(estate), groupsOf(complete.estate)),
  ];
  const findings = aboutHostNetworks(found, written).filter(
    (finding) => !followsFrom([...refused, ...incomplete], finding),
  );
  return { estate, findings: [...incomplete, ...findings] };
}

/** What the parts say of each other. */
function checks(estate: Estate): Finding[] {
  return [
    ...checkCluster(estate),
    ...checkNetworks(estate),
    ...checkFormation(estate),
    ...checkHostNames(estate),
    ...checkSdn(estate),
    ...checkSubnets(estate),
    ...checkAddresses(estate),
    ...checkAwsLink(estate),
    ...checkAwsLatency(estate),
    ...checkDisks(estate),
    ...checkStorageUse(estate),
    ...checkStorageKinds(estate),
    ...checkReplication(estate),
    ...checkGuests(estate),
    ...checkBackupJobs(estate),
    ...checkAwsCopies(estate),
    ...checkAwsData(estate),
    ...checkBackupServers(estate),
    ...checkMonitoring(estate),
    ...checkRepetition(estate),
    ...checkAccess(estate),
    ...checkFirewall(estate),
  ];
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
