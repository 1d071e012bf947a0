import { label } from "../facts/guests";
import { flag } from "../facts/read";
import { negated } from "../facts/references";
import { RECOVERY } from "./frameworks";
import { answer, type EstateRule, notApplicable } from "./rule";

export const haVmMigrates: EstateRule = {
  id: "ha-vm-migrates",
  title: "HA VMs migrate instead of being replaced",
  description:
    "HA moves a VM, and the program then finds it on another node than declared: without migrate the provider destroys it and makes it anew.",
  severity: "critical",
  level: "mandatory",
  framework: RECOVERY,
  url: "https://www.pulumi.com/registry/packages/proxmoxve/api-docs/vmlegacy/",
  tags: ["ha", "guests"],
  remediation: "Set migrate: true, and ignore changes of nodeName.",
  scope: "estate",
  check: (topology) => {
    const guests = topology.guests.filter((guest) => guest.kind === "vm" && guest.ha.length > 0);
    if (guests.length === 0) return notApplicable("No VM of this program is managed by HA");
    return guests.flatMap((guest) => {
      const migrates = flag(guest.source.properties, "migrate") ?? false;
      return answer(guest.source, negated(migrates), {
        wrong: `${label(guest)} is managed by HA without migrate: found on another node, it would be replaced. Set migrate: true.`,
        open: `Whether ${label(guest)}, which is managed by HA, migrates instead of being replaced is not known yet.`,
      });
    });
  },
};
