import { type Affinity, compileAffinity } from "./affinity";
import { type DroppedRule, feasibleRules } from "./conflicts";
import { byName, type HaCluster, type HaSettings, type PlacedGuest } from "./model";
import { type Preference, selectNode } from "./select";
import { type Usage, usageOf } from "./usage";

/** The states of a guest under HA that matter for where it is (ha-manager.adoc, "Service States"). */
export type ServiceState =
  | "balancing"
  | "error"
  | "fence"
  | "moving"
  | "recovery"
  | "request-start"
  | "request-stop"
  | "started"
  | "stopped";

/** A guest under HA while the manager works. */
export interface Service {
  readonly guest: PlacedGuest;
  readonly ha: HaSettings;
  readonly state: ServiceState;
  /** Where its configuration is. */
  readonly node: string;
  /** Where it is on its way to: `moving` from a node that it loads, or `balancing` before it has started at all. */
  readonly target: string | undefined;
  /** Whether it has started where it is. */
  readonly running: boolean;
  /** Nodes that it failed to start on, in order, since it last ran. */
  readonly failed: readonly string[];
  /** Where it was before its node went into maintenance. */
  readonly home: string | undefined;
}

/** Whether a guest that is told to start on a node does; HA itself knows nothing of storage. */
export type Starts = (guest: string, node: string) => boolean;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Mutable<Omit<Service, "failed">> & { failed: string[]; result: "error" | "ok" | undefined };

/** Rounds after which guests that still move are said to: Proxmox itself would go on. */
const ROUNDS = 50;

/**
 * Proxmox's cluster resource manager, from one quiet moment to the next: it goes through its guests in the order of
 * their names, again and again, as long as one of them changes; then what it ordered is carried out.
 */
export class Manager {
  /** Rules that Proxmox does not apply. */
  readonly dropped: readonly DroppedRule[];
  readonly #cluster: HaCluster;
  readonly #affinity: Affinity;
  readonly #services: readonly Draft[];
  readonly #byId: ReadonlyMap<string, Draft>;
  readonly #others: readonly PlacedGuest[];
  readonly #starts: Starts;
  /** In working order, as the manager sees them; a node in maintenance is not. */
  #online: ReadonlySet<string>;
  #inMaintenance: ReadonlySet<string> = new Set();
  #usage: Usage;
  /** Of each group of guests that belong together: how many are on each node. */
  readonly #rallies = new Map<ReadonlySet<string>, Map<string, number>>();

  constructor(cluster: HaCluster, starts: Starts = () => true) {
    const nodes = [...cluster.nodes.keys()];
    const { rules, dropped } = feasibleRules(cluster.rules, nodes);
    this.dropped = dropped;
    this.#cluster = cluster;
    this.#affinity = compileAffinity(rules, nodes);
    this.#starts = starts;
    this.#online = new Set(nodes);
    const guests = cluster.guests.toSorted((one, other) => byName(one.id, other.id));
    this.#services = guests.flatMap((guest) => newService(guest));
    this.#byId = new Map(this.#services.map((service) => [service.guest.id, service]));
    this.#others = guests.filter(({ id, running }) => running && !this.#byId.has(id));
    this.#usage = this.#countUsage();
  }

  /** The guests under HA in the order of their names. */
  get services(): readonly Service[] {
    return this.#services;
  }

  /** Nodes are lost, all at once; the watchdog has fenced them. */
  fail(nodes: Iterable<string>): void {
    const gone = new Set(nodes);
    this.#online = new Set([...this.#online].filter((node) => !gone.has(node)));
    this.#inMaintenance = new Set([...this.#inMaintenance].filter((node) => !gone.has(node)));
    this.#usage = this.#countUsage();
  }

  /** Nodes are to be empty of HA guests, or no longer. */
  maintain(nodes: Iterable<string>): void {
    const back = this.#inMaintenance;
    this.#inMaintenance = new Set(nodes);
    this.#online = new Set([...this.#online, ...back].filter((node) => !this.#inMaintenance.has(node)));
    this.#usage = this.#countUsage();
  }

  /** Nodes that had failed are back, without their guests. */
  restore(nodes: Iterable<string>): void {
    this.#online = new Set([...this.#online, ...nodes].filter((node) => this.#cluster.nodes.has(node)));
    this.#usage = this.#countUsage();
  }

  /** Works until nothing changes any more; false where guests still move after many rounds. */
  settle(): boolean {
    for (let round = 0; round < ROUNDS; round++) {
      this.#manage();
      if (!this.#carryOut()) return true;
    }
    return false;
  }

  #manage(): void {
    for (let changed = true; changed; ) {
      changed = false;
      for (const service of this.#services) {
        if (this.#step(service)) changed = true;
      }
      for (const service of this.#services) {
        if (service.state !== "fence") continue;
        this.#change(service, "recovery");
        changed = true;
      }
    }
  }

  /** What the nodes do with their orders; whether there is something that the manager has not seen yet. */
  #carryOut(): boolean {
    let news = false;
    for (const service of this.#services) {
      if (service.target !== undefined || service.state === "request-stop") {
        service.result = "ok";
        news = true;
      } else if (service.state === "started" && !service.running && this.#reachable(service.node)) {
        service.result = this.#starts(service.guest.id, service.node) ? "ok" : "error";
        // A successful start is final: there is no news in it for others.
        if (service.result === "ok") this.#started(service);
        else news = true;
      }
    }
    return news;
  }

  /** One guest's next state; whether it changed. */
  #step(service: Draft): boolean {
    const result = service.result;
    service.result = undefined;
    switch (service.state) {
      case "request-start":
        return this.#start(service);
      case "started":
        return this.#keep(service, result);
      case "balancing":
      case "moving":
        return result !== undefined && this.#arrive(service);
      case "request-stop":
        return result !== undefined && this.#change(service, "stopped");
      case "stopped":
        return service.ha.state === "stopped" && this.#lost(service.node) && this.#change(service, "fence");
      case "recovery":
        return this.#recover(service);
      default:
        return false;
    }
  }

  #start(service: Draft): boolean {
    const node = this.#cluster.rebalanceOnStart ? this.#select(service, "best-score") : undefined;
    return node !== undefined && node !== service.node
      ? this.#change(service, "balancing", { target: node })
      : this.#change(service, "started");
  }

  #keep(service: Draft, result: Draft["result"]): boolean {
    if (this.#lost(service.node)) return this.#change(service, "fence");
    if (this.#inMaintenance.has(service.node)) service.home = service.node;
    let preference: Preference = "none";
    if (result === "error") {
      service.failed.push(service.node);
      if (service.failed.length > service.ha.maxRelocate) return this.#change(service, "error");
      preference = "try-next";
    }
    const node = this.#select(service, preference);
    if (node === undefined || node === service.node) return false;
    if (service.home !== undefined && (node === service.home || service.node !== service.home)) {
      service.home = undefined;
    }
    return this.#change(service, "moving", { target: node });
  }

  #arrive(service: Draft): boolean {
    const arrived = service.target !== undefined && this.#reachable(service.target);
    return this.#change(service, "started", { node: arrived ? service.target : service.node });
  }

  #recover(service: Draft): boolean {
    const node = this.#select(service, "best-score");
    return (
      node !== undefined &&
      this.#change(service, service.ha.state === "started" ? "started" : "request-stop", { node })
    );
  }

  #started(service: Draft): void {
    service.running = true;
    service.failed = [];
    service.result = undefined;
  }

  #select(service: Draft, preference: Preference): string | undefined {
    const { guest, node, home, failed } = service;
    const group = this.#affinity.together.get(guest.id);
    const apart = this.#affinity.apart.get(guest.id);
    const priorities = this.#affinity.nodes.get(guest.id);
    // What most guests are: in no rule, and where they belong.
    if (preference === "none" && !group && !apart && !priorities && !home && this.#online.has(node))
      return node;
    return selectNode(
      {
        online: this.#online,
        priorities,
        together: group === undefined ? NOWHERE : this.#rally(group, service),
        apart: apart === undefined ? NO_NODES : this.#nodesOf(apart),
        current: node,
        failback: service.ha.failback,
        tried: failed,
        home,
        scores: () => this.#usage.scores(guest.load),
      },
      preference,
    );
  }

  /** Where the others of its group are, or are on their way to. */
  #rally(group: ReadonlySet<string>, service: Draft): ReadonlyMap<string, number> {
    const own = this.#rallyNode(service);
    const all = this.#rallies.get(group) ?? NOWHERE;
    if (own === undefined) return all;
    const count = (all.get(own) ?? 0) - 1;
    return new Map(
      [...all].flatMap(([node, n]) => (node !== own ? [[node, n]] : count > 0 ? [[node, count]] : [])),
    );
  }

  #nodesOf(guests: ReadonlySet<string>): Set<string> {
    const nodes = new Set<string>();
    for (const guest of guests) {
      const other = this.#byId.get(guest);
      for (const node of other === undefined ? [] : this.#occupied(other)) nodes.add(node);
    }
    return nodes;
  }

  /** Nodes that a guest is a load for, the one that it moves to included. */
  #occupied({ state, node, target }: Service): string[] {
    if (state === "stopped" || state === "request-start") return [];
    const loaded = state === "balancing" ? [target] : [node, target];
    return loaded.filter((one): one is string => one !== undefined && this.#online.has(one));
  }

  #rallyNode(service: Service): string | undefined {
    return this.#occupied(service).at(-1);
  }

  #change(
    service: Draft,
    state: ServiceState,
    at: { readonly node?: string; readonly target?: string } = {},
  ): true {
    this.#discount(service);
    const { node = service.node, target } = at;
    // A guest that is moved while its node lives keeps running, or is stopped and started by the move itself.
    service.running &&= state !== "fence" && state !== "request-stop";
    service.state = state;
    service.node = node;
    service.target = target;
    this.#count(service, this.#usage);
    return true;
  }

  #countUsage(): Usage {
    const usage = usageOf(this.#cluster, [...this.#online]);
    this.#rallies.clear();
    for (const { id, load, node } of this.#others) usage.add(id, load, node);
    for (const service of this.#services) this.#count(service, usage);
    return usage;
  }

  #count(service: Draft, usage: Usage): void {
    const { id, load } = service.guest;
    for (const node of this.#occupied(service)) usage.add(id, load, node);
    this.#addToRally(service, 1);
  }

  #discount(service: Draft): void {
    this.#usage.remove(service.guest.id);
    this.#addToRally(service, -1);
  }

  #addToRally(service: Draft, change: 1 | -1): void {
    const group = this.#affinity.together.get(service.guest.id);
    const node = this.#rallyNode(service);
    if (group === undefined || node === undefined) return;
    const counts = this.#rallies.get(group) ?? new Map<string, number>();
    this.#rallies.set(group, counts);
    const count = (counts.get(node) ?? 0) + change;
    if (count > 0) counts.set(node, count);
    else counts.delete(node);
  }

  #reachable(node: string): boolean {
    return this.#online.has(node) || this.#inMaintenance.has(node);
  }

  #lost(node: string): boolean {
    return !this.#reachable(node);
  }
}

const NOWHERE: ReadonlyMap<string, number> = new Map();
const NO_NODES: ReadonlySet<string> = new Set();

/** A guest that HA is to manage, as the manager sees it first: one that is not to run may run still. */
function newService(guest: PlacedGuest): Draft[] {
  const { ha } = guest;
  if (ha === undefined || ha.state === "ignored") return [];
  return [
    {
      guest,
      ha,
      state: ha.state === "started" ? "request-start" : guest.stopped === true ? "stopped" : "request-stop",
      node: guest.node,
      target: undefined,
      running: false,
      failed: [],
      home: undefined,
      result: undefined,
    },
  ];
}
