import { GUEST_TYPES } from "../facts/guests";
import { get, items, UNKNOWN } from "../facts/read";
import { answer, listed, type ResourceRule } from "./rule";

export const datastoreExplicit: ResourceRule = {
  id: "datastore-explicit",
  title: "Volumes say their storage",
  description:
    "Left out, the provider takes local-lvm (local for containers): a disk ends up on the one node without anybody having said so.",
  severity: "medium",
  level: "mandatory",
  url: "https://www.pulumi.com/registry/packages/proxmoxve/api-docs/vmlegacy/",
  tags: ["guests", "storage"],
  remediation: "Set datastoreId on every disk, EFI disk, TPM state and cloud-init drive.",
  scope: "resource",
  types: GUEST_TYPES,
  check: (resource) => {
    const parts = partsOf(resource.properties);
    const missing = parts
      .filter(([, part]) => part !== UNKNOWN && get(part, "datastoreId") === undefined)
      .map(([name]) => name);
    return answer(
      resource,
      missing.length > 0 ? true : parts.some(([, part]) => part === UNKNOWN) ? UNKNOWN : false,
      {
        wrong: `Guest ${resource.name} leaves the storage of ${listed(missing)} to the provider. Set datastoreId.`,
        open: `Which storages guest ${resource.name} names is not known yet.`,
      },
    );
  },
};

/** Blocks that have a storage; the one of a container's initialization has none. */
function partsOf(properties: unknown): (readonly [name: string, part: unknown])[] {
  const isVm = get(properties, "disk") === undefined && get(properties, "unprivileged") === undefined;
  const single = ["disk", "efiDisk", "tpmState", ...(isVm ? ["initialization"] : [])];
  return [
    ...items(properties, "disks").map((disk) => ["a disk", disk] as const),
    ...single.map((name) => [name, get(properties, name)] as const).filter(([, part]) => part !== undefined),
  ];
}
