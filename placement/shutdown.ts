import { Manager, type Starts } from "./manager";
import type { HaCluster } from "./model";
import { type Fate, failNodes } from "./recovery";

/** What happens to HA guests when their node is shut down on purpose (ha-manager.adoc, "Shutdown Policy"). */
export type ShutdownPolicy = "conditional" | "failover" | "freeze" | "migrate";

/** What becomes of a guest when its node goes down as planned. */
export type PlannedFate =
  | Fate
  /** Moved while it runs (a VM); a container is stopped, moved and started. */
  | { readonly kind: "migrates"; readonly node: string; readonly live: boolean }
  /** Stopped, and started there again once the node is back: nobody else takes it. */
  | { readonly kind: "frozen"; readonly node: string }
  /** No node may take it: with the policy `migrate` the shutdown hangs until a person steps in. */
  | { readonly kind: "blocks"; readonly node: string };

/** A planned shutdown or reboot of one node. */
export interface Shutdown {
  readonly node: string;
  readonly policy: ShutdownPolicy;
  /** The node comes back at once: `conditional` then freezes, and otherwise lets the others take over. */
  readonly reboot: boolean;
}

/**
 * What happens to all guests while the node is down. Guests outside HA are stopped with it. `starts` is as in
 * `failNodes`: a guest that HA moves takes its disks along, one that HA starts elsewhere does not.
 */
export function shutDown(
  running: HaCluster,
  { node, policy, reboot }: Shutdown,
  starts?: Starts,
): Map<string, PlannedFate> {
  if (policy === "migrate") return migrateAway(running, node);
  const freezes = policy === "freeze" || (policy === "conditional" && reboot);
  if (!freezes) return new Map(failNodes(running, [node], starts).fates);
  return new Map(
    running.guests.map((guest): [string, PlannedFate] => {
      const runs = guest.ha === undefined ? guest.running : guest.ha.state === "started";
      if (!runs) return [guest.id, { kind: "off", node: guest.node }];
      if (guest.node !== node) return [guest.id, { kind: "stays", node: guest.node }];
      const kind = guest.ha === undefined ? "lost" : "frozen";
      return [guest.id, { kind, node }];
    }),
  );
}

/** Where the guests of an emptied node are once it is back: HA takes them home, unless `failback` is off. */
export function afterMaintenance(running: HaCluster, node: string): Map<string, string> {
  const manager = new Manager(running);
  manager.settle();
  manager.maintain([node]);
  manager.settle();
  manager.maintain([]);
  manager.settle();
  return new Map(manager.services.map((service) => [service.guest.id, service.node]));
}

function migrateAway(running: HaCluster, node: string): Map<string, PlannedFate> {
  const manager = new Manager(running);
  manager.settle();
  manager.maintain([node]);
  manager.settle();
  const now = new Map(manager.services.map((service) => [service.guest.id, service.node]));
  return new Map(
    running.guests.map((guest): [string, PlannedFate] => {
      const to = now.get(guest.id);
      const runs = guest.ha === undefined || to === undefined ? guest.running : guest.ha.state === "started";
      if (!runs) return [guest.id, { kind: "off", node: guest.node }];
      if (to === undefined)
        return [guest.id, { kind: guest.node === node ? "lost" : "stays", node: guest.node }];
      if (to === node) return [guest.id, { kind: "blocks", node }];
      if (to === guest.node) return [guest.id, { kind: "stays", node: to }];
      return [guest.id, { kind: "migrates", node: to, live: guest.id.startsWith("vm:") }];
    }),
  );
}
