import type { DeclaredNames } from "../names";
import { type Finding, oneOf, problem, type Step } from "../problems";
import type { Estate, Storage } from "../schema";

/** A name that stands for an entry of another section. */
interface Reference {
  readonly path: readonly Step[];
  readonly name: string;
  readonly section: string;
}

/** Names that refer to nothing: a guest on an unknown node, a storage on an unknown server, and so on. */
export function checkReferences(estate: Estate, names: DeclaredNames): Finding[] {
  return [
    ...clusterReferences(estate),
    ...storageReferences(estate),
    ...guestReferences(estate),
    ...protectionReferences(estate),
  ]
    .filter(({ name, section }) => !(names[section] ?? []).includes(name))
    .map(({ path, name, section }) =>
      problem(path, name, `one of ${section}: ${oneOf(names[section] ?? [], name)}`, [[section]]),
    );
}

function clusterReferences(estate: Estate): Reference[] {
  return [
    ...Object.entries(estate.networks).flatMap(([network, { bridge }]) =>
      optional(["networks", network, "bridge"], bridge, "bridges"),
    ),
    ...Object.entries(estate.nodes).flatMap(([node, { addresses }]) =>
      Object.keys(addresses).map((network) => ({
        path: ["nodes", node, "addresses", network],
        name: network,
        section: "networks",
      })),
    ),
  ];
}

function storageReferences(estate: Estate): Reference[] {
  return [
    ...Object.entries(estate.zfsPools).flatMap(([pool, { nodes }]) => nodeList(["zfsPools", pool], nodes)),
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

function backing(id: string, storage: Storage): Reference[] {
  if (storage.type === "nfs")
    return [{ path: ["storages", id, "server"], name: storage.server, section: "nfsServers" }];
  if (storage.type === "zfspool" && !storage.existing) {
    const pool = storage.pool.split("/")[0] ?? "";
    return [{ path: ["storages", id, "pool"], name: pool, section: "zfsPools" }];
  }
  return [];
}

function guestReferences(estate: Estate): Reference[] {
  return Object.entries(estate.guests).flatMap(([name, guest]) => {
    const path = ["guests", name];
    const nics = Object.entries(guest.nics).map(([slot, nic]) => ({
      path: [...path, "nics", slot, "bridge"],
      name: nic.bridge,
      section: "bridges",
    }));
    const node = { path: [...path, "node"], name: guest.node, section: "nodes" };
    if (guest.kind === "lxc") {
      return [
        node,
        { path: [...path, "template"], name: guest.template, section: "images" },
        { path: [...path, "rootDisk", "storage"], name: guest.rootDisk.storage, section: "storages" },
        ...nics,
      ];
    }
    const disks = Object.entries(guest.disks).flatMap(([slot, disk]) => [
      { path: [...path, "disks", slot, "storage"], name: disk.storage, section: "storages" },
      ...optional([...path, "disks", slot, "image"], disk.image, "images"),
    ]);
    return [
      node,
      ...disks,
      ...optional([...path, "efiStorage"], guest.efiStorage, "storages"),
      ...optional([...path, "tpmStorage"], guest.tpmStorage, "storages"),
      ...optional([...path, "cloudInitStorage"], guest.cloudInitStorage, "storages"),
      ...nics,
    ];
  });
}

function protectionReferences(estate: Estate): Reference[] {
  return [
    ...Object.entries(estate.haRules).flatMap(([name, rule]) => [
      ...rule.guests.map((guest, index) => ({
        path: ["haRules", name, "guests", index],
        name: guest,
        section: "guests",
      })),
      ...(rule.type === "node-affinity"
        ? Object.keys(rule.nodes).map((node) => ({
            path: ["haRules", name, "nodes", node],
            name: node,
            section: "nodes",
          }))
        : []),
    ]),
    ...Object.entries(estate.backupJobs).flatMap(([name, job]) => [
      { path: ["backupJobs", name, "storage"], name: job.storage, section: "storages" },
      ...(job.guests === "all"
        ? []
        : job.guests.map((guest, index) => ({
            path: ["backupJobs", name, "guests", index],
            name: guest,
            section: "guests",
          }))),
    ]),
    ...Object.keys(estate.aws?.recovery ?? {}).map((guest) => ({
      path: ["aws", "recovery", guest],
      name: guest,
      section: "guests",
    })),
  ];
}

function nodeList(path: readonly Step[], nodes: readonly string[] | undefined): Reference[] {
  return (nodes ?? []).map((name, index) => ({ path: [...path, "nodes", index], name, section: "nodes" }));
}

function optional(path: readonly Step[], name: string | undefined, section: string): Reference[] {
  return name === undefined ? [] : [{ path, name, section }];
}
