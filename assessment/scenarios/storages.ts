import { isKnown } from "../../policy/facts/read";
import type { Storage } from "../../policy/facts/storages";
import { type Damage, lostVolume, NO_DAMAGE, onNode, survivingBackup } from "../damage";
import { plural, untilRepaired } from "../figures";
import type { AssessedGuest } from "../guest";
import type { Figure, GuestEffect, Scenario } from "../model";
import { backupLoss, effectOn, untouched } from "../outcomes";
import { scenario } from "../scenario";
import { runningGuests, type Subject } from "../subject";

/** Every storage that guests or their backups are on: a shared one as a whole, one of the nodes on each of them. */
export function storageScenarios(subject: Subject): Scenario[] {
  const used = usedPlaces(subject);
  return [...subject.topology.storages.values()].flatMap((storage) => {
    const { id } = storage;
    if (!isKnown(id)) return [];
    if (storage.shared === false) {
      return [...subject.running.nodes.keys()].flatMap((node) =>
        used.has(onNode(id, node)) ? [localScenario(subject, id, node)] : [],
      );
    }
    return used.has(id) ? [sharedScenario(subject, storage, id)] : [];
  });
}

/** Every host that serves storages. */
export function serverScenarios(subject: Subject): Scenario[] {
  return [...subject.servers].map(([server, storages]) => {
    const ids = storages.flatMap(({ id }) => (isKnown(id) ? [id] : []));
    const damage = { ...NO_DAMAGE, storages: new Set(ids) };
    const guest = subject.guestByAddress.get(server);
    return scenario(
      {
        id: `server:${server}`,
        kind: "server",
        title: `${kindOf(storages)} server ${server}`,
        what: `${server} is down, and ${ids.join(", ")} with it${guest === undefined ? "" : `: it is ${guest.label}, a guest of this cluster`}.`,
        notes: lostBackups(subject, damage),
      },
      withoutStorages(subject, damage),
    );
  });
}

/** What becomes of running guests when nobody reaches storages. */
export function withoutStorages(subject: Subject, damage: Damage): GuestEffect[] {
  return runningGuests(subject).map((guest) => withoutStorage(subject, guest, damage));
}

/** What becomes of one guest; `loss` is what it loses, where that is not up to its backups. */
export function withoutStorage(
  subject: Subject,
  guest: AssessedGuest,
  damage: Damage,
  loss?: Figure,
): GuestEffect {
  const lost = lostVolume(guest, damage);
  if (lost === undefined) return untouched(guest);
  const { slot, where, storage } = lost;
  const waits = storage !== undefined && WAITING.has(storage.type);
  return effectOn(guest, {
    effect: waits ? "stalls" : "down",
    because: `${slot} is on ${where}`,
    downtime: untilRepaired(
      `${where} is back`,
      waits
        ? "its I/O waits as long as the storage is away (hard mount); HA cannot help, as no node has the disk"
        : "its disk is gone; HA cannot help, as no node has it",
    ),
    dataLoss: loss ?? backupLoss(subject, guest, damage, "none if it comes back with its data; else "),
  });
}

/** Guests whose newest restore point the damage takes, or puts out of reach: notes, as they go on running. */
export function lostBackups(subject: Subject, damage: Damage, left = "left"): string[] {
  const [without, older]: [AssessedGuest[], AssessedGuest[]] = [[], []];
  for (const guest of subject.guests.values()) {
    const [best] = guest.backups;
    if (best === undefined) continue;
    const newest = survivingBackup(subject, guest, damage);
    if (newest === undefined) without.push(guest);
    else if (newest !== best) older.push(guest);
  }
  return [
    ...(without.length > 0
      ? [`${plural(without.length, "guest")} ${without.length === 1 ? "has" : "have"} no backup ${left}.`]
      : []),
    ...(older.length > 0 ? [`For ${plural(older.length, "guest")} only an older backup is ${left}.`] : []),
  ];
}

/** File systems and block devices of the network that are waited for, rather than failing. */
const WAITING: ReadonlySet<Storage["type"]> = new Set<Storage["type"]>(["cephfs", "nfs", "rbd"]);

function sharedScenario(subject: Subject, storage: Storage, id: string): Scenario {
  const damage = { ...NO_DAMAGE, storages: new Set([id]) };
  return scenario(
    {
      id: `storage:${id}`,
      kind: "storage",
      title: `Storage ${id} (${storage.type})`,
      what: `No node reaches ${id}.`,
      notes: lostBackups(subject, damage),
    },
    withoutStorages(subject, damage),
  );
}

function localScenario(subject: Subject, id: string, node: string): Scenario {
  const damage = { ...NO_DAMAGE, localStorages: new Set([onNode(id, node)]) };
  const notes = lostBackups(subject, damage);
  const effects = withoutStorages(subject, damage);
  return scenario(
    {
      id: `storage:${onNode(id, node)}`,
      kind: "storage",
      title: `Storage ${id} on ${node}`,
      what: `The disks of ${id} in ${node} fail; the node itself goes on.`,
      notes,
    },
    effects,
  );
}

/** Storages that guests or their backups are on, each also as what it is on the guest's node. */
function usedPlaces({ guests }: Subject): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { volumes, backups, node } of guests.values()) {
    for (const id of [...volumes.map(({ where }) => where), ...backups.map(({ storageId }) => storageId)]) {
      used.add(id).add(onNode(id, node));
    }
  }
  return used;
}

function kindOf(storages: readonly Storage[]): string {
  const kinds = new Set(storages.map(({ type }) => (type === "pbs" ? "Backup" : type.toUpperCase())));
  return [...kinds].join(" and ");
}
