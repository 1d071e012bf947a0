import { byName, loadAfter } from "../placement";
import type { Topology } from "../policy/facts/topology";
import type { AssessedGuest } from "./guest";
import type { AssessedNode, Assessment, Place } from "./model";
import { byId, bySeverity } from "./scenario";
import { controlScenarios } from "./scenarios/control";
import { networkScenarios } from "./scenarios/networks";
import { nodeScenario } from "./scenarios/nodes";
import { quorumScenario } from "./scenarios/quorum";
import { rebootScenario } from "./scenarios/reboots";
import { siteScenario } from "./scenarios/site";
import { serverScenarios, storageScenarios } from "./scenarios/storages";
import { readSubject, type Subject } from "./subject";

export interface AssessOptions {
  /** Also every pair of nodes that fail at once. */
  readonly pairs?: boolean;
  /** Also the reboot of each node on purpose. */
  readonly reboots?: boolean;
}

/** Lets everything in an estate fail, one thing after the other. Linear in guests. */
export function assess(
  topology: Topology,
  { pairs = false, reboots = false }: AssessOptions = {},
): Assessment {
  const subject = readSubject(topology);
  const nodes = [...subject.running.nodes.keys()].sort(byName);
  const scenarios = [
    ...nodes.map((node) => nodeScenario(subject, [node])),
    ...(pairs ? pairsOf(nodes).map((pair) => nodeScenario(subject, pair)) : []),
    ...networkScenarios(subject),
    ...storageScenarios(subject),
    ...serverScenarios(subject),
    quorumScenario(subject),
    ...controlScenarios(subject),
    siteScenario(subject),
    ...(reboots ? nodes.map((node) => rebootScenario(subject, node)) : []),
  ];
  const guests = [...subject.guests.values()].sort((one, other) => byId(one.id, other.id));
  const running = guests.filter((guest) => guest.running);
  return {
    version: 1,
    cluster: subject.name,
    nodes: loads(subject),
    guests: {
      running: running.length,
      underHa: running.filter(({ ha }) => ha !== undefined && ha.state !== "ignored").length,
      backedUp: running.filter(({ backups }) => backups.length > 0).length,
      inAws: running.filter(({ recovery }) => recovery !== undefined).length,
    },
    places: guests.map(placeOf),
    scenarios: scenarios.sort(bySeverity),
    notes: subject.notes,
  };
}

function placeOf({
  id,
  name,
  node,
  running,
  critical,
  ha,
  backups,
  recovery,
  volumes,
}: AssessedGuest): Place {
  const shared = volumes.filter(({ local, storage }) => !local && storage !== undefined);
  return {
    id,
    name,
    node,
    running,
    critical,
    underHa: ha !== undefined && ha.state !== "ignored",
    backedUp: backups.length > 0,
    inAws: recovery !== undefined,
    storages: [...new Set(shared.map(({ where }) => where))],
  };
}

function pairsOf(nodes: readonly string[]): [string, string][] {
  return nodes.flatMap((one, index) => nodes.slice(index + 1).map((other): [string, string] => [one, other]));
}

/** What runs where before anything fails. */
function loads(subject: Subject): AssessedNode[] {
  const fates = new Map(
    subject.running.guests.map(({ id, node }) => {
      const kind = subject.guests.get(id)?.running === true ? ("stays" as const) : ("off" as const);
      return [id, { kind, node }];
    }),
  );
  const { nodes } = loadAfter(subject.running, [], { fates, dropped: [], settled: true });
  return nodes.map((node) => ({ ...node, fences: subject.fencing.has(node.node) }));
}
