import { CONTAINER_TYPE, label, readContainer } from "../facts/guests";
import { flag, UNKNOWN } from "../facts/read";
import { LEAST_PRIVILEGE } from "./frameworks";
import { type ResourceRule, undecided, violated } from "./rule";

export const containerUnprivileged: ResourceRule = {
  id: "container-unprivileged",
  title: "Containers are unprivileged",
  description:
    "Root in a privileged container is root on the node: an escape takes the node and, over pmxcfs, the cluster. The " +
    "provider's default is privileged.",
  severity: "high",
  level: "mandatory",
  framework: LEAST_PRIVILEGE,
  url: "https://pve.proxmox.com/pve-docs/chapter-pct.html#pct_general",
  tags: ["guests", "security"],
  remediation: "Set unprivileged: true; a container that really needs host privileges belongs in a VM.",
  scope: "resource",
  types: [CONTAINER_TYPE],
  check: (resource) => {
    const unprivileged = flag(resource.properties, "unprivileged") ?? false;
    const name = label(readContainer(resource));
    if (unprivileged === UNKNOWN) {
      return [undecided(resource, `Whether ${name} is unprivileged is not known yet.`)];
    }
    return unprivileged
      ? []
      : [
          violated(
            resource,
            `The ${name} is privileged: root in it is root on its node. Set unprivileged: true.`,
          ),
        ];
  },
};
