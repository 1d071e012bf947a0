import { type ResourceRule, violated } from "./rule";

const EXPERIMENTAL: readonly string[] = [
  "proxmoxve:index/vm:Vm",
  "proxmoxve:index/vm2Legacy:Vm2Legacy",
  "proxmoxve:cloned/vm:Vm",
  "proxmoxve:cloned/vmLegacy:VmLegacy",
];

export const stableVmResource: ResourceRule = {
  id: "stable-vm-resource",
  title: "VMs are declared with the provider's stable resource",
  description:
    'Upstream marks `Vm` and `Vm2Legacy` "MUST NOT be used in production" and the cloned VM "EXPERIMENTAL": their ' +
    "schema changes and they cannot declare what recovery depends on (EFI, TPM, cloud-init).",
  severity: "high",
  level: "mandatory",
  url: "https://www.pulumi.com/registry/packages/proxmoxve/api-docs/vmlegacy/",
  tags: ["guests", "compatibility"],
  remediation: "Declare the VM with VmLegacy; adopt an existing one with the import option.",
  scope: "resource",
  types: EXPERIMENTAL,
  check: (resource) => [
    violated(
      resource,
      `VM ${resource.name} is declared with ${resource.type}, which upstream calls experimental and not for ` +
        "production. Declare it with VmLegacy (proxmoxve:index/vmLegacy:VmLegacy).",
    ),
  ],
};
