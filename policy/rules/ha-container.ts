import { label } from "../facts/guests";
import { UNKNOWN } from "../facts/read";
import { RECOVERY } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

export const haContainer: EstateRule = {
  id: "ha-container",
  title: "Containers are not under HA",
  description:
    "After HA has moved a container the provider reads it as gone and makes it anew under an id that is taken; and it restarts with every move.",
  severity: "medium",
  level: "advisory",
  framework: RECOVERY,
  url: "https://pve.proxmox.com/pve-docs/chapter-pct.html",
  tags: ["ha", "guests"],
  remediation: "Run what must survive a node in a VM, or leave the container to start with its node.",
  scope: "estate",
  check: (topology) => {
    const containers = topology.guests.filter((guest) => guest.kind === "lxc");
    if (containers.length === 0) return notApplicable("This program declares no container");
    return containers.flatMap((guest) => {
      const states = guest.ha.map(({ recovers }) => recovers);
      return answer(guest.source, states.includes(true) ? true : states.includes(UNKNOWN) ? UNKNOWN : false, {
        wrong: `${label(guest)} is managed by HA: after a move the provider takes it for gone. A VM is not.`,
        open: `Whether HA recovers ${label(guest)} is not known yet.`,
      });
    });
  },
};
