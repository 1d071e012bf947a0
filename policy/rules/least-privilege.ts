import { text, UNKNOWN } from "../facts/read";
import { LEAST_PRIVILEGE } from "./frameworks";
import { answer, type ResourceRule } from "./rule";

export const leastPrivilege: ResourceRule = {
  id: "least-privilege",
  title: "Nobody is administrator of everything",
  description:
    "A group that may do everything at / can take away the backups and the rules too; few tasks need that.",
  severity: "high",
  level: "mandatory",
  framework: LEAST_PRIVILEGE,
  url: "https://pve.proxmox.com/pve-docs/chapter-pveum.html#pveum_roles",
  tags: ["access", "security"],
  remediation: "Give a role with fewer privileges, or give it for a path such as /vms or /pool/NAME.",
  scope: "resource",
  types: ["proxmoxve:index/acl:Acl", "proxmoxve:index/aclLegacy:AclLegacy"],
  check: (resource) => {
    const role = text(resource.properties, "roleId");
    const path = text(resource.properties, "path");
    const wide = role === "Administrator" && path === "/";
    const may = (role === "Administrator" || role === UNKNOWN) && (path === "/" || path === UNKNOWN);
    return answer(resource, wide ? true : may ? UNKNOWN : false, {
      wrong: `ACL entry ${resource.name} makes somebody administrator of everything. Give fewer rights, or a path.`,
      open: `Whether ACL entry ${resource.name} makes somebody administrator of everything is not known yet.`,
    });
  },
};
