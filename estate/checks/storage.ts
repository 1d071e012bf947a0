import { FILE_NAME, imageFileName } from "../images";
import { entry } from "../paths";
import { type Finding, oneOf, problem, type Step } from "../problems";
import type { Estate } from "../schema";

type Content = "backup" | "images" | "import" | "iso" | "rootdir" | "vztmpl";

/** Something that is to be put on a storage. */
interface Use {
  readonly path: readonly Step[];
  readonly storage: string;
  readonly content: Content;
  /** The node that needs the storage, where it is one node. */
  readonly node?: string;
}

/** Things put on a storage that does not hold such content, or that the node in question does not have. */
export function checkStorageUse(estate: Estate): Finding[] {
  return [
    ...uses(estate).flatMap((use) => useProblems(estate, use)),
    ...exportsMissing(estate),
    ...datasetsMissing(estate),
    ...unnamedFiles(estate),
    ...uncheckedFiles(estate),
  ];
}

function useProblems(estate: Estate, { path, storage, content, node }: Use): Finding[] {
  const target = entry(estate.storages, storage);
  if (target === undefined) return []; // a dangling reference has been reported as such
  const held: readonly string[] = target.content;
  if (!held.includes(content)) {
    const able = Object.entries(estate.storages).filter(([, other]) =>
      other.content.some((kind) => kind === content),
    );
    return [
      problem(path, storage, `a storage with content ${content}: ${oneOf(able.map(([id]) => id))}`, [
        ["storages", storage, "content", "*"],
      ]),
    ];
  }
  if (node !== undefined && target.nodes !== undefined && !target.nodes.includes(node)) {
    return [
      problem(path, storage, `a storage that ${node} has; ${storage} is on ${target.nodes.join(", ")} only`, [
        ["storages", storage, "nodes", "*"],
        [...path.slice(0, 2), "node"],
      ]),
    ];
  }
  return [];
}

function uses(estate: Estate): Use[] {
  return [
    ...Object.entries(estate.images).map(([name, { storage, content }]) => ({
      path: ["images", name, "storage"],
      storage,
      content,
    })),
    ...Object.entries(estate.backupJobs).flatMap(([name, { storage, fleecing }]): Use[] => [
      { path: ["backupJobs", name, "storage"], storage, content: "backup" },
      ...(fleecing
        ? [
            {
              path: ["backupJobs", name, "fleecing", "storage"],
              storage: fleecing.storage,
              content: "images" as const,
            },
          ]
        : []),
    ]),
    ...Object.entries(estate.guests).flatMap(([name, guest]): Use[] => {
      const at = (...steps: string[]): Step[] => ["guests", name, ...steps];
      const { node } = guest;
      if (guest.kind === "lxc") {
        return [
          { path: at("rootDisk", "storage"), storage: guest.rootDisk.storage, content: "rootdir", node },
          ...Object.entries(guest.mountPoints).map(([slot, { storage }]) => ({
            path: at("mountPoints", slot, "storage"),
            storage,
            content: "rootdir" as const,
            node,
          })),
        ];
      }
      const disks = Object.entries(guest.disks).map(([slot, { storage }]) => ({
        path: at("disks", slot, "storage"),
        storage,
      }));
      const others = (["efiStorage", "tpmStorage", "cloudInitStorage"] as const).flatMap((key) => {
        const storage = guest[key];
        return storage === undefined ? [] : [{ path: at(key), storage }];
      });
      return [...disks, ...others].map((use) => ({ ...use, content: "images", node }));
    }),
  ];
}

function exportsMissing(estate: Estate): Finding[] {
  return Object.entries(estate.storages).flatMap(([id, storage]) => {
    if (storage.type !== "nfs") return [];
    const server = entry(estate.nfsServers, storage.server);
    const paths = Object.keys(server?.exports ?? {});
    const known = server === undefined || paths.includes(storage.export);
    return known
      ? []
      : [
          problem(
            ["storages", id, "export"],
            storage.export,
            `an export of ${storage.server}: ${oneOf(paths, storage.export)}`,
            [
              ["storages", id, "server"],
              ["nfsServers", storage.server, "exports", "*"],
            ],
          ),
        ];
  });
}

function unnamedFiles(estate: Estate): Finding[] {
  return Object.entries(estate.images).flatMap(([name, image]) =>
    FILE_NAME.test(imageFileName(image))
      ? []
      : [
          problem(["images", name, "fileName"], undefined, "a file name, as the URL does not end in one", [
            ["images", name, "url"],
          ]),
        ],
  );
}

/** What comes over http can be changed by anybody on the way. */
function uncheckedFiles({ images }: Estate): Finding[] {
  return Object.entries(images).flatMap(([name, { url, checksum }]) =>
    url.startsWith("https:") || checksum !== undefined
      ? []
      : [
          problem(
            ["images", name, "checksum"],
            undefined,
            "the publisher's checksum, as the URL is not https",
            [["images", name, "url"]],
          ),
        ],
  );
}

function datasetsMissing(estate: Estate): Finding[] {
  return Object.entries(estate.storages).flatMap(([id, storage]) => {
    if (storage.type !== "zfspool") return [];
    const [name = "", ...rest] = storage.pool.split("/");
    const pool = entry(estate.zfsPools, name);
    const datasets = Object.keys(pool?.datasets ?? {});
    const dataset = rest.join("/");
    const known = pool === undefined || dataset === "" || datasets.includes(dataset);
    return known
      ? []
      : [
          problem(
            ["storages", id, "pool"],
            storage.pool,
            `${name}, or a dataset of it: ${oneOf(datasets, dataset)}`,
            [["zfsPools", name, "datasets", "*"]],
          ),
        ];
  });
}
