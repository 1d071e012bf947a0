import { text, UNKNOWN } from "../facts/read";
import { LEAST_PRIVILEGE } from "./frameworks";
import { answer, type ResourceRule } from "./rule";

export const noRootToken: ResourceRule = {
  id: "no-root-token",
  title: "The program is not root",
  description:
    "A token of root@pam may do everything on every node: whoever reads it from a state or a log owns the cluster.",
  severity: "critical",
  level: "mandatory",
  framework: LEAST_PRIVILEGE,
  url: "https://pve.proxmox.com/pve-docs/chapter-pveum.html#pveum_tokens",
  tags: ["access", "security"],
  remediation: "Make a token of a user of its own, with the rights that npm run access names.",
  scope: "resource",
  types: [
    "pulumi:providers:proxmoxve",
    "proxmoxve:user/token:Token",
    "proxmoxve:user/tokenLegacy:TokenLegacy",
  ],
  check: (resource) => {
    const names = ["apiToken", "username", "userId"].map((key) => text(resource.properties, key));
    const root = names.some((name) => typeof name === "string" && name.startsWith("root@pam"));
    return answer(resource, root ? true : names.includes(UNKNOWN) ? UNKNOWN : false, {
      wrong: `${resource.name} is, or speaks as, root@pam. Use a token of a user with fewer rights.`,
      open: `Whether ${resource.name} speaks as root is not known yet.`,
    });
  },
};
