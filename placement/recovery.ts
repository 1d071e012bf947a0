import type { DroppedRule } from "./conflicts";
import { Manager, type Service, type Starts } from "./manager";
import type { HaCluster, PlacedGuest } from "./model";

/** What becomes of a guest, and where. */
export type Fate =
  /** Where it was, untouched. */
  | { readonly kind: "stays"; readonly node: string }
  /** HA starts it on another node after its own has died. */
  | { readonly kind: "restarts"; readonly node: string }
  /** HA moves it to another node although its own is well, to follow a rule. */
  | { readonly kind: "moves"; readonly node: string }
  /** It does not run, and is not to: HA keeps its configuration on a living node where it may. */
  | { readonly kind: "off"; readonly node: string }
  /** HA finds no node that it may run on, and goes on looking. */
  | { readonly kind: "waits"; readonly node: string }
  /** HA has tried to start it, on these nodes in this order, and given up: state `error`. */
  | { readonly kind: "fails"; readonly node: string; readonly tried: readonly string[] }
  /** It runs on a node that has died, and nobody starts it elsewhere. */
  | { readonly kind: "lost"; readonly node: string };

/** Where everything is after something happened. */
export interface Outcome {
  /** By guest. */
  readonly fates: ReadonlyMap<string, Fate>;
  /** Rules that Proxmox does not apply. */
  readonly dropped: readonly DroppedRule[];
  /** False where guests still chase each other over the nodes. */
  readonly settled: boolean;
}

/** The cluster once HA has started and placed everything: nothing has failed yet. */
export interface Running {
  readonly cluster: HaCluster;
  readonly dropped: readonly DroppedRule[];
  readonly settled: boolean;
}

/** Lets HA place a cluster as it is declared: guests go where rules want them. */
export function settleCluster(declared: HaCluster): Running {
  const manager = new Manager(declared);
  const settled = manager.settle();
  const services = new Map(manager.services.map((service) => [service.guest.id, service]));
  return {
    cluster: {
      ...declared,
      // They run there now: HA does not choose again.
      rebalanceOnStart: false,
      guests: declared.guests.map((guest) => asItIs(guest, services.get(guest.id))),
    },
    dropped: manager.dropped,
    settled,
  };
}

function asItIs(guest: PlacedGuest, service: Service | undefined): PlacedGuest {
  if (service === undefined) return guest;
  const { node, state } = service;
  return { ...guest, node, ...(state === "stopped" ? { stopped: true } : {}) };
}

/**
 * Nodes die at once, and the others keep their quorum: where HA starts their guests. `starts` says whether a guest
 * that HA starts on a node really does; HA itself knows nothing of storage.
 */
export function failNodes(running: HaCluster, nodes: Iterable<string>, starts: Starts = () => true): Outcome {
  const failed = new Set(nodes);
  const manager = new Manager(running, (guest, node) => before.get(guest) === node || starts(guest, node));
  const before = new Map(running.guests.map(({ id, node }) => [id, node]));
  manager.settle();
  manager.fail(failed);
  return outcome(running, manager, manager.settle(), failed);
}

/** The fates of all guests, compared with where they were. */
export function outcome(
  before: HaCluster,
  manager: Manager,
  settled: boolean,
  failed: ReadonlySet<string>,
): Outcome {
  const services = new Map(manager.services.map((service) => [service.guest.id, service]));
  return {
    fates: new Map(
      before.guests.map((guest) => {
        const service = services.get(guest.id);
        return [
          guest.id,
          service === undefined ? unmanaged(guest, failed) : managed(guest, service, failed.has(guest.node)),
        ];
      }),
    ),
    dropped: manager.dropped,
    settled,
  };
}

/** HA never touches a guest that it does not manage, nor an ignored one. */
function unmanaged({ node, running, ha }: PlacedGuest, failed: ReadonlySet<string>): Fate {
  const runs = ha === undefined ? running : ha.state === "ignored" && running;
  if (!runs) return { kind: "off", node };
  return failed.has(node) ? { kind: "lost", node } : { kind: "stays", node };
}

function managed(guest: PlacedGuest, service: Service, died: boolean): Fate {
  const { node, state } = service;
  if (state === "error") return { kind: "fails", node, tried: service.failed };
  if (state === "recovery") return { kind: "waits", node };
  if (service.ha.state !== "started") return { kind: "off", node };
  if (died) return { kind: "restarts", node };
  return node === guest.node ? { kind: "stays", node } : { kind: "moves", node };
}
