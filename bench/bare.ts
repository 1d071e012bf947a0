import * as proxmoxve from "@muhlba91/pulumi-proxmoxve";
import * as aws from "@pulumi/aws";
import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import type { DeclaredResource } from "../policy/facts/declared";

/** Types of the providers' own resources; components and explicit providers have no place in the bare program. */
const SDK_TYPE = /^(aws|command|proxmoxve):/;

/** A resource class of a provider's SDK, as every one of them can be called. */
type ResourceClass = new (
  name: string,
  args: object,
  opts?: pulumi.CustomResourceOptions,
) => pulumi.CustomResource;

/**
 * A program that declares the same provider resources with the same inputs, as plain `new` calls without
 * components, validation or settings of its own: what the benchmarks compare with.
 */
export function bareProgram(declared: readonly DeclaredResource[]): () => Promise<void> {
  const classes = resourceClasses();
  const resources = declared.filter(({ type }) => SDK_TYPE.test(type));
  const missing = resources.find(({ type }) => !classes.has(type));
  if (missing)
    throw new Error(`the bare program knows no class of ${missing.type}: the comparison would be unfair`);
  return async () => {
    for (const { type, name, properties } of resources) {
      const Resource = classes.get(type);
      if (Resource !== undefined && typeof properties === "object" && properties !== null) {
        new Resource(name, withoutUnknown(properties));
      }
    }
  };
}

/** Inputs that were not known offline are of no matter for the time: a plain value takes their place. */
function withoutUnknown(properties: object): object {
  return JSON.parse(JSON.stringify(properties), (_, value) => (isUnknown(value) ? "known-later" : value));
}

function isUnknown(value: unknown): boolean {
  return typeof value === "object" && value !== null && "__pulumiUnknown" in value;
}

/** The resource classes of the three SDKs by type token. */
function resourceClasses(): Map<string, ResourceClass> {
  const found = new Map<string, ResourceClass>();
  const visit = (value: unknown, depth: number): void => {
    if (isResourceClass(value)) found.set(value.__pulumiType, value);
    else if (depth > 0 && typeof value === "object" && value !== null) {
      for (const member of Object.values(value)) visit(member, depth - 1);
    }
  };
  for (const sdk of [
    proxmoxve.backup,
    proxmoxve.cluster,
    proxmoxve.download,
    proxmoxve.network,
    proxmoxve.node,
    proxmoxve.storage,
    {
      vm: proxmoxve.VmLegacy,
      lxc: proxmoxve.ContainerLegacy,
      ha: proxmoxve.Haresource,
      rule: proxmoxve.Harule,
    },
    { time: proxmoxve.TimeLegacy, dns: proxmoxve.DnsLegacy },
    { remote: command.remote.Command },
    aws.autoscaling,
    aws.ec2,
    aws.iam,
    aws.kms,
    aws.s3,
    aws.vpc,
  ]) {
    visit(sdk, 4);
  }
  return found;
}

function isResourceClass(value: unknown): value is ResourceClass & { readonly __pulumiType: string } {
  return typeof value === "function" && "__pulumiType" in value && typeof value.__pulumiType === "string";
}
