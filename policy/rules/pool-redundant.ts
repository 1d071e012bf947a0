import { text, UNKNOWN } from "../facts/read";
import { answer, type ResourceRule } from "./rule";

export const poolRedundant: ResourceRule = {
  id: "pool-redundant",
  title: "Pools survive a disk",
  description: "A pool of single disks is lost with the first of them, and every guest on it.",
  severity: "medium",
  level: "advisory",
  url: "https://pve.proxmox.com/pve-docs/chapter-sysadmin.html#sysadmin_zfs_raid_considerations",
  tags: ["storage"],
  remediation: "Use a mirror or raidz, or keep nothing on it that is not elsewhere too.",
  scope: "resource",
  types: ["proxmoxve:node/disk/zfs:Zfs", "hybrid-estate:hosts:ZfsDisks"],
  check: (resource) => {
    const level = text(resource.properties, "raidlevel") ?? UNKNOWN;
    return answer(resource, level === UNKNOWN ? UNKNOWN : level === "single" || level === "raid0", {
      wrong: `Pool ${resource.name} is lost with the first disk that fails (${String(level)}). Use a mirror or raidz.`,
      open: `Whether pool ${resource.name} survives a disk is not known yet.`,
    });
  },
};
