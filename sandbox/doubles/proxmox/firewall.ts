import type { Change, World, WorldObject } from "../../world";
import { type Behaviour, hex, type Operation, Refusal } from "../behaviour";
import { Inputs } from "../inputs";
import { flag, list, number, object, type Schema, text } from "../schema";
import { findGuest, requireNode, TYPES } from "./cluster";
import { guestId } from "./rules";

/** Whether the cluster's firewall filters, whatever the state of a resource says: deleting that only forgets it. */
export const CLUSTER_FIREWALL = "host:cluster-firewall";

const POLICY = text.oneOf("ACCEPT", "REJECT", "DROP");
const LOG_LEVEL = text.oneOf("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug", "nolog");

function parameter(name: string, reason: string): Refusal {
  return new Refusal(
    `received an HTTP 400 response - Reason: Parameter verification failed. (${name}: ${reason})`,
  );
}

const selector: Schema = { nodeName: text, vmId: guestId, containerId: guestId };

const ruleList = list(
  object({
    action: POLICY,
    comment: text.default(""),
    dest: text.default(""),
    dport: text.default(""),
    enabled: flag.default(true),
    iface: text.default(""),
    log: text.default(""),
    macro: text.default(""),
    pos: number.output,
    proto: text.default(""),
    securityGroup: text.default(""),
    source: text.default(""),
    sport: text.default(""),
    type: text.where(
      (value) => ["in", "out", "forward"].includes(String(value).toLowerCase()),
      "in, out or forward",
    ),
  }),
);

/** A guest's or node's firewall can't be asked for by half. */
function selectorFailures(inputs: Inputs) {
  return ["vmId", "containerId"]
    .filter((name) => inputs.has(name) && !inputs.has("nodeName"))
    .map((property) => ({ property, reason: '"nodeName" must be specified when it is' }));
}

/** Where a firewall belongs: the cluster, a node, or a guest wherever that runs. */
function placeOf(inputs: Inputs): string {
  const guest = inputs.optionalNumber("vmId") ?? inputs.optionalNumber("containerId");
  if (guest !== undefined) return `guest/${guest}`;
  const node = inputs.optionalText("nodeName");
  return node === undefined ? "cluster" : `node/${node}`;
}

function requirePlace({ world, inputs }: Operation): void {
  const node = inputs.optionalText("nodeName");
  if (node !== undefined) requireNode(world, node);
  for (const [name, kind] of [
    ["vmId", "VM"],
    ["containerId", "CT"],
  ] as const) {
    const id = inputs.optionalText(name);
    if (id === undefined || findGuest(world, id)?.kind === kind) continue;
    throw new Refusal(`received an HTTP 500 response - Reason: ${kind} ${id} does not exist`);
  }
}

/** What `verify_rule` of PVE::Firewall has against a rule. */
function refuseRules({ world, inputs }: Operation): void {
  for (const rule of inputs.objects("rules")) {
    const group = rule.optionalText("securityGroup") ?? "";
    if (group !== "") {
      if (!world.find(TYPES.firewallGroup, group))
        throw parameter("action", `security group '${group}' does not exist`);
      continue;
    }
    if (!rule.has("action") || !rule.has("type")) {
      throw new Refusal("either 'security_group' OR both 'action' and 'type' must be defined");
    }
    const ports = rule.optionalText("dport") || rule.optionalText("sport");
    if (ports && !["tcp", "udp"].includes(rule.optionalText("proto") ?? "")) {
      throw parameter("proto", `missing property - 'dport' requires this property`);
    }
    for (const name of ["source", "dest"]) {
      const [, set] = /^\+(?:dc\/)?(.+)$/.exec(rule.optionalText(name) ?? "") ?? [];
      if (set !== undefined && !world.find(TYPES.ipset, set)) throw parameter(name, `no such ipset '${set}'`);
    }
  }
}

function holders(world: World): WorldObject[] {
  return [TYPES.firewallRules, TYPES.firewallGroup].flatMap((type) => world.list(type));
}

/**
 * Proxmox lets sets and groups go that rules still name, and passes over those rules from then on. Here that is
 * refused, because no order of ours may ever come to it.
 */
function refuseUsed(world: World, what: string, names: (rule: Inputs) => readonly string[]): void {
  const user = holders(world).find(({ inputs }) =>
    new Inputs(inputs).objects("rules").some((rule) => names(rule).includes(what)),
  );
  if (user) throw new Refusal(`'${what}' is named by rules of ${user.key}, which would be void without it`);
}

function isOn(world: World): boolean {
  return world.find(CLUSTER_FIREWALL, "cluster")?.inputs.enabled === true;
}

export function firewallSwitch(world: World, enabled: boolean): Change {
  const object = { type: CLUSTER_FIREWALL, id: "cluster", key: "cluster", inputs: { enabled } };
  return { put: { ...object, outputs: {}, secretOutputs: [], serial: world.nextSerial() } };
}

export const clusterFirewall: Behaviour = {
  type: TYPES.clusterFirewall,
  schema: {
    ebtables: flag,
    enabled: flag,
    forwardPolicy: text.oneOf("ACCEPT", "DROP").default("ACCEPT"),
    inputPolicy: POLICY.default("DROP"),
    logRatelimit: object({
      burst: number.default(5),
      enabled: flag.default(true),
      // The provider's pattern has no anchors.
      rate: text
        .matching(/[1-9][0-9]*\/(second|minute|hour|day)/, "a valid rate expression")
        .default("1/second"),
    }),
    outputPolicy: POLICY.default("ACCEPT"),
  },
  id: () => "cluster-firewall",
  overwrites: true,
  create: ({ world, inputs }) => [firewallSwitch(world, inputs.flag("enabled"))],
  update: ({ world, inputs }) => [firewallSwitch(world, inputs.flag("enabled"))],
};

const onOff = (fallback: boolean) => flag.default(fallback);

export const nodeFirewall: Behaviour = {
  type: TYPES.nodeFirewall,
  schema: {
    nodeName: text.required.replaces.where((value) => value !== "", "a name that is not empty"),
    enabled: onOff(true),
    logLevelForward: LOG_LEVEL.default("nolog"),
    logLevelIn: LOG_LEVEL.default("nolog"),
    logLevelOut: LOG_LEVEL.default("nolog"),
    ndp: onOff(true),
    nfConntrackMax: number.where((value) => Number(value) >= 32768, "32768 or more").default(262144),
    nfConntrackTcpTimeoutEstablished: number
      .where((value) => Number(value) >= 7875, "7875 or more")
      .default(432000),
    nftables: onOff(false),
    nosmurfs: onOff(true),
    smurfLogLevel: LOG_LEVEL.default("nolog"),
    tcpFlagsLogLevel: LOG_LEVEL.default("nolog"),
  },
  id: ({ inputs }) => inputs.text("nodeName"),
  overwrites: true,
  create: ({ world, inputs }) => {
    requireNode(world, inputs.text("nodeName"));
    return [];
  },
};

export const ipset: Behaviour = {
  type: TYPES.ipset,
  schema: {
    ...selector,
    name: text,
    comment: text.default(""),
    cidrs: list(
      object({
        name: text.required.replaces,
        comment: text.default("").replaces,
        nomatch: flag.default(false).replaces,
      }),
    ).replacesWhole.keyedBy("name"),
  },
  autoname: { property: "name" },
  check: selectorFailures,
  id: ({ inputs }) => inputs.text("name"),
  // The provider takes over a set that is there.
  overwrites: true,
  create: (operation, id) => {
    requirePlace(operation);
    if (!/^[A-Za-z][A-Za-z0-9_-]{1,63}$/.test(id))
      throw parameter("name", "value does not match the regex pattern");
    return [];
  },
  remove: ({ world, object: { id } }) => {
    refuseUsed(world, id, (rule) =>
      ["source", "dest"].map((name) => (rule.optionalText(name) ?? "").replace(/^\+(dc\/)?/, "")),
    );
    return [];
  },
};

export const securityGroup: Behaviour = {
  type: TYPES.firewallGroup,
  schema: { ...selector, name: text, comment: text.default(""), rules: ruleList },
  autoname: { property: "name" },
  check: selectorFailures,
  id: ({ inputs }) => inputs.text("name"),
  overwrites: true,
  create: (operation, id) => {
    if (!/^[A-Za-z][A-Za-z0-9_-]{1,17}$/.test(id))
      throw parameter("group", "value does not match the regex pattern");
    if (operation.inputs.objects("rules").some((rule) => (rule.optionalText("securityGroup") ?? "") !== "")) {
      throw parameter("type", "security groups may not hold other ones");
    }
    refuseRules(operation);
    return [];
  },
  update: (operation) => {
    refuseRules(operation);
    return [];
  },
  remove: ({ world, object: { id } }) => {
    refuseUsed(world, id, (rule) => [rule.optionalText("securityGroup") ?? ""]);
    return [];
  },
};

export const firewallRules: Behaviour = {
  type: TYPES.firewallRules,
  schema: { ...selector, rules: ruleList },
  check: selectorFailures,
  id: ({ inputs }) => `rule-${Number.parseInt(hex(placeOf(inputs), 8), 16)}`,
  key: (_, inputs) => placeOf(inputs),
  taken: () => "Existing rules detected. Aborting...",
  create: (operation) => {
    requirePlace(operation);
    refuseRules(operation);
    return [];
  },
  update: (operation) => {
    refuseRules(operation);
    return [];
  },
  remove: ({ world, object: { key } }) => {
    if (key === "cluster" && isOn(world)) {
      throw new Refusal(
        "connection timed out: the firewall is on, and the rule that let this program in is gone",
      );
    }
    return [];
  },
};

export const guestFirewall: Behaviour = {
  type: TYPES.firewallOptions,
  schema: {
    nodeName: text.required,
    vmId: guestId,
    containerId: guestId,
    dhcp: onOff(false),
    enabled: onOff(false),
    inputPolicy: POLICY.default("DROP"),
    ipfilter: onOff(false),
    logLevelIn: LOG_LEVEL.default("nolog"),
    logLevelOut: LOG_LEVEL.default("nolog"),
    macfilter: onOff(true),
    ndp: onOff(false),
    outputPolicy: POLICY.default("ACCEPT"),
    radv: onOff(true),
  },
  check: (inputs) =>
    inputs.has("vmId") === inputs.has("containerId")
      ? [{ property: "vmId", reason: "exactly one of vm_id, container_id must be specified" }]
      : [],
  id: ({ inputs }) => `options-${Number.parseInt(hex(placeOf(inputs), 8), 16)}`,
  key: (_, inputs) => placeOf(inputs),
  overwrites: true,
  create: (operation) => {
    requirePlace(operation);
    return [];
  },
};
