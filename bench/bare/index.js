// What the benchmarks compare with: the same provider resources with the same inputs as plain `new` calls, without
// components, validation or settings of its own. Plain JavaScript, so that Pulumi's own type check costs it nothing.
const { readFileSync } = require("node:fs");
const proxmoxve = require("@muhlba91/pulumi-proxmoxve");
const aws = require("@pulumi/aws");
const command = require("@pulumi/command");

/** Types of the providers' own resources; components and explicit providers have no place here. */
const SDK_TYPE = /^(aws|command|proxmoxve):/;

const classes = resourceClasses();
for (const { type, name, properties } of JSON.parse(readFileSync(process.env.HYBRID_ESTATE_BARE, "utf8"))) {
  if (!SDK_TYPE.test(type)) continue;
  const Resource = classes.get(type);
  if (!Resource) throw new Error(`no class of ${type}: the comparison would be unfair`);
  new Resource(name, withoutUnknown(properties));
}

/** Inputs that were not known offline are of no matter for the time: a plain value takes their place. */
function withoutUnknown(value) {
  if (Array.isArray(value)) return value.map(withoutUnknown);
  if (typeof value !== "object" || value === null) return value;
  if ("__pulumiUnknown" in value) return "known-later";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutUnknown(inner)]));
}

/** The resource classes of the SDKs' modules that the estates use, by type token. */
function resourceClasses() {
  const { autoscaling, ec2, iam, kms, s3, vpc } = aws;
  const { backup, cluster, download, network, node, storage } = proxmoxve;
  const { ContainerLegacy, DnsLegacy, Haresource, Harule, TimeLegacy, VmLegacy } = proxmoxve;
  const single = { ContainerLegacy, DnsLegacy, Haresource, Harule, TimeLegacy, VmLegacy };
  const modules = { autoscaling, ec2, iam, kms, s3, vpc, backup, cluster, download, network, node, storage };
  const found = new Map();
  visit({ ...modules, ...single, remote: command.remote }, 4);
  return found;

  function visit(value, depth) {
    if (typeof value === "function" && typeof value.__pulumiType === "string")
      found.set(value.__pulumiType, value);
    else if (depth > 0 && typeof value === "object" && value !== null) {
      for (const member of Object.values(value)) visit(member, depth - 1);
    }
  }
}
