import { get, type Known, keys, knownIn, UNKNOWN } from "../facts/read";
import { NO_OPEN_PORTS } from "./frameworks";
import { answer, listed, type ResourceRule } from "./rule";

const EVERYBODY = /^\*$|\/0+$/;

export const nfsExportKnownClients: ResourceRule = {
  id: "nfs-export-known-clients",
  title: "NFS exports are for known networks",
  description:
    "NFS trusts whoever asks from an address that it exports to: an export for everyone hands out every guest's disks.",
  severity: "critical",
  level: "mandatory",
  framework: NO_OPEN_PORTS,
  url: "https://manpages.debian.org/stable/nfs-kernel-server/exports.5.en.html",
  tags: ["storage", "security"],
  remediation: "Export to the storage network, or to the nodes' addresses.",
  scope: "resource",
  types: ["hybrid-estate:hosts:NfsServer"],
  check: (resource) => {
    const clients = clientsOf(resource.properties);
    const open = knownIn(clients).filter((client) => EVERYBODY.test(client));
    return answer(resource, open.length > 0 ? true : clients === UNKNOWN ? UNKNOWN : false, {
      wrong: `NFS server ${resource.name} exports to everybody (${listed(open)}). Export to the storage network.`,
      open: `Whom NFS server ${resource.name} exports to is not known yet.`,
    });
  },
};

function clientsOf(properties: unknown): Known<readonly string[]> {
  const paths = keys(properties, "exports");
  const exported = get(properties, "exports");
  if (paths === undefined || paths === UNKNOWN) return paths ?? [];
  const clients = paths.map((path) => keys(exported, path));
  return clients.includes(UNKNOWN) ? UNKNOWN : clients.flatMap((each) => knownIn(each));
}
