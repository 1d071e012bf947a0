import { isInside } from "../policy/facts/addresses";
import type { Storage } from "../policy/facts/storages";
import type { AssessedBackup, AssessedGuest } from "./guest";
import type { Subject } from "./subject";

/** What has failed, all at once. */
export interface Damage {
  readonly nodes: ReadonlySet<string>;
  /** Ids of storages that nobody reaches. */
  readonly storages: ReadonlySet<string>;
  /** Storages that have failed on one node alone: `tank@pve1`. */
  readonly localStorages: ReadonlySet<string>;
  /** Nothing is left of the first site. */
  readonly site: boolean;
}

export const NO_DAMAGE: Damage = {
  nodes: new Set(),
  storages: new Set(),
  localStorages: new Set(),
  site: false,
};

/** The name of a storage's part that is on one node. */
export function onNode(storageId: string, node: string): string {
  return `${storageId}@${node}`;
}

/** The first of a guest's disks that the damage has taken, or undefined. */
export function lostVolume(guest: AssessedGuest, damage: Damage) {
  return guest.volumes.find(
    ({ where, local }) =>
      damage.storages.has(where) || (local && damage.localStorages.has(onNode(where, guest.node))),
  );
}

/**
 * The newest of a guest's backups that the damage has left. A backup on a node's own disks is taken to be on the node
 * where the guest runs, as its job writes it there; one in a guest of the cluster is gone with that guest.
 */
export function survivingBackup(
  subject: Subject,
  guest: AssessedGuest,
  damage: Damage,
): AssessedBackup | undefined {
  return guest.backups.find((backup) => survives(subject, guest, backup, damage));
}

function survives(
  subject: Subject,
  guest: AssessedGuest,
  { storageId, storage }: AssessedBackup,
  damage: Damage,
): boolean {
  if (damage.storages.has(storageId)) return false;
  if (storage === undefined) return !damage.site;
  if (storage.shared === false) {
    return (
      !damage.site &&
      !damage.nodes.has(guest.node) &&
      !damage.localStorages.has(onNode(storageId, guest.node))
    );
  }
  const server = serverOf(storage);
  if (damage.site) return server !== undefined && isElsewhere(subject, server);
  const host = server === undefined ? undefined : hostOf(subject, server);
  return host === undefined || !(damage.nodes.has(host.node) || lostVolume(host, damage) !== undefined);
}

/** The guest that serves a storage, where one does. */
function hostOf(subject: Subject, server: string): AssessedGuest | undefined {
  return subject.guestByAddress.get(server);
}

/** Host name or address of the server of a network storage. */
export function serverOf({ location }: Storage): string | undefined {
  return /^(?:nfs|cifs|pbs):\/\/([^/]+)\//.exec(location ?? "")?.[1];
}

/** A server with an address outside every network of the site; a name tells nothing, so it counts as inside. */
function isElsewhere({ networks }: Subject, server: string): boolean {
  return (
    /^\d+\.\d+\.\d+\.\d+$/.test(server) &&
    networks.length > 0 &&
    !networks.some(({ cidr }) => typeof cidr === "string" && isInside(server, cidr))
  );
}
