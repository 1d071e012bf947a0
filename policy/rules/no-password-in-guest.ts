import { GUEST_TYPES } from "../facts/guests";
import { get, UNKNOWN } from "../facts/read";
import { TWO_FACTOR } from "./frameworks";
import { answer, type ResourceRule } from "./rule";

export const noPasswordInGuest: ResourceRule = {
  id: "no-password-in-guest",
  title: "Guests are logged in to by key",
  description:
    "A password of cloud-init lies on a drive of the guest and in the state, and is the same in every clone.",
  severity: "medium",
  level: "advisory",
  framework: TWO_FACTOR,
  url: "https://pve.proxmox.com/pve-docs/chapter-qm.html#qm_cloud_init",
  tags: ["guests", "security"],
  remediation: "Give public keys (userAccount.keys) instead of a password.",
  scope: "resource",
  types: GUEST_TYPES,
  check: (resource) => {
    const account = get(get(resource.properties, "initialization"), "userAccount");
    const wrong = account === UNKNOWN ? UNKNOWN : get(account, "password") !== undefined;
    return answer(resource, wrong, {
      wrong: `Guest ${resource.name} is given a password. Give it public keys.`,
      open: `Whether guest ${resource.name} is given a password is not known yet.`,
    });
  },
};
