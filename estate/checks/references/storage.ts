import type { OnDisks } from "../../disks";
import type { Estate, Storage } from "../../schema";
import { nodeList, type Reference } from "./reference";

export function storageReferences(estate: Estate): Reference[] {
  return [
    ...Object.entries(estate.zfsPools).flatMap(([pool, disks]) => diskNodes(["zfsPools", pool], disks)),
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
  return [];
}
