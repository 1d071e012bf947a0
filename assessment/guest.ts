import type { HaSettings, Load, RequestedState } from "../placement";
import { guestAddresses } from "../policy/facts/addresses";
import { label } from "../policy/facts/guests";
import type { Guest } from "../policy/facts/links";
import { placementOf } from "../policy/facts/placement";
import type { bridgeReach } from "../policy/facts/reach";
import { type Known, UNKNOWN } from "../policy/facts/read";
import type { Recovery } from "../policy/facts/recovery";
import { longestGap } from "../policy/facts/schedule";
import type { Storage } from "../policy/facts/storages";
import type { Topology } from "../policy/facts/topology";

/** What reading a guest needs besides itself. */
export interface Context {
  readonly topology: Topology;
  readonly reach: ReturnType<typeof bridgeReach>;
  /** Name of the network that a bridge is on. */
  readonly networkOf: (bridge: string) => string | undefined;
}

/** A volume that the guest cannot do without while it runs. */
export interface AssessedVolume {
  readonly slot: string;
  /** Id of the storage, or the path on the host. */
  readonly where: string;
  readonly storage: Storage | undefined;
  /** Whether it is on disks of the node itself. */
  readonly local: boolean;
}

/** A job that saves the guest. */
export interface AssessedBackup {
  readonly job: string;
  readonly storageId: string;
  readonly storage: Storage | undefined;
  readonly schedule: string | undefined;
  /** Minutes between two backups at most; undefined where the schedule does not say. */
  readonly gap: number | undefined;
}

/** A guest as the assessment sees it. */
export interface AssessedGuest {
  readonly id: string;
  readonly name: string;
  /** "VM 100 (alpine)". */
  readonly label: string;
  readonly critical: boolean;
  /** Objectives in minutes. */
  readonly rpo: number | undefined;
  readonly rto: number | undefined;
  readonly node: string;
  readonly running: boolean;
  readonly load: Load;
  readonly ha: HaSettings | undefined;
  readonly volumes: readonly AssessedVolume[];
  /** Replication jobs: their schedule, and the minutes between two runs at most. */
  readonly replication:
    | { readonly schedule: string; readonly gap: number | undefined; readonly targets: readonly string[] }
    | undefined;
  readonly backups: readonly AssessedBackup[];
  /** Networks that it is on, by name. */
  readonly networks: readonly string[];
  readonly recovery: Recovery | undefined;
  /** Addresses that it is configured with. */
  readonly addresses: readonly string[];
  /** What it lacks on a node, coming from another; undefined where it starts. */
  readonly lacks: (node: string, from: string) => string | undefined;
  readonly startsOn: (node: string, from: string) => boolean;
  /** What keeps it from being moved to a node with its disks, which a move copies; undefined where nothing does. */
  readonly pinnedBy: (node: string) => string | undefined;
}

/** Reads a guest; nothing where its id or node is not known. */
export function readGuest(context: Context, guest: Guest): AssessedGuest | undefined {
  const { vmId, node, kind } = guest;
  if (vmId === UNKNOWN || node === UNKNOWN) return undefined;
  const ha = haSettings(guest);
  const lacks = (target: string, from: string) => lackOn(context, { ...guest, node: from }, target);
  return {
    id: `${kind === "vm" ? "vm" : "ct"}:${vmId}`,
    name: guest.name,
    label: label(guest),
    critical: guest.objectives.critical === true,
    rpo: known(guest.objectives.rpo),
    rto: known(guest.objectives.rto),
    node,
    running: ha === undefined || ha.state === "ignored" ? guest.onBoot !== false : ha.state === "started",
    load: { cpus: known(guest.load.cpus) ?? 1, memory: known(guest.load.memory) ?? 0 },
    ha,
    volumes: volumesOf(context.topology, guest),
    replication: replicationOf(guest),
    backups: backupsOf(context.topology, guest),
    networks: networksOf(context, guest),
    recovery: recoveryOf(context.topology, guest.name),
    addresses: guestAddresses(guest.source.properties),
    lacks,
    startsOn: (target, from) => lacks(target, from) === undefined,
    pinnedBy: (target) => pinnedBy(context, guest, target),
  };
}

function known<T>(value: Known<T> | undefined): T | undefined {
  return value === UNKNOWN ? undefined : value;
}

const STATES: ReadonlySet<string> = new Set(["disabled", "ignored", "started", "stopped"]);

/** A guest in HA twice is one; a state that is not known is Proxmox's default. */
function haSettings({ ha: [resource] }: Guest): HaSettings | undefined {
  if (resource === undefined) return undefined;
  const { state, maxRestart, maxRelocate, failback } = resource;
  return {
    state: isState(state) ? state : "started",
    maxRestart: known(maxRestart) ?? 1,
    maxRelocate: known(maxRelocate) ?? 1,
    failback: known(failback) ?? true,
  };
}

function isState(state: Known<string>): state is RequestedState {
  return state !== UNKNOWN && STATES.has(state);
}

/** A cloud-init drive is made anew at every start, an ISO can be taken out. */
function volumesOf({ storages }: Topology, guest: Guest): AssessedVolume[] {
  return guest.volumes.flatMap(({ role, slot, place }): AssessedVolume[] => {
    if (place === UNKNOWN || role === "cloud-init" || role === "cdrom") return [];
    if ("hostPath" in place) {
      return [{ slot, where: place.hostPath, storage: undefined, local: place.shared !== true }];
    }
    const storage = storages.get(place.storage);
    return [
      { slot, where: place.storage, storage, local: storage !== undefined && storage.shared === false },
    ];
  });
}

/** Disks and bridges that HA does not look at before it starts a guest somewhere; unknown ones count as there. */
function lackOn({ topology, reach }: Context, guest: Guest, node: string): string | undefined {
  for (const volume of guest.volumes) {
    if (volume.role === "cloud-init") continue;
    const placement = placementOf(topology, guest, volume);
    if (placement.kind === "on" && placement.more === 0 && !placement.nodes.has(node)) {
      const where = volume.place !== UNKNOWN && "storage" in volume.place ? volume.place.storage : "its node";
      return `${volume.slot} on ${where} is not there`;
    }
  }
  return missingBridge(reach, guest, node);
}

/** A move copies local disks to the storage of the same name: it fails where there is none, and with a path of the node. */
function pinnedBy({ topology, reach }: Context, guest: Guest, node: string): string | undefined {
  for (const { role, slot, place } of guest.volumes) {
    if (place === UNKNOWN) continue;
    if ("hostPath" in place) {
      if (place.shared === false) return `${slot} is a path of its node`;
      continue;
    }
    const storage = topology.storages.get(place.storage);
    if (role === "cdrom" && storage?.shared === false) return `${slot} is an image on its node`;
    const nodes = storage?.nodes;
    if (nodes === undefined || nodes === UNKNOWN || nodes.length === 0) continue;
    if (!nodes.includes(node) && !nodes.includes(UNKNOWN)) return `${place.storage} is not on ${node}`;
  }
  return missingBridge(reach, guest, node);
}

function missingBridge(reach: Context["reach"], { nics }: Guest, node: string): string | undefined {
  for (const { bridge } of nics) {
    if (bridge === UNKNOWN) continue;
    const { nodes, maybeMore } = reach(bridge);
    if (nodes instanceof Set && !maybeMore && nodes.size > 0 && !nodes.has(node))
      return `bridge ${bridge} is not there`;
  }
  return undefined;
}

function replicationOf({ replications }: Guest): AssessedGuest["replication"] {
  const jobs = replications.filter(({ disabled }) => disabled === false);
  const targets = jobs.flatMap(({ target }) => (target === UNKNOWN ? [] : [target]));
  const schedules = jobs.flatMap(({ schedule }) =>
    schedule === UNKNOWN ? [] : [{ schedule, gap: longestGap(schedule), targets }],
  );
  return schedules.toSorted((one, other) => (other.gap ?? Infinity) - (one.gap ?? Infinity))[0];
}

function backupsOf({ storages }: Topology, { backups }: Guest): AssessedBackup[] {
  return backups
    .flatMap(({ job, certain }): AssessedBackup[] => {
      if (!certain || job.storage === UNKNOWN) return [];
      const schedule = job.schedule === UNKNOWN ? undefined : job.schedule;
      return [
        {
          job: job.source.name,
          storageId: job.storage,
          storage: storages.get(job.storage),
          schedule,
          gap: schedule === undefined ? undefined : longestGap(schedule),
        },
      ];
    })
    .sort((one, other) => (one.gap ?? Infinity) - (other.gap ?? Infinity));
}

function networksOf({ networkOf }: Context, { nics }: Guest): string[] {
  const names = nics.flatMap(({ bridge }) => (bridge === UNKNOWN ? [] : (networkOf(bridge) ?? [])));
  return [...new Set(names)];
}

/** Members of a group are named after it: web-1, web-2. */
function recoveryOf({ recoveries }: Topology, name: string): Recovery | undefined {
  const group = name.replace(/-\d+$/, "");
  return (
    recoveries.find(({ guests }) => guests.includes(name)) ??
    recoveries.find(({ guests }) => guests.includes(group))
  );
}
