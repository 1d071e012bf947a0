import { GUEST_TYPES } from "../facts/guests";
import { UNKNOWN, whole } from "../facts/read";
import { answer, type ResourceRule } from "./rule";

export const guestIdExplicit: ResourceRule = {
  id: "guest-id-explicit",
  title: "Guests have ids of their own choice",
  description:
    "An id that Proxmox chooses is not known before up: HA rules, backup jobs and firewalls that name it are then decided by chance.",
  severity: "medium",
  level: "mandatory",
  url: "https://www.pulumi.com/registry/packages/proxmoxve/api-docs/vmlegacy/",
  tags: ["guests"],
  remediation: "Set vmId to a number that no other guest of the cluster has.",
  scope: "resource",
  types: GUEST_TYPES,
  check: (resource) => {
    const id = whole(resource.properties, "vmId");
    return answer(resource, id === UNKNOWN ? UNKNOWN : id === undefined, {
      wrong: `Guest ${resource.name} leaves its id to Proxmox. Set vmId.`,
      open: `Which id guest ${resource.name} has is not known yet.`,
    });
  },
};
