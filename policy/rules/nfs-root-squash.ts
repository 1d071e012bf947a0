import { get, type Known, keys, texts, UNKNOWN, type Value } from "../facts/read";
import { LEAST_PRIVILEGE } from "./frameworks";
import { answer, type ResourceRule } from "./rule";

export const nfsRootSquash: ResourceRule = {
  id: "nfs-root-squash",
  title: "NFS servers do not obey root of a client",
  description:
    "With no_root_squash, root on one node or on whatever takes its address owns every file of the export.",
  severity: "low",
  level: "advisory",
  framework: LEAST_PRIVILEGE,
  url: "https://manpages.debian.org/stable/nfs-kernel-server/exports.5.en.html",
  tags: ["storage", "security"],
  remediation:
    "Leave root squashed on exports that only keep backups; guests' disks need it off, on a network of their own.",
  scope: "resource",
  types: ["hybrid-estate:hosts:NfsServer"],
  check: (resource) => {
    const exported = get(resource.properties, "exports");
    const options = each(resource.properties, "exports").flatMap((path): Value<readonly Known<string>[]>[] =>
      path === UNKNOWN
        ? [UNKNOWN]
        : each(exported, path).map((client) =>
            client === UNKNOWN ? UNKNOWN : texts(get(exported, path), client),
          ),
    );
    const off = options.some((list) => list !== UNKNOWN && list?.includes("no_root_squash"));
    return answer(resource, off ? true : options.includes(UNKNOWN) ? UNKNOWN : false, {
      wrong: `NFS server ${resource.name} lets root of a client be root of its files (no_root_squash).`,
      open: `Whether NFS server ${resource.name} squashes root is not known yet.`,
    });
  },
};

function each(from: unknown, key: string): readonly Known<string>[] {
  const named = keys(from, key);
  return named === UNKNOWN ? [UNKNOWN] : (named ?? []);
}
