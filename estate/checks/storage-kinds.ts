import { nodesOf } from "../disks";
import { entry } from "../paths";
import { type Finding, oneOf, problem, type Step } from "../problems";
import type { Estate, Storage } from "../schema";

/** What each kind of storage demands of what stands behind it. */
export function checkStorageKinds(estate: Estate): Finding[] {
  return [
    ...Object.entries(estate.storages).flatMap(([id, storage]) => [
      ...retention(id, storage),
      ...behind(estate, id, storage),
      ...sharing(estate, id, storage),
    ]),
    ...targets(estate),
  ];
}

function retention(id: string, storage: Storage): Finding[] {
  const content: readonly string[] = storage.content;
  if (!("retention" in storage) || storage.retention === undefined || content.includes("backup")) return [];
  return [
    problem(["storages", id, "retention"], storage.retention, "nothing, or content backup", [
      ["storages", id, "content", "*"],
    ]),
  ];
}

/** A storage must be somewhere on each of its nodes: pools and groups need not be on all of them. */
function behind(estate: Estate, id: string, storage: Storage): Finding[] {
  const place = foundation(estate, storage);
  if (place === undefined) return [];
  const { section, name, made } = place;
  const having = nodesOf(estate, made);
  // A name that is no node has been reported as such.
  if (!having.every((node) => Object.hasOwn(estate.nodes, node))) return [];
  const lacking = nodesOf(estate, storage).filter(
    (node) => Object.hasOwn(estate.nodes, node) && !having.includes(node),
  );
  if (lacking.length === 0) return [];
  return [
    problem(["storages", id, "nodes"], storage.nodes, `nodes that have ${name}: ${oneOf(having)}`, [
      [section, name, "nodes", "*"],
      ["storages", id, "type"],
    ]),
  ];
}

function foundation(estate: Estate, storage: Storage) {
  if (storage.type === "lvm" || storage.type === "lvmthin") {
    const made = entry(estate.volumeGroups, storage.volumeGroup);
    return made && { section: "volumeGroups", name: storage.volumeGroup, made };
  }
  const name = poolName(storage);
  const made = name === undefined ? undefined : entry(estate.zfsPools, name);
  return name === undefined || made === undefined ? undefined : { section: "zfsPools", name, made };
}

/** The ZFS pool that a storage is on by its name or path: pools are mounted at /NAME. */
function poolName(storage: Storage): string | undefined {
  if (storage.type === "zfspool") return storage.pool.split("/")[0];
  return storage.type === "directory" ? storage.path.split("/")[1] : undefined;
}

function sharing(estate: Estate, id: string, storage: Storage): Finding[] {
  const at = (key: string): Step[] => ["storages", id, key];
  if (storage.type === "directory") {
    const local = storage.path === "/var/lib/vz" || entry(estate.zfsPools, poolName(storage) ?? "");
    return storage.shared && local
      ? [
          problem(at("shared"), true, `false, as ${storage.path} is on each node's own disks`, [
            at("path"),
            ["zfsPools", "*"],
          ]),
        ]
      : [];
  }
  if (storage.type !== "lvm" && storage.type !== "lvmthin") return [];
  const group = entry(estate.volumeGroups, storage.volumeGroup);
  if (group === undefined) return [];
  const basis = [
    ["volumeGroups", storage.volumeGroup, "iscsi"],
    ["volumeGroups", storage.volumeGroup, "thinPool"],
    at("volumeGroup"),
  ];
  const onSan = group.iscsi !== undefined;
  if (storage.type === "lvm") {
    if (storage.shared === undefined || storage.shared === onSan) return [];
    const allowed = onSan
      ? `true, as ${storage.volumeGroup} is on ${group.iscsi}`
      : `false, as ${storage.volumeGroup} is on each node's own disks`;
    return [problem(at("shared"), storage.shared, allowed, basis)];
  }
  if (onSan) {
    const allowed = "lvm, as a thin pool on a SAN can be used by one node only";
    return [problem(at("type"), "lvmthin", allowed, basis)];
  }
  if (group.thinPool?.name === storage.thinPool) return [];
  const allowed = oneOf(group.thinPool ? [group.thinPool.name] : [], storage.thinPool);
  return [
    problem(at("thinPool"), storage.thinPool, `a thin pool of ${storage.volumeGroup}: ${allowed}`, basis),
  ];
}

/** Groups on LUNs that their nodes do not see. */
function targets(estate: Estate): Finding[] {
  return Object.entries(estate.volumeGroups).flatMap(([name, group]) => {
    const at = (key: string): Step[] => ["volumeGroups", name, key];
    const target = group.iscsi === undefined ? undefined : entry(estate.storages, group.iscsi);
    if (target === undefined) return []; // a dangling reference has been reported as such
    const basis = [at("iscsi"), ["storages", group.iscsi ?? "", "type"]];
    if (target.type !== "iscsi") {
      const known = Object.entries(estate.storages).filter(([, { type }]) => type === "iscsi");
      const allowed = `a storage of type iscsi: ${oneOf(known.map(([id]) => id))}`;
      return [problem(at("iscsi"), group.iscsi, allowed, basis)];
    }
    const lacking = nodesOf(estate, group).filter((node) => !nodesOf(estate, target).includes(node));
    return [
      ...(lacking.length === 0
        ? []
        : [
            problem(
              at("nodes"),
              group.nodes,
              `nodes that have ${group.iscsi}: ${oneOf(nodesOf(estate, target))}`,
              [...basis, ["storages", group.iscsi ?? "", "nodes", "*"]],
            ),
          ]),
      ...(Object.keys(group.nodeDevices).length === 0
        ? []
        : [
            problem(
              at("nodeDevices"),
              group.nodeDevices,
              "nothing, as every node sees the same LUNs: devices",
              basis,
            ),
          ]),
    ];
  });
}
