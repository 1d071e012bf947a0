// What the benchmarks compare with: the same provider resources with the same inputs as plain `new` calls, without
// components, validation or settings of its own, run as Pulumi runs a TypeScript program by itself.
import { readFileSync } from "node:fs";
import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as command from "@pulumi/command";

/** Types of the providers' own resources; components and explicit providers have no place here. */
const SDK_TYPE = /^(aws|command|proxmoxve):/;

interface ResourceClass {
  new (name: string, args: object): object;
  readonly __pulumiType: string;
}

const list: { type: string; name: string; properties: object }[] = JSON.parse(
  readFileSync(process.env.HYBRID_ESTATE_BARE ?? "", "utf8"),
);
const classes = resourceClasses();
for (const { type, name, properties } of list.filter((one) => SDK_TYPE.test(one.type))) {
  const Resource = classes.get(type);
  if (!Resource) throw new Error(`no class of ${type}: the comparison would be unfair`);
  new Resource(name, withoutUnknown(properties));
}

/** Inputs that were not known offline are of no matter for the time: a plain value takes their place. */
function withoutUnknown(properties: object): object {
  const formed: Readonly<Record<string, unknown>> = { filePath: "/known/later", index: 0 };
  return JSON.parse(JSON.stringify(properties), (key, value) => {
    const unknown = typeof value === "object" && value !== null && "__pulumiUnknown" in value;
    return unknown ? (formed[key] ?? "known-later") : value;
  });
}

/** The resource classes of the SDKs' modules that the estates use, by type token. */
function resourceClasses(): Map<string, ResourceClass> {
  const { apt, backup, cluster, download, firewall, network, node, storage, user } = proxmoxve;
  const single = [
    proxmoxve.Acl,
    proxmoxve.ContainerLegacy,
    proxmoxve.DnsLegacy,
    proxmoxve.GroupLegacy,
    proxmoxve.Haresource,
    proxmoxve.Harule,
    proxmoxve.HostsLegacy,
    proxmoxve.RoleLegacy,
    proxmoxve.TimeLegacy,
    proxmoxve.UserLegacy,
    proxmoxve.VmLegacy,
  ];
  const modules = { apt, backup, cluster, download, firewall, network, node, storage, user };
  const found = new Map<string, ResourceClass>();
  const visit = (value: unknown, depth: number): void => {
    if (isResourceClass(value)) found.set(value.__pulumiType, value);
    else if (depth > 0 && typeof value === "object" && value !== null) {
      for (const member of Object.values(value)) visit(member, depth - 1);
    }
  };
  visit({ ...modules, single, remote: command.remote }, 4);
  return found;
}

function isResourceClass(value: unknown): value is ResourceClass {
  return typeof value === "function" && "__pulumiType" in value && typeof value.__pulumiType === "string";
}
