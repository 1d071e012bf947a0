import type { Fate } from "../placement";
import { type Damage, survivingBackup } from "./damage";
import {
  CONTAINER_MOVE,
  CRASH_CONSISTENT,
  duration,
  HA_RESTART,
  LIVE_MIGRATION,
  NO_DOWNTIME,
  NO_LOSS,
  sinceReplication,
  untilRepaired,
} from "./figures";
import type { AssessedGuest } from "./guest";
import type { Effect, Figure, GuestEffect } from "./model";
import type { Subject } from "./subject";

/** What a failure does to a guest, before its objectives are looked at. */
interface Told {
  readonly effect: Effect;
  readonly to?: string;
  readonly because: string;
  readonly downtime: Figure;
  readonly dataLoss: Figure;
  readonly copies?: readonly string[];
  readonly haFails?: boolean;
}

/** Completes an effect with who it is about, and with the objectives that it misses. */
export function effectOn(guest: AssessedGuest, told: Told): GuestEffect {
  const { id, name, critical, node, rpo, rto } = guest;
  const misses = [
    ...(exceeds(told.dataLoss, rpo) ? (["rpo"] as const) : []),
    ...(exceeds(told.downtime, rto) ? (["rto"] as const) : []),
  ];
  const objectives = { ...(rpo === undefined ? {} : { rpo }), ...(rto === undefined ? {} : { rto }) };
  return { id, name, critical, ...objectives, from: node, ...told, misses };
}

function exceeds({ minutes }: Figure, objective: number | undefined): boolean {
  if (objective === undefined || minutes === "unknown") return false;
  return minutes === "all" || minutes === "repair" || minutes > objective;
}

export function untouched(guest: AssessedGuest): GuestEffect {
  return effectOn(guest, {
    effect: "stays",
    to: guest.node,
    because: "nothing that it needs has failed",
    downtime: NO_DOWNTIME,
    dataLoss: NO_LOSS,
  });
}

/** Its node has died, or HA moves it because of that. */
export function afterFate(subject: Subject, guest: AssessedGuest, fate: Fate, damage: Damage): GuestEffect {
  switch (fate.kind) {
    case "restarts":
      return effectOn(guest, {
        effect: "restarts",
        to: fate.node,
        because: `HA starts it on ${fate.node}`,
        downtime: HA_RESTART,
        dataLoss: restartLoss(guest),
      });
    case "moves":
      return effectOn(guest, {
        effect: "moves",
        to: fate.node,
        because: `an HA rule takes it to ${fate.node}`,
        downtime: guest.id.startsWith("vm:") ? LIVE_MIGRATION : CONTAINER_MOVE,
        dataLoss: NO_LOSS,
      });
    case "waits":
      return nodeDown(subject, guest, damage, "its HA rules leave no node that it may start on: HA waits");
    case "fails":
      return nodeDown(subject, guest, damage, failure(guest, fate.tried));
    case "lost":
      return nodeDown(
        subject,
        guest,
        damage,
        guest.ha === undefined ? "HA does not manage it" : "HA is told to ignore it",
      );
    default:
      return untouched(guest);
  }
}

/** "HA tries blckpink02, where scsi0 on local-lvm is not there, and gives up (state error)". */
function failure(guest: AssessedGuest, tried: readonly string[]): string {
  const nodes = [...new Set(tried)];
  const lack = nodes.map((node) => guest.lacks(node, guest.node)).find((one) => one !== undefined);
  return `HA tries ${nodes.join(", then ")}${lack === undefined ? "" : `, but ${lack}`}, and gives up (state error)`;
}

function nodeDown(subject: Subject, guest: AssessedGuest, damage: Damage, because: string): GuestEffect {
  const haFails = guest.ha?.state === "started";
  return effectOn(guest, {
    effect: "down",
    because,
    ...(haFails ? { haFails } : {}),
    downtime: untilRepaired(
      guest.ha?.state === "started" ? "its node is back and HA is told to start it" : "its node is back",
      "nothing starts it elsewhere by itself",
    ),
    dataLoss: nodeLoss(subject, guest, damage),
  });
}

/** Shared storage loses nothing, a replica up to one interval. */
function restartLoss(guest: AssessedGuest): Figure {
  const replicated = guest.volumes.some(({ local }) => local);
  if (!replicated || guest.replication === undefined) return CRASH_CONSISTENT;
  return sinceReplication(guest.replication.gap, guest.replication.schedule);
}

/** What a guest loses whose node is gone: nothing if its disks come back with it, or are not on it at all. */
function nodeLoss(subject: Subject, guest: AssessedGuest, damage: Damage): Figure {
  if (!guest.volumes.some(({ local }) => local)) return NO_LOSS;
  const replicas = guest.replication?.targets.filter(
    (node) => node !== guest.node && !damage.nodes.has(node),
  );
  if (guest.replication !== undefined && replicas !== undefined && replicas.length > 0) {
    const loss = sinceReplication(guest.replication.gap, guest.replication.schedule);
    return { ...loss, text: `${loss.text}, started by hand from its replica on ${replicas.join(" or ")}` };
  }
  return backupLoss(subject, guest, damage, "none if the node comes back with its disks; else ");
}

/** Its disks are gone: what its newest backup makes of it, once somebody restores it. */
export function restored(
  subject: Subject,
  guest: AssessedGuest,
  damage: Damage,
  because: string,
): GuestEffect {
  return effectOn(guest, {
    effect: "down",
    because,
    downtime: untilRepaired("somebody has restored it", "nothing brings it back by itself"),
    dataLoss: backupLoss(subject, guest, damage),
  });
}

/** What is lost since the newest backup that is left. */
export function backupLoss(subject: Subject, guest: AssessedGuest, damage: Damage, otherwise = ""): Figure {
  const backup = survivingBackup(subject, guest, damage);
  if (backup === undefined) {
    const source =
      guest.backups.length === 0
        ? "no backup job takes it"
        : `its backups (${[...new Set(guest.backups.map(({ storageId }) => storageId))].join(", ")}) are lost with it`;
    return { minutes: "all", text: `${otherwise}everything`, source };
  }
  const { job, storageId, schedule, gap } = backup;
  const source = `backup job ${job} on ${storageId}${schedule === undefined ? "" : `, schedule ${schedule}`}`;
  return gap === undefined
    ? { minutes: "unknown", text: `${otherwise}what changed since the last backup`, source }
    : { minutes: gap, text: `${otherwise}up to ${duration(gap)}`, source };
}
