import { allKnown, knownIn, texts, UNKNOWN } from "../facts/read";
import { answer, listed, type ResourceRule } from "./rule";

export const stableDevicePaths: ResourceRule = {
  id: "stable-device-paths",
  title: "Disks are named by what they are",
  description:
    "/dev/sdb is another disk after a reboot with a stick plugged in: a pool made on it by name may be made on the wrong one.",
  severity: "high",
  level: "advisory",
  url: "https://pve.proxmox.com/pve-docs/chapter-sysadmin.html#chapter_zfs",
  tags: ["storage"],
  remediation: "Name disks by /dev/disk/by-id/..., which has their serial number.",
  scope: "resource",
  types: ["proxmoxve:node/disk/zfs:Zfs", "hybrid-estate:hosts:ZfsDisks", "hybrid-estate:hosts:VolumeGroup"],
  check: (resource) => {
    const devices = texts(resource.properties, "devices");
    const loose = knownIn(devices).filter((device) => !device.startsWith("/dev/disk/by-"));
    return answer(resource, loose.length > 0 ? true : allKnown(devices) ? false : UNKNOWN, {
      wrong: `${resource.name} is made on ${listed(loose)}, which may be another disk after a reboot. Use /dev/disk/by-id/.`,
      open: `Which disks ${resource.name} is made on is not known yet.`,
    });
  },
};
