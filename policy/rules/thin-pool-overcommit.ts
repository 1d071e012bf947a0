import { get, items, type Known, text, UNKNOWN, whole } from "../facts/read";
import { resourcesOf, type Topology } from "../facts/topology";
import { numberSetting } from "../settings";
import { CAPACITY } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

const FACTOR = numberSetting("factor", {
  description: "How much may be promised for each GiB that there is.",
  default: 1,
  minimum: 1,
  maximum: 20,
});

export const thinPoolOvercommit: EstateRule = {
  id: "thin-pool-overcommit",
  title: "Thin pools hold what they promise",
  description: "A thin pool that is full stops every guest on it at once, and may damage their file systems.",
  severity: "medium",
  level: "advisory",
  framework: CAPACITY,
  url: "https://pve.proxmox.com/pve-docs/chapter-pvesm.html#storage_lvmthin",
  tags: ["storage", "capacity"],
  remediation:
    "Make the pool larger, move disks away, or allow more in the pack's configuration and watch it.",
  settings: [FACTOR],
  scope: "estate",
  check: (topology, config) => {
    const groups = resourcesOf(topology, "hybrid-estate:hosts:VolumeGroup").filter(
      ({ properties }) => get(properties, "thinPool") !== undefined,
    );
    if (groups.length === 0) return notApplicable("This program makes no thin pool");
    const promised = promises(topology);
    const factor = FACTOR.in(config);
    return groups.flatMap((group) => {
      const size = whole(get(group.properties, "thinPool"), "size");
      const name = text(group.properties, "group");
      const node = text(group.properties, "node");
      if (size === undefined) return [];
      const sum =
        typeof name === "string" && typeof node === "string"
          ? (promised.get(`${node}/${name}`) ?? 0)
          : UNKNOWN;
      return answer(group, size === UNKNOWN || sum === UNKNOWN ? UNKNOWN : sum > size * factor, {
        wrong: `Thin pool of ${group.name} has ${String(size)} GiB and has promised ${String(sum)}.`,
        open: `Whether the thin pool of ${group.name} holds what it has promised is not known yet.`,
      });
    });
  },
};

/** GiB of disks by node and volume group; UNKNOWN where a size or storage is not known. */
function promises(topology: Topology): ReadonlyMap<string, Known<number>> {
  const sums = new Map<string, Known<number>>();
  for (const { node, source } of topology.guests) {
    for (const disk of [...items(source.properties, "disks"), get(source.properties, "disk")]) {
      const id = disk === UNKNOWN ? undefined : text(disk, "datastoreId");
      const storage = typeof id === "string" ? topology.storages.get(id) : undefined;
      if (storage?.type !== "lvmthin" || storage.location === undefined || node === UNKNOWN) continue;
      const key = `${node}/${storage.location.replace(/^vg:/, "")}`;
      const size = whole(disk, "size") ?? 8;
      const before = sums.get(key) ?? 0;
      sums.set(key, size === UNKNOWN || before === UNKNOWN ? UNKNOWN : before + size);
    }
  }
  return sums;
}
