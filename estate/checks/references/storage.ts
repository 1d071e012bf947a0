import type { OnDisks } from "../../disks";
import type { Estate, Storage } from "../../schema";
import { nodeList, optional, type Reference } from "./reference";

export function storageReferences(estate: Estate): Reference[] {
  return [
    ...Object.entries(estate.zfsPools).flatMap(([pool, disks]) => diskNodes(["zfsPools", pool], disks)),
    ...Object.entries(estate.volumeGroups).flatMap(([group, disks]) => [
      ...diskNodes(["volumeGroups", group], disks),
      ...optional(["volumeGroups", group, "iscsi"], disks.iscsi, "storages"),
    ]),
    ...Object.entries(estate.storages).flatMap(([id, storage]) => [
      ...nodeList(["storages", id], storage.nodes),
      ...backing(id, storage),
    ]),
    ...Object.entries(estate.images).map(([image, { storage }]) => ({
      path: ["images", image, "storage"],
      name: storage,
      section: "storages",
    })),
  ];
}

/** The volume group that the Proxmox VE installer makes. */
const INSTALLER_GROUP = "pve";

function diskNodes(path: readonly string[], { nodes, nodeDevices }: OnDisks): Reference[] {
  return [
    ...nodeList(path, nodes),
    ...Object.keys(nodeDevices).map((node) => ({
      path: [...path, "nodeDevices", node],
      name: node,
      section: "nodes",
    })),
  ];
}

function backing(id: string, storage: Storage): Reference[] {
  if (storage.type === "nfs")
    return [{ path: ["storages", id, "server"], name: storage.server, section: "nfsServers" }];
  if (storage.type === "zfspool" && !storage.existing) {
    const pool = storage.pool.split("/")[0] ?? "";
    return [{ path: ["storages", id, "pool"], name: pool, section: "zfsPools" }];
  }
  if (storage.type === "rbd")
    return [{ path: ["storages", id, "pool"], name: storage.pool, section: "cephPools" }];
  if ((storage.type === "lvm" || storage.type === "lvmthin") && !storage.existing) {
    const { volumeGroup } = storage;
    return volumeGroup === INSTALLER_GROUP
      ? []
      : [{ path: ["storages", id, "volumeGroup"], name: volumeGroup, section: "volumeGroups" }];
  }
  return [];
}
