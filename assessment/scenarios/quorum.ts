import { NO_LOSS, untilRepaired } from "../figures";
import type { AssessedGuest } from "../guest";
import type { GuestEffect, Scenario } from "../model";
import { effectOn, untouched } from "../outcomes";
import { scenario } from "../scenario";
import { runningGuests, type Subject } from "../subject";

/** Whether the nodes that are left have more than half of the votes; one vote a node, the rest a QDevice's. */
export function isQuorate({ votes, running }: Subject, failed: ReadonlySet<string>): boolean {
  const total = votes ?? running.nodes.size;
  return total - failed.size >= quorumOf(total);
}

/** Votes that a quorum takes. */
export function quorumOf(votes: number): number {
  return Math.floor(votes / 2) + 1;
}

/** A node with HA guests that has lost its quorum resets itself after 60 s; without any it goes on. */
export function withoutQuorum(subject: Subject, guest: AssessedGuest, because: string): GuestEffect {
  if (!subject.fencing.has(guest.node)) return untouched(guest);
  return effectOn(guest, {
    effect: "down",
    because: `${because}: ${guest.node} has HA guests, so its watchdog resets it after 60 s, and without quorum nothing starts`,
    downtime: untilRepaired(
      "there is a quorum again",
      "ha-manager.adoc: a node without quorum cannot reset its watchdog",
    ),
    dataLoss: NO_LOSS,
  });
}

/** The nodes no longer agree on who is there. */
export function quorumScenario(subject: Subject): Scenario {
  const { votes, running } = subject;
  const total = votes ?? running.nodes.size;
  const fencing = [...subject.fencing].sort();
  return scenario(
    {
      id: "quorum",
      kind: "quorum",
      title: "Quorum",
      what:
        `No part of the cluster has ${quorumOf(total)} of its ${total} votes: /etc/pve is read-only, nothing is started or ` +
        `moved${fencing.length > 0 ? `, and nodes with HA guests reset themselves (${fencing.join(", ")})` : ""}.`,
      notes: ["Guests of nodes without HA guests go on running, but cannot be started again."],
    },
    runningGuests(subject).map((guest) => withoutQuorum(subject, guest, "the quorum is lost")),
  );
}
