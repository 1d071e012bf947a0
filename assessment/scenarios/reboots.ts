import { loadAfter, type PlannedFate, type ShutdownPolicy, shutDown } from "../../placement";
import { NO_DAMAGE } from "../damage";
import { CONTAINER_MOVE, LIVE_MIGRATION, NO_LOSS } from "../figures";
import type { AssessedGuest } from "../guest";
import type { Figure, GuestEffect, Scenario } from "../model";
import { afterFate, effectOn, untouched } from "../outcomes";
import { scenario } from "../scenario";
import { runningGuests, type Subject } from "../subject";

/** What each policy does with the node's HA guests (ha-manager.adoc, "Shutdown Policy"). */
const POLICIES: Readonly<Record<ShutdownPolicy, string>> = {
  conditional: "HA freezes its guests until it is back (shutdown policy conditional, at a reboot)",
  failover: "HA starts its guests on other nodes (shutdown policy failover)",
  freeze: "HA freezes its guests until it is back (shutdown policy freeze)",
  migrate: "HA moves its guests away first (shutdown policy migrate)",
};

const UNTIL_BOOTED: Figure = {
  minutes: "unknown",
  text: "until its node has booted, and its own boot",
  source: "how long the node takes to boot is not known",
};

/** A node is rebooted on purpose, as after updates: what the cluster's shutdown policy makes of its guests. */
export function rebootScenario(subject: Subject, node: string): Scenario {
  const { running } = subject;
  const policy = policyOf(subject);
  const fates = shutDown(running, { node, policy, reboot: true }, subject.starts);
  const guests = runningGuests(subject);
  const fateOf = (guest: AssessedGuest) =>
    fates.get(guest.id) ?? ({ kind: "stays", node: guest.node } as const);
  const stuck = guests.flatMap((guest) => hindrance(guest, fateOf(guest)) ?? []);
  const outcome = {
    fates: new Map([...fates].map(([id, fate]) => [id, whileDown(fate)])),
    dropped: [],
    settled: true,
  };
  const { nodes: capacity } = loadAfter(running, [node], outcome);
  return scenario(
    {
      id: `reboot:${node}`,
      kind: "reboot",
      title: `Reboot of ${node}`,
      what: `${node} is rebooted on purpose: ${POLICIES[policy]}; guests outside HA stop with it.`,
      capacity,
      notes: stuck.map((why) => `The shutdown of ${node} waits until somebody stops a guest: ${why}.`),
    },
    guests.map((guest) => effectOf(subject, node, guest, fateOf(guest))),
  );
}

/** Proxmox's default is conditional. */
function policyOf({ topology }: Subject): ShutdownPolicy {
  const given = topology.clusterOptions[0]?.shutdownPolicy;
  return given === "failover" || given === "freeze" || given === "migrate" ? given : "conditional";
}

/** Why a guest cannot be moved off the node. */
function hindrance(guest: AssessedGuest, fate: PlannedFate): string | undefined {
  if (fate.kind === "blocks") return `${guest.name} may run on no other node`;
  if (fate.kind !== "migrates") return undefined;
  const pinned = guest.pinnedBy(fate.node);
  return pinned === undefined ? undefined : `${guest.name} cannot be moved, as ${pinned}`;
}

/** The same in the words of failures, for the load of the other nodes. */
function whileDown(fate: PlannedFate) {
  const { kind, node } = fate;
  switch (kind) {
    case "migrates":
      return { kind: "moves", node } as const;
    case "frozen":
    case "blocks":
      return { kind: "off", node } as const;
    default:
      return fate;
  }
}

function effectOf(subject: Subject, rebooted: string, guest: AssessedGuest, fate: PlannedFate): GuestEffect {
  switch (fate.kind) {
    case "migrates":
      return hindrance(guest, fate) === undefined ? moved(guest, fate.node, fate.live) : untouched(guest);
    case "blocks":
      return untouched(guest);
    case "frozen":
      return paused(guest, "HA freezes it: nobody else starts it, and its node does when it is back");
    case "lost":
      return guest.node === rebooted
        ? paused(guest, "HA does not manage it: its node stops it, and starts it when it is back")
        : untouched(guest);
    default:
      return afterFate(subject, guest, fate, { ...NO_DAMAGE, nodes: new Set([rebooted]) });
  }
}

/** That it moves says nothing about where its disks are: those that are local are copied. */
function moved(guest: AssessedGuest, to: string, live: boolean): GuestEffect {
  const copies = guest.volumes.filter(({ local }) => local).map(({ slot, where }) => `${slot} on ${where}`);
  return effectOn(guest, {
    effect: "moves",
    to,
    because: `HA moves it to ${to} first${copies.length === 0 ? "" : `, and copies ${copies.join(", ")} there: its data is on one node at a time`}`,
    ...(copies.length === 0 ? {} : { copies }),
    downtime: live ? LIVE_MIGRATION : CONTAINER_MOVE,
    dataLoss: NO_LOSS,
  });
}

function paused(guest: AssessedGuest, because: string): GuestEffect {
  return effectOn(guest, { effect: "pauses", because, downtime: UNTIL_BOOTED, dataLoss: NO_LOSS });
}
