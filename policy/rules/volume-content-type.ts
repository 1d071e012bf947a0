import type { DeclaredResource } from "../facts/declared";
import { label } from "../facts/guests";
import { UNKNOWN } from "../facts/read";
import type { Topology } from "../facts/topology";
import { answer, type EstateRule, type Finding } from "./rule";

export const volumeContentType: EstateRule = {
  id: "volume-content-type",
  title: "Storages take what guests and jobs put there",
  description:
    "Proxmox refuses a disk on a storage without content type images, and a backup on one without backup: at up, half way through.",
  severity: "medium",
  level: "mandatory",
  url: "https://pve.proxmox.com/pve-docs/chapter-pvesm.html",
  tags: ["storage"],
  remediation: "Add the content type to the storage, or put the volume elsewhere.",
  scope: "estate",
  check: (topology) => [
    ...topology.guests.flatMap((guest) => {
      const content = guest.kind === "vm" ? "images" : "rootdir";
      const disks = guest.volumes.filter(({ role }) => role !== "cdrom");
      const ids = new Set(
        disks.flatMap(({ place }) => (place !== UNKNOWN && "storage" in place ? [place.storage] : [])),
      );
      return [...ids].flatMap((id) => check(topology, guest.source, id, content, label(guest)));
    }),
    ...topology.backupJobs.flatMap(({ source, storage }) =>
      typeof storage === "string"
        ? check(topology, source, storage, "backup", `Backup job ${source.name}`)
        : [],
    ),
  ],
};

function check(
  topology: Topology,
  resource: DeclaredResource,
  id: string,
  content: string,
  who: string,
): Finding[] {
  const contents = topology.storages.get(id)?.contents;
  if (contents === undefined) return [];
  const known = contents !== UNKNOWN;
  const wrong =
    known && contents.includes(content) ? false : known && !contents.includes(UNKNOWN) ? true : UNKNOWN;
  return answer(resource, wrong, {
    wrong: `${who} is on storage "${id}", which does not take ${content}. Add that content type, or use another storage.`,
    open: `Whether storage "${id}" takes ${content} of ${who} is not known yet.`,
  });
}
