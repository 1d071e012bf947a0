import assert from "node:assert/strict";
import type { DeclaredResource } from "../../policy/facts/declared";
import { readTopology } from "../../policy/facts/topology";
import { outcomeOf } from "../../policy/outcomes";
import { isNotApplicable, type Rule } from "../../policy/rules/rule";
import type { RuleConfig } from "../../policy/settings";

/** The parts of `@pulumi/policy/proxy` that its declarations leave out as internal. */
interface PolicyProxy {
  readonly unknownCheckingProxy: (properties: object) => object;
  readonly unknownStringValue: string;
  readonly unknownArrayValue: string;
  readonly getSpecialProxyTarget: string;
}

const proxy: PolicyProxy = require("@pulumi/policy/proxy");

/** A value that a preview cannot know, as CrossGuard marks it before it puts the properties behind its proxy. */
export const UNKNOWN_TEXT = proxy.unknownStringValue;
export const UNKNOWN_LIST = proxy.unknownArrayValue;

export type Properties = Readonly<Record<string, unknown>>;
export type Extra = Partial<Omit<DeclaredResource, "type" | "name" | "properties">>;

export function urnOf(type: string, name: string): string {
  return `urn:pulumi:dev::test::${type}::${name}`;
}

/** A resource whose properties are read through CrossGuard's own proxy, as in the pack. */
export function resource(
  type: string,
  name: string,
  properties: Properties,
  extra: Extra = {},
): DeclaredResource {
  return {
    type,
    name,
    urn: urnOf(type, name),
    properties: proxy.unknownCheckingProxy({ ...properties }),
    ...extra,
  };
}

/** The properties as the engine sends them. */
export function sentProperties(of: DeclaredResource): Properties {
  const target: unknown = Reflect.get(Object(of.properties), proxy.getSpecialProxyTarget);
  assert.ok(typeof target === "object" && target !== null);
  return { ...target };
}

const PVE = "proxmoxve";
export const VM = `${PVE}:index/vmLegacy:VmLegacy`;
export const NODES = ["pve1", "pve2", "pve3"];

export function cluster(
  nodes: readonly unknown[] = NODES,
  votes?: Properties,
  qdevice?: unknown,
): DeclaredResource {
  return resource("hybrid-estate:proxmox:Cluster", "lab", {
    clusterName: "lab",
    nodes,
    ...(votes && { votes }),
    ...(qdevice === undefined ? {} : { qdevice }),
  });
}

export function vm(name: string, properties: Properties): DeclaredResource {
  return resource(VM, name, { nodeName: "pve1", ...properties });
}

export function container(name: string, properties: Properties): DeclaredResource {
  return resource(`${PVE}:index/containerLegacy:ContainerLegacy`, name, { nodeName: "pve1", ...properties });
}

export function ha(guest: string, properties: Properties = {}, extra: Extra = {}): DeclaredResource {
  return resource(`${PVE}:index/haresource:Haresource`, guest, { resourceId: guest, ...properties }, extra);
}

export function affinity(
  name: string,
  guests: unknown,
  nodes: readonly string[],
  properties: Properties = {},
): DeclaredResource {
  return resource(`${PVE}:index/harule:Harule`, name, {
    rule: name,
    type: "node-affinity",
    resources: guests,
    nodes: Object.fromEntries(nodes.map((node) => [node, 1])),
    strict: true,
    ...properties,
  });
}

export function replication(id: unknown, target: unknown, properties: Properties = {}): DeclaredResource {
  return resource(`${PVE}:index/replication:Replication`, `${id}-${target}`, {
    resourceId: id,
    target,
    type: "local",
    ...properties,
  });
}

export function nfs(id: string, properties: Properties = {}): DeclaredResource {
  return resource(`${PVE}:storage/nfs:Nfs`, id, {
    resourceId: id,
    server: "192.0.2.10",
    export: `/srv/${id}`,
    contents: ["images", "rootdir", "iso", "backup"],
    ...properties,
  });
}

export function zfspool(id: string, properties: Properties = {}): DeclaredResource {
  return resource(`${PVE}:storage/zfspool:Zfspool`, id, { resourceId: id, zfsPool: id, ...properties });
}

export function directory(id: string, properties: Properties = {}): DeclaredResource {
  return resource(`${PVE}:storage/directory:Directory`, id, {
    resourceId: id,
    path: `/mnt/${id}`,
    ...properties,
  });
}

export function bridge(name: unknown, node: unknown): DeclaredResource {
  return resource(`${PVE}:network/linux/bridge:Bridge`, `${node}-${name}`, { name, nodeName: node });
}

export function job(name: string, properties: Properties, extra: Extra = {}): DeclaredResource {
  return resource(
    `${PVE}:backup/job:Job`,
    name,
    { resourceId: name, schedule: "02:00", ...properties },
    extra,
  );
}

/** A disk in slot scsi0; without a storage the provider's default applies. */
export const disk = (datastoreId?: unknown, more: Properties = {}) => ({
  interface: "scsi0",
  datastoreId,
  ...more,
});

/** VM 100 on pve1: site.md's guest that HA restarts elsewhere. */
export const alpine = (properties: Properties = {}) =>
  vm("alpine", { name: "alpine", vmId: 100, ...properties });
export const onLocal = () => alpine({ disks: [disk("local-lvm")] });
export const onTank = () => alpine({ disks: [disk("tank")] });

export type Expectation = "fine" | "violated" | "undecided" | "not applicable";

/** One estate, what a rule says of it, and what the message has to name. */
export type Case = readonly [
  what: string,
  expectation: Expectation,
  resources: readonly DeclaredResource[],
  ...mentions: readonly string[],
];

/** The strongest thing that the rule says: a violation before anything undecided. */
export function ask(rule: Rule, resources: readonly DeclaredResource[], config: RuleConfig = {}) {
  const outcome = outcomeOf(rule, resources, readTopology(resources), config);
  if (isNotApplicable(outcome)) {
    return { says: "not applicable" as const, findings: [] };
  }
  const violations = outcome.filter((finding) => finding.verdict === "violated");
  const says = violations.length > 0 ? "violated" : outcome.length > 0 ? "undecided" : "fine";
  return { says: says as Expectation, findings: violations.length > 0 ? violations : outcome };
}

/** One test a case. */
export function cases(rule: Rule, table: readonly Case[], config: RuleConfig = {}): void {
  for (const [what, expectation, resources, ...mentions] of table) {
    it(`${what}: ${expectation}`, () => {
      const { says, findings } = ask(rule, resources, config);
      const messages = findings.map((finding) => finding.message).join("\n");
      assert.equal(says, expectation, messages);
      for (const mention of mentions) {
        assert.ok(messages.includes(mention), `"${mention}" is not in: ${messages}`);
      }
    });
  }
}
