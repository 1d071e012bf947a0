import { flag } from "../facts/read";
import { IN_TRANSIT } from "./frameworks";
import { answer, type ResourceRule } from "./rule";

export const tlsVerified: ResourceRule = {
  id: "tls-verified",
  title: "Certificates of the cluster are verified",
  description:
    "Without verification whoever stands between the program and the cluster gets its token and answers in the cluster's place.",
  severity: "high",
  level: "advisory",
  framework: IN_TRANSIT,
  url: "https://pve.proxmox.com/pve-docs/chapter-sysadmin.html#sysadmin_certificate_management",
  tags: ["access", "security"],
  remediation:
    "Give the nodes certificates of a known authority and set insecure: false; make this rule mandatory in production.",
  scope: "resource",
  types: ["pulumi:providers:proxmoxve"],
  check: (resource) => {
    const insecure = flag(resource.properties, "insecure") ?? false;
    return answer(resource, insecure, {
      wrong: `Provider ${resource.name} trusts any certificate. Set insecure: false.`,
      open: `Whether provider ${resource.name} verifies certificates is not known yet.`,
    });
  },
};
