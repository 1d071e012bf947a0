import type { Estate, Image, Storage } from "../../estate";
import { prefixLength } from "../../estate/addresses";
import { imageFileName } from "../../estate/images";
import type { ImageArgs } from "./image";
import type { NodeArgs, NodeBridge } from "./node";
import type { StorageArgs, StorageBacking } from "./storage";

/** The address that a node answers on for the API, SSH and corosync. */
export function managementAddress(estate: Estate, node: string): string {
  const [network] = Object.entries(estate.networks).find(([, { purpose }]) => purpose === "management") ?? [];
  const address = network && estate.nodes[node]?.addresses[network];
  if (!address) throw new Error(`node ${node} has no management address; validation should have refused it`);
  return address;
}

/** A node with its own address on each bridge that carries one of its networks untagged. */
export function nodeArgs(estate: Estate, nodeName: string): NodeArgs {
  const { timeZone, dns } = estate.cluster;
  return {
    nodeName,
    timeZone,
    dns,
    bridges: Object.fromEntries(
      Object.entries(estate.bridges).map(([name, bridge]) => [
        name,
        { ...bridge, ...bridgeAddress(estate, nodeName, name) },
      ]),
    ),
  };
}

function bridgeAddress(
  estate: Estate,
  node: string,
  bridge: string,
): Pick<NodeBridge, "address" | "gateway"> {
  for (const [name, network] of Object.entries(estate.networks)) {
    const address = estate.nodes[node]?.addresses[name];
    if (network.bridge === bridge && network.vlan === undefined && address !== undefined) {
      return { address: `${address}/${prefixLength(network.cidr)}`, gateway: network.gateway };
    }
  }
  return {};
}

/** A storage with what stands behind it; an NFS server's name becomes its address. */
export function storageArgs(estate: Estate, storageId: string, storage: Storage): StorageArgs {
  const { content, nodes, existing } = storage;
  return { storageId, content, nodes, existing, backing: storageBacking(estate, storage) };
}

function storageBacking(estate: Estate, storage: Storage): StorageBacking {
  if (storage.type !== "nfs") return storage;
  const server = estate.nfsServers[storage.server];
  if (!server) throw new Error(`unknown NFS server ${storage.server}; validation should have refused it`);
  return { ...storage, server: server.address };
}

/** An image, downloaded by the first node that may use its storage. */
export function imageArgs(estate: Estate, image: Image): ImageArgs {
  const [firstNode = ""] = estate.storages[image.storage]?.nodes ?? Object.keys(estate.nodes);
  const [algorithm, value] = image.checksum?.split(":") ?? [];
  return {
    nodeName: firstNode,
    storageId: image.storage,
    content: image.content,
    url: image.url,
    fileName: imageFileName(image),
    checksum: algorithm && value ? { algorithm, value } : undefined,
  };
}

/** Whether a storage keeps disks as files, which alone can hold qcow2 with its snapshots. */
export function keepsFiles(storage: Storage | undefined): boolean {
  return storage?.type === "nfs" || storage?.type === "directory";
}
