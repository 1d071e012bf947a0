import { entry } from "./paths";
import type { BackupJob, BackupServer, BackupStorage, Estate, ManagedBackupServer, Vm } from "./schema";

/** Which guests a job saves, as the description says it. */
export type Selection = BackupJob["guests"];

/** Which guests a job saves, by name: all but some, also those that no description knows, or these. */
export type Selected = { readonly allExcept: readonly string[] } | { readonly guests: readonly string[] };

/** Proxmox's jobs know no tags: they become the guests of the description that have one. */
export function selected({ guests }: Pick<Estate, "guests">, selection: Selection): Selected {
  if (selection === "all") return { allExcept: [] };
  if (Array.isArray(selection)) return { guests: selection };
  if ("allExcept" in selection) return selection;
  if ("pool" in selection) {
    const members = Object.entries(guests).filter(([, guest]) => guest.pool === selection.pool);
    return { guests: members.map(([name]) => name) };
  }
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

/** The storages that are datastores of a Proxmox Backup Server, by id. */
export function backupStorages({ storages }: Pick<Estate, "storages">): [id: string, BackupStorage][] {
  return Object.entries(storages).flatMap(([id, storage]): [string, BackupStorage][] =>
    storage.type === "pbs" ? [[id, storage]] : [],
  );
}

/** The user that the cluster logs in as. */
export function backupUser(id: string, { username }: BackupStorage): string {
  return username ?? `${id}@pbs`;
}

/** Whether this program sets a server up. */
export function isManaged(server: BackupServer): server is ManagedBackupServer {
  return server.kind !== "foreign";
}

/** The VM that a server runs on, where it is one of the cluster. */
export function serverVm({ guests }: Pick<Estate, "guests">, server: BackupServer): Vm | undefined {
  const guest = server.kind === "vm" ? entry(guests, server.guest) : undefined;
  return guest?.kind === "vm" ? guest : undefined;
}

/** The address that the nodes and this program reach a server on: of a VM the first static one, by slot. */
export function serverAddress(estate: Pick<Estate, "guests">, server: BackupServer): string | undefined {
  if (server.kind !== "vm") return server.address;
  const nics = Object.entries(serverVm(estate, server)?.nics ?? {}).sort(([one], [other]) =>
    one.localeCompare(other),
  );
  return nics.find(([, { address }]) => address !== "dhcp")?.[1].address.split("/")[0];
}
