import type { Eligible } from "./eligible";
import type { Volume } from "./guests";
import type { Replication } from "./ha";
import type { Guest } from "./links";
import { allKnown, isKnown, knownIn, UNKNOWN } from "./read";
import type { Storage } from "./storages";
import type { Topology } from "./topology";

/** The nodes on which a volume's data is there when another node has died. */
export type Placement =
  | { readonly kind: "everywhere" }
  | { readonly kind: "unknown"; readonly because: string }
  | {
      readonly kind: "on";
      readonly shared: boolean;
      /** The nodes that are known to have it. */
      readonly nodes: ReadonlySet<string>;
      /** How many more nodes may have it once the unknown values are known. */
      readonly more: number;
    };

/** What the eligible nodes lack; `violated` without nodes: nodes that the program does not name. */
export type Gap =
  | { readonly verdict: "none" }
  | { readonly verdict: "violated"; readonly nodes: readonly string[] }
  | { readonly verdict: "undecided"; readonly because: string };

/** Where a volume would still be found after its node died (proxmox.md, "HA facts"). */
export function placementOf(topology: Topology, guest: Guest, volume: Volume): Placement {
  const { place } = volume;
  if (place === UNKNOWN) {
    return { kind: "unknown", because: "its storage is not known yet" };
  }
  if ("hostPath" in place) {
    return place.shared === UNKNOWN
      ? { kind: "unknown", because: "whether its path is shared is not known yet" }
      : place.shared
        ? { kind: "everywhere" }
        : local(guest);
  }
  const storage = topology.storages.get(place.storage);
  if (storage === undefined) {
    return { kind: "unknown", because: `storage "${place.storage}" is not declared in this program` };
  }
  if (storage.shared === UNKNOWN) {
    return { kind: "unknown", because: `whether storage "${place.storage}" is shared is not known yet` };
  }
  return storage.shared
    ? shared(storage)
    : storage.type === "zfspool" && volume.replicated !== false
      ? replicated(topology, guest, volume, storage)
      : local(guest);
}

/** Compares where a guest may run with where its data is. */
export function gapOf(eligible: Eligible, placement: Placement): Gap {
  if (placement.kind === "everywhere") {
    return { verdict: "none" };
  }
  if (placement.kind === "unknown") {
    return { verdict: "undecided", because: placement.because };
  }
  const missing = [...eligible.nodes].filter((node) => !placement.nodes.has(node)).sort();
  // Data of one node is missing on the others of a cluster, also when the program names no other.
  const alone = !placement.shared && eligible.rule === undefined && placement.nodes.size <= 1;
  if (missing.length === 0 && !alone) {
    return { verdict: "none" };
  }
  const surelyAlone = alone && placement.nodes.size + placement.more <= 1;
  const certain = eligible.certain && (missing.length > placement.more || surelyAlone);
  return certain
    ? { verdict: "violated", nodes: missing }
    : { verdict: "undecided", because: "values that may provide for it are not known yet" };
}

function shared(storage: Storage): Placement {
  const limit = storage.nodes;
  return limit === undefined || (limit !== UNKNOWN && limit.length === 0)
    ? { kind: "everywhere" }
    : { kind: "on", shared: true, nodes: new Set(knownIn(limit)), more: allKnown(limit) ? 0 : Infinity };
}

function local(guest: Guest): Placement {
  return isKnown(guest.node)
    ? { kind: "on", shared: false, nodes: new Set([guest.node]), more: 0 }
    : { kind: "on", shared: false, nodes: new Set(), more: 1 };
}

/** A replicated pool has the same data on the targets that have the storage (at most one interval old). */
function replicated(topology: Topology, guest: Guest, volume: Volume, storage: Storage): Placement {
  const own = isKnown(guest.node) ? [guest.node] : [];
  const jobs = guest.replications.filter((job) => job.disabled !== true);
  const loose = topology.loose.replications.filter((job) => job.disabled !== true);
  const targets = jobs.filter((job) => job.disabled === false && volume.replicated === true).map(targetOf);
  const limit = storage.nodes === undefined ? [] : knownIn(storage.nodes);
  const anywhere = storage.nodes === undefined || (allKnown(storage.nodes) && limit.length === 0);
  const sure = targets.filter(isKnown).filter((target) => anywhere || limit.includes(target));
  const open =
    loose.length > 0 || jobs.length > targets.length || !targets.every(isKnown) || !allKnown(storage.nodes);
  const mayReplicate = open && jobs.length + loose.length > 0;
  return {
    kind: "on",
    shared: false,
    nodes: new Set([...own, ...sure]),
    more: mayReplicate ? Infinity : 1 - own.length,
  };
}

function targetOf(job: Replication) {
  return job.target;
}
