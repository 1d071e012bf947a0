import type { Damage } from "../damage";
import { duration, plural } from "../figures";
import type { AssessedGuest } from "../guest";
import type { Figure, GuestEffect, Scenario } from "../model";
import { offsiteLoss } from "../offsite";
import { backupLoss, effectOn, restored } from "../outcomes";
import { scenario } from "../scenario";
import { runningGuests, type Subject } from "../subject";

/** The building burns: nodes, storages, servers and networks are gone together. */
export function siteScenario(subject: Subject): Scenario {
  const damage: Damage = {
    nodes: new Set(subject.running.nodes.keys()),
    storages: new Set(),
    localStorages: new Set(),
    site: true,
  };
  const effects = runningGuests(subject).map((guest) =>
    guest.recovery === undefined ? fromCopies(subject, guest, damage) : inAws(subject, guest, damage),
  );
  const left = effects.filter(({ effect }) => effect === "down").length;
  return scenario(
    {
      id: "site",
      kind: "site",
      title: "The whole site",
      what: "Everything on the site is gone: nodes, storages, backup servers and networks.",
      notes: [
        ...(left > 0 && left < effects.length
          ? [
              `${plural(left, "guest")} ${left === 1 ? "has" : "have"} no place in AWS: what they serve stays away.`,
            ]
          : []),
        ...overcommitted(subject),
      ],
    },
    effects,
  );
}

/** Nobody takes its place, but its backups may have been sent to AWS before. */
function fromCopies(subject: Subject, guest: AssessedGuest, damage: Damage): GuestEffect {
  const effect = restored(subject, guest, damage, "nothing in AWS takes its place");
  const sent = effect.dataLoss.minutes === "all" ? offsiteLoss(subject, guest) : undefined;
  return sent === undefined ? effect : effectOn(guest, { ...effect, dataLoss: sent });
}

function inAws(subject: Subject, guest: AssessedGuest, damage: Damage): GuestEffect {
  const { recovery, rto } = guest;
  const warm = typeof recovery?.running === "number" && recovery.running > 0;
  return effectOn(guest, {
    effect: "aws",
    to: `AWS (${recovery?.name ?? ""})`,
    because: warm ? "it runs in AWS too, and is raised there" : "its pilot light in AWS is raised",
    downtime: awsDowntime(rto),
    dataLoss: awsLoss(subject, guest, damage),
  });
}

/** Only a drill knows how long it takes; until then there is what it is meant to take. */
function awsDowntime(rto: number | undefined): Figure {
  return rto === undefined
    ? {
        minutes: "unknown",
        text: "from the disaster to verified service, as drills measure it",
        source: "no recovery time is declared for it (objectives)",
      }
    : {
        minutes: rto,
        text: `${duration(rto)}, if the drills keep to it`,
        source: "its declared recovery time (objectives); drills measure whether it is met",
      };
}

/** What the newest copy that is outside the site lacks. */
function awsLoss(subject: Subject, guest: AssessedGuest, damage: Damage): Figure {
  const loss = backupLoss(subject, guest, damage);
  if (loss.minutes !== "all") return loss;
  const sent = offsiteLoss(subject, guest);
  if (sent !== undefined) return sent;
  return guest.rpo === undefined
    ? {
        minutes: "unknown",
        text: "what changed since the newest copy in AWS",
        source: "no schedule of copies to AWS and no recovery point (objectives) is declared for it",
      }
    : {
        minutes: guest.rpo,
        text: `up to ${duration(guest.rpo)}, if copies keep to it`,
        source: "its declared recovery point (objectives); an alarm watches the age of the newest copy",
      };
}

/** Groups that cannot grow to as many instances as they take the place of. */
function overcommitted({ topology, guests }: Subject): string[] {
  const places = new Map<string, number>();
  for (const { recovery } of guests.values()) {
    if (recovery !== undefined) places.set(recovery.name, (places.get(recovery.name) ?? 0) + 1);
  }
  return topology.recoveries.flatMap(({ name, largest }) => {
    const wanted = places.get(name) ?? 0;
    return typeof largest === "number" && wanted > largest
      ? [`${name} in AWS takes the place of ${wanted} guests with ${plural(largest, "instance")} at most.`]
      : [];
  });
}
