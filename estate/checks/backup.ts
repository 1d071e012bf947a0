import { coveredGuests, isManaged } from "../backup";
import { tenantPool } from "../offerings";
import { entry } from "../paths";
import { type Finding, oneOf, problem, type Step } from "../problems";
import type { BackupJob, Estate, Guest, Storage } from "../schema";

/** What a job reads, for findings that rest on it. */
const SELECTED: Finding["basis"] = [
  ["guests", "*", "tags"],
  ["guests", "*", "node"],
];

/** Backup jobs that save nothing, or whose settings do not fit what they save and where to. */
export function checkBackupJobs(estate: Estate): Finding[] {
  return Object.entries(estate.backupJobs).flatMap(([name, job]) => {
    const at = (...steps: Step[]): Step[] => ["backupJobs", name, ...steps];
    const covered = coveredGuests(estate, job);
    const guests = covered.flatMap((guest) => entry(estate.guests, guest) ?? []);
    return [
      ...tagsWithoutGuests(estate, job, at),
      ...poolUnknown(estate, job, at),
      ...savesNothing(job, covered, at),
      ...fleecingMisplaced(estate, job, guests, at),
      ...storageElsewhere(estate, job, guests, at),
      ...retentionOfTheOther(estate, job, at),
      ...onlyForOneKind(estate, job, at),
      ...savesItsOwnServer(estate, job, covered, at),
      ...changeDetectionInVain(estate, job, guests, at),
    ];
  });
}

type At = (...steps: Step[]) => Step[];

function tagsWithoutGuests({ guests }: Estate, job: BackupJob, at: At): Finding[] {
  if (typeof job.guests !== "object" || !("tags" in job.guests)) return [];
  const known = [...new Set(Object.values(guests).flatMap(({ tags }) => tags))];
  return job.guests.tags.flatMap((tag, index) =>
    known.includes(tag)
      ? []
      : [problem(at("guests", "tags", index), tag, `a tag of some guest: ${oneOf(known, tag)}`, SELECTED)],
  );
}

function poolUnknown({ pools, tenants }: Estate, { guests }: BackupJob, at: At): Finding[] {
  if (typeof guests !== "object" || !("pool" in guests)) return [];
  const ofTenants = Object.entries(tenants).map(([name, tenant]) => tenantPool(name, tenant));
  const known = [...Object.keys(pools), ...ofTenants];
  return known.includes(guests.pool)
    ? []
    : [
        problem(
          at("guests", "pool"),
          guests.pool,
          `a pool, or that of a tenant: ${oneOf(known, guests.pool)}`,
          [["pools"], ["tenants"]],
        ),
      ];
}

/** A job for all guests may wait for its first one; a job for some of them that finds none is a slip. */
function savesNothing(job: BackupJob, covered: readonly string[], at: At): Finding[] {
  if (covered.length > 0 || job.guests === "all" || !job.enabled) return [];
  return job.node === undefined
    ? []
    : [
        problem(at("node"), job.node, "a node that some guest of the job is on, or none", [
          ...SELECTED,
          at("guests"),
        ]),
      ];
}

/** Fleecing is QEMU's doing, and its image lies on the node that the VM runs on. */
function fleecingMisplaced(
  estate: Estate,
  { fleecing }: BackupJob,
  guests: readonly Guest[],
  at: At,
): Finding[] {
  if (fleecing === undefined) return [];
  const vms = guests.filter(({ kind }) => kind === "vm");
  if (guests.length > 0 && vms.length === 0) {
    return [
      problem(at("fleecing"), fleecing, "none, as the job saves containers only and fleecing is for VMs", [
        ...SELECTED,
        at("guests"),
        at("node"),
        ["guests", "*", "kind"],
      ]),
    ];
  }
  return missingOn(estate, fleecing.storage, vms, at("fleecing", "storage"));
}

/** vzdump runs on the guest's node and writes from there. */
function storageElsewhere(estate: Estate, job: BackupJob, guests: readonly Guest[], at: At): Finding[] {
  return missingOn(estate, job.storage, guests, at("storage"));
}

function missingOn(
  { storages }: Estate,
  id: string,
  guests: readonly Guest[],
  path: readonly Step[],
): Finding[] {
  const nodes = entry(storages, id)?.nodes;
  const without = guests.find(({ node }) => nodes !== undefined && !nodes.includes(node));
  return nodes === undefined || without === undefined
    ? []
    : [
        problem(
          path,
          id,
          `a storage that ${without.node} has, where the job saves guests; ${id} is on ${nodes.join(", ")} only`,
          [...SELECTED, ["storages", id, "nodes", "*"], [...path.slice(0, 2), "guests"]],
        ),
      ];
}

/** A backup server that this program sets up prunes by itself; everywhere else the job has to. */
function retentionOfTheOther(estate: Estate, job: BackupJob, at: At): Finding[] {
  const storage = entry(estate.storages, job.storage);
  if (storage === undefined) return [];
  const basis: Finding["basis"] = [
    at("storage"),
    ["storages", job.storage, "type"],
    ["storages", job.storage, "server"],
  ];
  const server = storage.type === "pbs" ? entry(estate.backupServers, storage.server) : undefined;
  if (job.retention !== undefined && server !== undefined && isManaged(server)) {
    return [
      problem(
        at("retention"),
        job.retention,
        `none, as the user of ${job.storage} may not remove backups; backupServers.${serverName(storage)}.datastores says what is kept`,
        basis,
      ),
    ];
  }
  return job.retention === undefined && storage.type !== "pbs"
    ? [problem(at("retention"), undefined, "which backups are kept, such as { daily: 7 }", basis)]
    : [];
}

function serverName(storage: Storage): string {
  return storage.type === "pbs" ? storage.server : "";
}

/** Settings that only a Proxmox Backup Server has, or that it alone does not have. */
function onlyForOneKind({ storages }: Estate, job: BackupJob, at: At): Finding[] {
  const storage = entry(storages, job.storage);
  if (storage === undefined) return [];
  const basis = [at("storage"), ["storages", job.storage, "type"]];
  const onServer = storage.type === "pbs";
  const findings: Finding[] = [];
  if (onServer && job.compress !== undefined) {
    findings.push(
      problem(at("compress"), job.compress, "none, as a Proxmox Backup Server compresses by itself", basis),
    );
  }
  if (!onServer && job.changeDetection !== undefined) {
    findings.push(
      problem(
        at("changeDetection"),
        job.changeDetection,
        `none, as ${job.storage} is no Proxmox Backup Server`,
        basis,
      ),
    );
  }
  return findings;
}

/** The VM that keeps the backups can't be restored from them. */
function savesItsOwnServer(estate: Estate, job: BackupJob, covered: readonly string[], at: At): Finding[] {
  const storage = entry(estate.storages, job.storage);
  const server = storage?.type === "pbs" ? entry(estate.backupServers, storage.server) : undefined;
  if (server?.kind !== "vm" || !covered.includes(server.guest)) return [];
  return [
    problem(
      at("guests"),
      job.guests,
      `guests without ${server.guest}, which ${job.storage} itself is on, such as { allExcept: [${server.guest}] }`,
      [at("storage"), ["storages", job.storage, "server"], ["backupServers", "*", "guest"], ...SELECTED],
    ),
  ];
}

function changeDetectionInVain(
  { storages }: Estate,
  { changeDetection, storage }: BackupJob,
  guests: readonly Guest[],
  at: At,
): Finding[] {
  const idle = guests.length > 0 && guests.every(({ kind }) => kind === "vm");
  if (changeDetection === undefined || !idle || entry(storages, storage)?.type !== "pbs") return [];
  return [
    problem(at("changeDetection"), changeDetection, "none, as it is for containers and the job saves none", [
      ...SELECTED,
      at("guests"),
      ["guests", "*", "kind"],
    ]),
  ];
}
