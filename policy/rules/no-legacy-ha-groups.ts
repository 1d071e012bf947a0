import { HA_GROUP_TYPES, HA_RESOURCE_TYPES } from "../facts/ha";
import { get, text, UNKNOWN } from "../facts/read";
import { RECOVERY } from "./frameworks";
import { type ResourceRule, undecided, violated } from "./rule";

export const noLegacyHaGroups: ResourceRule = {
  id: "no-legacy-ha-groups",
  title: "HA rules instead of HA groups",
  description: "Proxmox VE 9 replaced HA groups by HA rules and refuses groups, and resources that name one.",
  severity: "high",
  level: "mandatory",
  framework: RECOVERY,
  url: "https://pve.proxmox.com/pve-docs/chapter-ha-manager.html#ha_manager_rules",
  tags: ["ha", "compatibility"],
  remediation:
    "Declare a Harule of type node-affinity with the group's nodes and priorities, and drop the group.",
  scope: "resource",
  types: [...HA_GROUP_TYPES, ...HA_RESOURCE_TYPES],
  check: (resource) => {
    if (HA_GROUP_TYPES.includes(resource.type)) {
      return [
        violated(
          resource,
          `HA group ${resource.name}: Proxmox VE 9 has no HA groups. Declare a Harule of type node-affinity instead.`,
        ),
      ];
    }
    const group =
      get(resource.properties, "group") === undefined ? undefined : text(resource.properties, "group");
    if (group === undefined || group === "") {
      return [];
    }
    return group === UNKNOWN
      ? [undecided(resource, `HA resource ${resource.name}: whether it names an HA group is not known yet.`)]
      : [
          violated(
            resource,
            `HA resource ${resource.name} names an HA group, which Proxmox VE 9 refuses. Drop "group" and declare a ` +
              "Harule of type node-affinity.",
          ),
        ];
  },
};
