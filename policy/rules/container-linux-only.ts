import { CONTAINER_TYPE } from "../facts/guests";
import { get, text, UNKNOWN } from "../facts/read";
import { answer, type ResourceRule } from "./rule";

/** Proxmox's `ostype` of containers; `unmanaged` is a Linux too. */
const LINUX = new Set(
  "alpine archlinux centos debian devuan fedora gentoo nixos opensuse ubuntu unmanaged".split(" "),
);

export const containerLinuxOnly: ResourceRule = {
  id: "container-linux-only",
  title: "Containers run Linux",
  description:
    "A container runs on the node's kernel: any other system needs a VM, and an unmanaged one is not set up by Proxmox.",
  severity: "low",
  level: "mandatory",
  url: "https://pve.proxmox.com/pve-docs/chapter-pct.html",
  tags: ["guests"],
  remediation: "Name the distribution in operatingSystem.type, or use a VM.",
  scope: "resource",
  types: [CONTAINER_TYPE],
  check: (resource) => {
    const type = text(get(resource.properties, "operatingSystem"), "type");
    return answer(resource, type === UNKNOWN ? UNKNOWN : type !== undefined && !LINUX.has(type), {
      wrong: `Container ${resource.name} is to run ${String(type)}, which is no Linux that Proxmox knows. Use a VM.`,
      open: `What container ${resource.name} runs is not known yet.`,
    });
  },
};
