import { type Eligible, eligibleNodes, recovers } from "../facts/eligible";
import { label, type Volume } from "../facts/guests";
import type { Guest } from "../facts/links";
import { type Gap, gapOf, placementOf } from "../facts/placement";
import { allKnown, isKnown, knownIn, UNKNOWN } from "../facts/read";
import type { Topology } from "../facts/topology";
import { RECOVERY } from "./frameworks";
import { type EstateRule, type Finding, listed, notApplicable, undecided, violated } from "./rule";

export const haGuestOnSharedStorage: EstateRule = {
  id: "ha-guest-on-shared-storage",
  title: "HA guests live on storage that survives their node",
  description:
    "After a node's death HA moves only a guest's configuration and never its data, so every disk, EFI, TPM and " +
    "ISO volume must lie on storage with the same data on every node that may run the guest.",
  severity: "critical",
  level: "mandatory",
  framework: RECOVERY,
  url: "https://pve.proxmox.com/pve-docs/chapter-ha-manager.html",
  tags: ["ha", "storage"],
  remediation:
    "Move the volume to shared storage (NFS, CIFS, Ceph, shared LVM), replicate its ZFS pool to every node that may " +
    "run the guest, or narrow those nodes with one strict node-affinity rule.",
  scope: "estate",
  check: (topology) => {
    const guests = topology.guests.filter(recovers);
    const strangers = topology.loose.haResources.filter((resource) => resource.recovers !== false);
    if (guests.length + strangers.length === 0) {
      return notApplicable("No guest of this program is managed by HA");
    }
    return [
      ...guests.flatMap((guest) => checkGuest(topology, guest)),
      ...strangers.map((resource) =>
        undecided(
          resource.source,
          `HA resource ${resource.source.name}: the guest that it manages is not known yet.`,
        ),
      ),
    ];
  },
};

function checkGuest(topology: Topology, guest: Guest): Finding[] {
  const eligible = eligibleNodes(topology, guest);
  return guest.volumes
    .filter((volume) => volume.role !== "cloud-init")
    .flatMap((volume) =>
      finding(topology, guest, volume, eligible, gapOf(eligible, placementOf(topology, guest, volume))),
    );
}

function finding(topology: Topology, guest: Guest, volume: Volume, eligible: Eligible, gap: Gap): Finding[] {
  switch (gap.verdict) {
    case "none":
      return [];
    case "undecided":
      return [
        undecided(
          guest.source,
          `${label(guest)} is managed by HA, but whether ${where(volume)} has the same data on every node that may ` +
            `run it cannot be decided: ${gap.because}.`,
        ),
      ];
    case "violated":
      return [
        violated(
          guest.source,
          `${label(guest)} is managed by HA, but ${where(volume)}${lies(topology, volume)}: its data is not on ` +
            `${absentFrom(gap.nodes, guest)}, where HA may have to start it. ${remedy(topology, guest, volume, eligible)}`,
        ),
      ];
  }
}

function where(volume: Volume): string {
  const what = volume.role === "cdrom" ? `the ISO in ${volume.slot}` : volume.slot;
  if (volume.place === UNKNOWN) {
    return what;
  }
  return "storage" in volume.place
    ? `${what} on storage "${volume.place.storage}"`
    : `${what} at path ${volume.place.hostPath} of its node`;
}

function lies(topology: Topology, volume: Volume): string {
  const id = volume.place !== UNKNOWN && "storage" in volume.place ? volume.place.storage : undefined;
  const storage = id === undefined ? undefined : topology.storages.get(id);
  if (storage === undefined) {
    return " is local";
  }
  return storage.shared === true
    ? ` (${storage.type}) is limited to ${listed(knownIn(storage.nodes))}`
    : ` (${storage.type}) is local to its node`;
}

function absentFrom(nodes: readonly string[], guest: Guest): string {
  const others = nodes.filter((node) => node !== guest.node);
  return nodes.length === 0 ? "the other nodes of the cluster" : listed(others.length > 0 ? others : nodes);
}

function remedy(topology: Topology, guest: Guest, volume: Volume, eligible: Eligible): string {
  const candidates = sharedFor(topology, guest, volume, eligible);
  const move =
    candidates.length > 0
      ? `Move it to shared storage (${listed(candidates, 3)})`
      : "Move it to shared storage (none for it is declared here)";
  const replicate = canReplicate(topology, volume) ? ", replicate it to those nodes" : "";
  return `${move}${replicate}, or narrow the nodes of the guest with one strict node-affinity rule.`;
}

/** Shared storages that hold this kind of volume on every eligible node. */
function sharedFor(topology: Topology, guest: Guest, volume: Volume, eligible: Eligible): string[] {
  const content = volume.role === "cdrom" ? "iso" : guest.kind === "vm" ? "images" : "rootdir";
  return [...topology.storages.values()]
    .filter(
      (storage) =>
        storage.shared === true && allKnown(storage.contents) && storage.contents?.includes(content),
    )
    .filter((storage) => {
      const limit = knownIn(storage.nodes);
      return limit.length === 0 || [...eligible.nodes].every((node) => limit.includes(node));
    })
    .flatMap(({ id }) => (isKnown(id) ? [id] : []));
}

function canReplicate(topology: Topology, volume: Volume): boolean {
  const id = volume.place !== UNKNOWN && "storage" in volume.place ? volume.place.storage : undefined;
  return volume.role !== "cdrom" && id !== undefined && topology.storages.get(id)?.type === "zfspool";
}
