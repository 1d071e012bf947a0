import { isKnown } from "../../policy/facts/read";
import type { SiteNetwork } from "../../policy/facts/site-networks";
import { NO_DAMAGE } from "../damage";
import { NO_LOSS, OUT_OF_REACH, untilRepaired } from "../figures";
import type { AssessedGuest } from "../guest";
import { EFFECTS, type GuestEffect, type Scenario } from "../model";
import { effectOn, untouched } from "../outcomes";
import { scenario } from "../scenario";
import { runningGuests, type Subject, servedOver } from "../subject";
import { withoutQuorum } from "./quorum";
import { lostBackups, withoutStorage } from "./storages";

/** Every network of the site, as if its switch had died. */
export function networkScenarios(subject: Subject): Scenario[] {
  return subject.networks.map((network) => networkScenario(subject, network));
}

function networkScenario(subject: Subject, network: SiteNetwork): Scenario {
  const { name, purpose } = network;
  const storages = servedOver(subject, network).flatMap(({ id }) => (isKnown(id) ? [id] : []));
  const damage = { ...NO_DAMAGE, storages: new Set(storages) };
  const quorum = subject.links.length > 0 && subject.links.every((link) => link === name);
  const effects = runningGuests(subject).map((guest) =>
    worse(
      quorum ? withoutQuorum(subject, guest, "corosync has no other link") : untouched(guest),
      withoutStorage(subject, guest, damage, OUT_OF_REACH),
      cutOff(guest, network),
    ),
  );
  return scenario(
    {
      id: `network:${name}`,
      kind: "network",
      title: `Network ${name}`,
      what: `The switch of ${name}${typeof purpose === "string" && purpose !== name ? ` (${purpose})` : ""} is dead${consequences(subject, network, storages, quorum)}.`,
      notes: [
        ...linkNotes(subject, name, quorum),
        ...purposeNotes(purpose),
        ...lostBackups(subject, damage, "within reach"),
      ],
    },
    effects,
  );
}

function consequences(
  { links }: Subject,
  { name }: SiteNetwork,
  storages: readonly string[],
  quorum: boolean,
): string {
  const parts = [
    ...(quorum ? ["the cluster has no other link, so no node has a quorum"] : []),
    ...(!quorum && links.includes(name) ? ["corosync goes on over its other link"] : []),
    ...(storages.length > 0 ? [`nobody reaches ${storages.join(", ")}`] : []),
  ];
  return parts.length === 0 ? "" : `: ${parts.join("; ")}`;
}

function linkNotes({ links }: Subject, name: string, quorum: boolean): string[] {
  if (quorum) return ["A second corosync link over another network would keep the cluster together."];
  return links.includes(name) && links.length > 1
    ? [`corosync has ${links.filter((link) => link !== name).join(", ")} left.`]
    : [];
}

function purposeNotes(purpose: SiteNetwork["purpose"]): string[] {
  switch (purpose) {
    case "management":
      return [
        "The API, SSH and the web interface are out of reach: nothing can be changed until it is back.",
      ];
    case "migration":
      return ["Guests cannot be moved, nor replicated; what runs goes on, and HA still restarts guests."];
    default:
      return [];
  }
}

/** Its bridge has no way out; what it serves is out of reach. */
function cutOff(guest: AssessedGuest, { name }: SiteNetwork): GuestEffect {
  if (!guest.networks.includes(name)) return untouched(guest);
  const others = guest.networks.filter((network) => network !== name);
  return effectOn(guest, {
    effect: "cut-off",
    to: guest.node,
    because: `its interfaces are on ${name}${others.length > 0 ? `, and on ${others.join(", ")}, which is left` : ""}`,
    downtime: untilRepaired(
      `${name} is back`,
      "HA restarts guests of dead nodes, and does not watch their networks",
    ),
    dataLoss: NO_LOSS,
  });
}

function worse(...effects: readonly GuestEffect[]): GuestEffect {
  return effects.reduce((worst, one) =>
    EFFECTS.indexOf(one.effect) > EFFECTS.indexOf(worst.effect) ? one : worst,
  );
}
