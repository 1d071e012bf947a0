import {
  type Capacity,
  type HaCluster,
  type PlacedGuest,
  type SchedulingMode,
  type Starts,
  settleCluster,
} from "../placement";
import { isInside } from "../policy/facts/addresses";
import { bridgeReach } from "../policy/facts/reach";
import { knownIn, UNKNOWN } from "../policy/facts/read";
import type { SiteNetwork } from "../policy/facts/site-networks";
import type { Storage } from "../policy/facts/storages";
import type { Topology } from "../policy/facts/topology";
import { type AssessedGuest, type Context, readGuest } from "./guest";
import { haRules } from "./ha-rules";
import type { Note } from "./model";

/** An estate, made ready to let things in it fail. */
export interface Subject {
  readonly topology: Topology;
  readonly name: string;
  /** The cluster once HA has placed everything. */
  readonly running: HaCluster;
  /** Nodes on which HA keeps guests, so that they fence themselves. */
  readonly fencing: ReadonlySet<string>;
  /** Guests that can be assessed, by id. */
  readonly guests: ReadonlyMap<string, AssessedGuest>;
  /** Guests by the addresses that they are configured with. */
  readonly guestByAddress: ReadonlyMap<string, AssessedGuest>;
  /** Whether a guest that HA starts on a node finds its disks and networks there. */
  readonly starts: Starts;
  readonly networks: readonly SiteNetwork[];
  /** Networks of corosync's links that are known, the preferred one first. */
  readonly links: readonly string[];
  /** Hosts that serve storages, each with its storages. */
  readonly servers: ReadonlyMap<string, readonly Storage[]>;
  /** Votes of all together and of a QDevice; undefined where not known. */
  readonly votes: number | undefined;
  readonly notes: readonly Note[];
}

/** Reads a topology. Linear in guests. */
export function readSubject(topology: Topology): Subject {
  const notes: Note[] = [];
  const nodes = nodesOf(topology);
  if (nodes.size === 0) notes.push("The program names no node: nothing can be placed.");
  const context: Context = { topology, reach: bridgeReach(topology), networkOf: networksByBridge(topology) };
  const { guests, unread } = readGuests(context, nodes);
  if (unread > 0) notes.push(`${unread} guests have no id or node that is known yet, and are left out.`);
  const scheduling = schedulingOf(topology, notes);
  const declared: HaCluster = {
    nodes,
    guests: guests.map(placedGuest),
    rules: haRules(topology, notes),
    scheduling,
    rebalanceOnStart: topology.clusterOptions.some(({ rebalanceOnStart }) => rebalanceOnStart === true),
  };
  const { cluster: running, dropped, settled } = settleCluster(declared);
  for (const { rule, because } of dropped) {
    notes.push(`Proxmox drops the HA rule ${rule}: ${because.join("; ")}. Its guests run without it.`);
  }
  if (!settled)
    notes.push("HA rules keep moving guests to and fro: the places below are only where they began.");
  noteCapacities(nodes, scheduling, notes);
  const place = new Map(running.guests.map(({ id, node }) => [id, node]));
  const byId = new Map(
    guests.map((guest) => [guest.id, { ...guest, node: place.get(guest.id) ?? guest.node }]),
  );
  return {
    topology,
    name: topology.clusters[0]?.name ?? "the cluster",
    running,
    fencing: fencingNodes(running),
    guests: byId,
    guestByAddress: new Map(
      [...byId.values()].flatMap((guest) => guest.addresses.map((address) => [address, guest] as const)),
    ),
    starts: (id, node) => byId.get(id)?.startsOn(node, place.get(id) ?? node) ?? true,
    networks: topology.site.networks,
    links: knownIn(topology.site.corosyncLinks),
    servers: serversOf(topology),
    votes: votesOf(topology, nodes.size),
    notes,
  };
}

/** Guests that run before anything fails, in a fixed order. */
export function runningGuests(subject: Subject): AssessedGuest[] {
  return [...subject.guests.values()].filter(({ running }) => running);
}

/** Storages whose server has an address in the network. */
export function servedOver(subject: Subject, { cidr }: SiteNetwork): Storage[] {
  if (typeof cidr !== "string") return [];
  return [...subject.servers].flatMap(([server, storages]) => (isInside(server, cidr) ? storages : []));
}

function readGuests(context: Context, nodes: ReadonlyMap<string, unknown>) {
  const read = context.topology.guests.filter(({ template }) => template !== true);
  const guests = read.flatMap((guest) => readGuest(context, guest) ?? []);
  const placed = guests.filter(({ node }) => nodes.has(node));
  return { guests: placed, unread: read.length - placed.length };
}

function placedGuest({ id, node, load, running, ha }: AssessedGuest): PlacedGuest {
  return { id, node, load, running, ...(ha === undefined ? {} : { ha }) };
}

function fencingNodes({ guests }: HaCluster): Set<string> {
  return new Set(
    guests.flatMap(({ ha, node }) => (ha === undefined || ha.state === "ignored" ? [] : [node])),
  );
}

function nodesOf({ clusters, nodes }: Topology): Map<string, Capacity | undefined> {
  const stated = clusters.flatMap((cluster) => knownIn(cluster.nodes));
  const names = stated.length > 0 ? stated : [...nodes];
  return new Map(
    names.map((name) => {
      const { cpus, memory } = clusters.map(({ capacities }) => capacities.get(name)).find(Boolean) ?? {};
      const known = typeof cpus === "number" && typeof memory === "number";
      return [name, known ? { cpus, memory } : undefined];
    }),
  );
}

function schedulingOf({ clusterOptions }: Topology, notes: Note[]): SchedulingMode {
  const mode = clusterOptions[0]?.scheduling ?? "basic";
  if (mode === "dynamic") {
    notes.push(
      "Dynamic scheduling follows the use of the moment: what guests may take at most stands for it.",
    );
  }
  return mode === "static" || mode === "dynamic" ? "static" : "basic";
}

function noteCapacities(
  nodes: ReadonlyMap<string, Capacity | undefined>,
  scheduling: SchedulingMode,
  notes: Note[],
): void {
  const silent = [...nodes].filter(([, capacity]) => capacity === undefined).map(([name]) => name);
  if (silent.length === 0) return;
  const basic = scheduling === "static" ? ", and HA is taken to count guests instead of weighing them" : "";
  notes.push(
    `What ${silent.join(", ")} ${silent.length === 1 ? "has" : "have"} is not known (cpus and memory of a node): ` +
      `whether guests fit there is not checked${basic}.`,
  );
}

/** Networks by the bridge that guests hang on, SDN networks by the bridge below them. */
function networksByBridge({ site, vnets, zones }: Topology): (bridge: string) => string | undefined {
  const byCarrier = new Map(
    site.networks.flatMap(({ name, carrier }) => (typeof carrier === "string" ? [[carrier, name]] : [])),
  );
  const zoneBridges = new Map(zones.map(({ name, bridge }) => [name, bridge]));
  const vnetZones = new Map(vnets.map(({ name, zone }) => [name, zone]));
  return (bridge) => {
    const zone = vnetZones.get(bridge);
    const below = zone === undefined ? bridge : zoneBridges.get(zone);
    return typeof below === "string" ? byCarrier.get(below) : undefined;
  };
}

function serversOf({ storages }: Topology): Map<string, Storage[]> {
  const servers = new Map<string, Storage[]>();
  for (const storage of storages.values()) {
    const server = /^(?:nfs|cifs|pbs):\/\/([^/]+)\//.exec(storage.location ?? "")?.[1];
    if (server === undefined) continue;
    servers.set(server, [...(servers.get(server) ?? []), storage]);
  }
  return servers;
}

function votesOf({ clusters }: Topology, nodeCount: number): number | undefined {
  const votes = clusters[0]?.votes ?? nodeCount;
  return votes === UNKNOWN ? undefined : votes;
}
