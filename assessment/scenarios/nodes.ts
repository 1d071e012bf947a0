import { failNodes, loadAfter } from "../../placement";
import { type Damage, NO_DAMAGE } from "../damage";
import { untilRepaired } from "../figures";
import type { AssessedGuest } from "../guest";
import type { GuestEffect, Scenario } from "../model";
import { afterFate, effectOn } from "../outcomes";
import { scenario } from "../scenario";
import { runningGuests, type Subject } from "../subject";
import { isQuorate, withoutQuorum } from "./quorum";

/** Nodes lose their power at once. */
export function nodeScenario(subject: Subject, nodes: readonly string[]): Scenario {
  const failed = new Set(nodes);
  const damage: Damage = { ...NO_DAMAGE, nodes: failed };
  const names = nodes.join(" and ");
  const head = {
    id: `${nodes.length === 1 ? "node" : "nodes"}:${nodes.join("+")}`,
    kind: nodes.length === 1 ? ("node" as const) : ("nodes" as const),
    title: nodes.length === 1 ? `Node ${names}` : `Nodes ${names}`,
  };
  if (!isQuorate(subject, failed)) {
    return scenario(
      {
        ...head,
        what: `${names} ${verb(nodes)}, and the others are too few for a quorum: HA starts nothing, and nodes with HA guests reset themselves.`,
      },
      runningGuests(subject).map((guest) =>
        failed.has(guest.node)
          ? afterFate(subject, guest, { kind: "lost", node: guest.node }, damage)
          : withoutQuorum(subject, guest, "the nodes that are left have no quorum"),
      ),
    );
  }
  const outcome = failNodes(subject.running, failed, subject.starts);
  const effects = runningGuests(subject).map((guest) =>
    withCeph(
      subject,
      guest,
      failed,
      afterFate(subject, guest, outcome.fates.get(guest.id) ?? { kind: "stays", node: guest.node }, damage),
    ),
  );
  const { nodes: capacity } = loadAfter(subject.running, failed, outcome);
  return scenario(
    {
      ...head,
      what: `${names} ${verb(nodes)}. The others keep their quorum; HA starts the guests that it may.`,
      capacity,
      notes: shortages(capacity),
    },
    effects,
  );
}

function verb(nodes: readonly string[]): string {
  return nodes.length === 1 ? "loses its power" : "lose their power at once";
}

/** Each node may hold one copy of everything: with more nodes gone than copies to spare, Ceph stops. */
function withCeph(
  { topology }: Subject,
  guest: AssessedGuest,
  failed: ReadonlySet<string>,
  effect: GuestEffect,
): GuestEffect {
  if (effect.effect === "down") return effect;
  for (const { storage, where } of guest.volumes) {
    const pool = /^rbd:(.*)$/.exec(storage?.location ?? "")?.[1];
    if (pool === undefined) continue;
    const { size, minSize } = topology.cephCopies.get(pool) ?? { size: 3, minSize: 2 };
    if (typeof size !== "number" || typeof minSize !== "number" || failed.size <= size - minSize) continue;
    return effectOn(guest, {
      effect: "stalls",
      because: `${where} keeps ${size} copies and writes with ${minSize}: some of its data may have fewer now`,
      downtime: untilRepaired(
        "one of the nodes is back",
        `Ceph stops writing below ${minSize} copies (min_size)`,
      ),
      dataLoss: effect.dataLoss,
    });
  }
  return effect;
}

function shortages(capacity: NonNullable<Scenario["capacity"]>): string[] {
  return capacity.flatMap(({ node, missingMemory, missingCpus }) => [
    ...(missingMemory > 0
      ? [
          `${node} is short of ${gibibytes(missingMemory)} of memory: guests may fail to start or be killed there.`,
        ]
      : []),
    ...(missingCpus > 0 ? [`${node} has ${missingCpus} virtual CPUs more than four per CPU.`] : []),
  ]);
}

function gibibytes(mebibytes: number): string {
  return `${Math.ceil(mebibytes / 102.4) / 10} GiB`;
}
