import { GUEST_TYPES } from "../facts/guests";
import { flag, UNKNOWN } from "../facts/read";
import { BACKUP } from "./frameworks";
import { answer, type ResourceRule } from "./rule";

export const statefulGuestProtected: ResourceRule = {
  id: "stateful-guest-protected",
  title: "Guests are protected from a careless up",
  description:
    "One renamed key in a program is a destroy and a create to Pulumi: unprotected, the guest's disks are gone before anybody reads the plan.",
  severity: "high",
  level: "advisory",
  framework: BACKUP,
  url: "https://www.pulumi.com/docs/iac/concepts/options/protect/",
  tags: ["guests"],
  remediation: "Set protect: true in the resource's options, or protection: true, Proxmox's own flag.",
  scope: "resource",
  types: GUEST_TYPES,
  check: (resource) => {
    const own = flag(resource.properties, "protection") ?? false;
    const protect = resource.options?.protect ?? UNKNOWN;
    return answer(
      resource,
      own === true || protect === true ? false : own === UNKNOWN || protect === UNKNOWN ? UNKNOWN : true,
      {
        wrong: `Guest ${resource.name} is destroyed or replaced without a question. Protect it.`,
        open: `Whether guest ${resource.name} is protected is not known.`,
      },
    );
  },
};
