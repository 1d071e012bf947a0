import type { Change, World } from "../../world";
import { type Behaviour, type Operation, Refusal } from "../behaviour";
import { Inputs } from "../inputs";
import { flag, map, number, type Schema, set, text } from "../schema";
import { findGuest, keysOf, nodeNames, patched, requireNode, TYPES } from "./cluster";
import { haIdentifier, haResourceId } from "./rules";

const GROUPS_GONE = "ha groups have been migrated to rules";

export const haResource: Behaviour = {
  type: TYPES.haResource,
  schema: {
    // Not "forces new" upstream: the update then asks for a resource that is not there.
    resourceId: haResourceId.required,
    comment: text,
    failback: flag,
    group: text,
    maxRelocate: number.between(0, 10),
    maxRestart: number.between(0, 10),
    state: text.default("started").oneOf("started", "stopped", "enabled", "disabled", "ignored"),
    type: text.computed.oneOf("vm", "ct"),
  },
  id: ({ inputs }) => inputs.text("resourceId"),
  taken: (_, id) => `resource ID '${id}' already defined`,
  outputs: ({ inputs }) => ({ type: inputs.text("resourceId").split(":")[0] }),
  create: ({ world, inputs }, id) => {
    refuseGroup(inputs);
    const [kind, guestId = ""] = id.split(":");
    const guest = findGuest(world, guestId);
    if (!guest || (kind === "ct") !== (guest.kind === "CT")) {
      throw new Refusal(
        `received an HTTP 500 response - Reason: resource '${id}' does not exists in cluster`,
      );
    }
    return [];
  },
  update: ({ inputs, object }) => {
    refuseGroup(inputs);
    if (inputs.text("resourceId") !== object.id) {
      throw new Refusal(
        `received an HTTP 500 response - Reason: no such resource '${inputs.text("resourceId")}'`,
      );
    }
    return [];
  },
  remove: (operation) => withoutRules(operation, operation.object.id),
};

function refuseGroup(inputs: Inputs): void {
  if (inputs.has("group")) {
    throw new Refusal(`received an HTTP 500 response - Reason: invalid parameter 'group': ${GROUPS_GONE}`);
  }
}

/** Removing a HA resource takes it out of the rules; a rule on it alone goes too. */
export function withoutRules({ world }: Pick<Operation, "world">, resourceId: string): Change[] {
  return world.list(TYPES.haRule).flatMap((rule): Change[] => {
    const resources = new Inputs(rule.inputs).texts("resources");
    if (!resources.includes(resourceId)) return [];
    const others = resources.filter((one) => one !== resourceId);
    return others.length === 0
      ? [{ remove: { type: rule.type, key: rule.key } }]
      : [{ put: patched(rule, { resources: others }) }];
  });
}

export const haRule: Behaviour = {
  type: TYPES.haRule,
  schema: {
    rule: haIdentifier.required.replaces,
    type: text.required.replaces.oneOf("node-affinity", "resource-affinity"),
    resources: set(haResourceId).required.atLeast(1),
    nodes: map(number.between(0, 1000)),
    strict: flag.default(false),
    affinity: text.oneOf("positive", "negative"),
    comment: text,
    disable: flag.default(false),
  },
  check: (inputs) => {
    const type = inputs.optionalText("type");
    const [own, other] = type === "node-affinity" ? ["nodes", "affinity"] : ["affinity", "nodes"];
    if (type === undefined) return [];
    return [
      ...(inputs.has(own) ? [] : [{ property: own, reason: `required when type is "${type}"` }]),
      ...(inputs.has(other) ? [{ property: other, reason: `not valid when type is "${type}"` }] : []),
      ...(type === "resource-affinity" && inputs.flag("strict")
        ? [{ property: "strict", reason: 'only valid when type is "node-affinity"' }]
        : []),
    ];
  },
  id: ({ inputs }) => inputs.text("rule"),
  taken: (_, id) => `received an HTTP 500 response - Reason: HA rule '${id}' already defined`,
  create: (operation) => refuseRule(operation),
  update: (operation) => refuseRule(operation),
};

/** What PVE::HA::Rules finds infeasible; it then drops all rules involved, so the API refuses to take one. */
function refuseRule({ world, inputs }: Operation): [] {
  const resources = inputs.texts("resources");
  const unmanaged = resources.filter((id) => !world.find(TYPES.haResource, id));
  if (unmanaged.length > 0) {
    throw new Refusal(
      `received an HTTP 500 response - Reason: cannot use unmanaged resource(s) ${unmanaged.join(", ")}.`,
    );
  }
  const others = world
    .list(TYPES.haRule)
    .filter(({ id, inputs: rule }) => id !== inputs.text("rule") && rule.disable !== true)
    .map((rule) => new Inputs(rule.inputs));
  if (inputs.text("type") === "node-affinity") refuseNodeAffinity(world, inputs, others);
  else refuseResourceAffinity(world, inputs, others);
  return [];
}

/** The resources that two rules have in common. */
function shared(one: Inputs, other: Inputs): string[] {
  return one.texts("resources").filter((id) => other.texts("resources").includes(id));
}

function ofType(rules: readonly Inputs[], type: string): Inputs[] {
  return rules.filter((rule) => rule.text("type") === type);
}

function severalPriorities(rule: Inputs): boolean {
  return new Set(Object.values(rule.textMap("nodes"))).size > 1;
}

const PRIORITIES =
  "resources are in a resource affinity rule and cannot be in a node affinity rule with multiple priorities";

function refuseNodeAffinity(world: World, inputs: Inputs, others: readonly Inputs[]): void {
  for (const node of keysOf(inputs, "nodes")) requireNode(world, node);
  for (const rule of ofType(others, "node-affinity")) {
    const [taken] = shared(inputs, rule);
    if (taken !== undefined) {
      throw infeasible(inputs, `resource '${taken}' is already used in another node affinity rule`);
    }
  }
  for (const rule of ofType(others, "resource-affinity")) {
    const both = shared(inputs, rule);
    if (both.length > 0 && severalPriorities(inputs)) throw infeasible(inputs, PRIORITIES);
    const elsewhere = ofType(others, "node-affinity").some((node) => shared(rule, node).length > 0);
    if (both.length > 0 && rule.text("affinity") === "positive" && elsewhere) {
      throw infeasible(
        inputs,
        "resources of a positive resource affinity rule are in more than one node affinity rule",
      );
    }
  }
}

function refuseResourceAffinity(world: World, inputs: Inputs, others: readonly Inputs[]): void {
  const resources = inputs.texts("resources");
  const affinity = inputs.text("affinity");
  if (resources.length < 2) {
    throw infeasible(inputs, "rule is ineffective as there are less than two resources");
  }
  if (affinity === "negative" && resources.length > nodeNames(world).length) {
    throw infeasible(inputs, "rule defines more resources than available nodes");
  }
  for (const rule of ofType(others, "resource-affinity")) {
    if (rule.text("affinity") !== affinity && shared(inputs, rule).length > 1) {
      throw infeasible(inputs, "rule shares two or more resources with a rule of the other affinity");
    }
  }
  const nodeRules = ofType(others, "node-affinity").filter((rule) => shared(inputs, rule).length > 0);
  if (nodeRules.some(severalPriorities)) throw infeasible(inputs, PRIORITIES);
  if (affinity === "positive" && nodeRules.length > 1) {
    throw infeasible(
      inputs,
      "resources of a positive resource affinity rule are in more than one node affinity rule",
    );
  }
}

function infeasible(inputs: Inputs, reason: string): Refusal {
  return new Refusal(
    `received an HTTP 400 response - Reason: Rule '${inputs.text("rule")}' is invalid: resources: ${reason}`,
  );
}

const groupSchema: Schema = {
  group: text.required.replaces,
  comment: text,
  nodes: map(number).required,
  noFailback: flag.default(false),
  restricted: flag.default(false),
};

/** PVE 9 has no HA groups any more: the provider still offers them, the API does not. */
export const haGroups: readonly Behaviour[] = ["hagroup:Hagroup", "hagroupLegacy:HagroupLegacy"].map(
  (name) => ({
    type: `proxmoxve:index/${name}`,
    schema: groupSchema,
    id: ({ inputs }) => inputs.text("group"),
    create: () => {
      throw new Refusal(
        `error creating HA group: received an HTTP 500 response - Reason: cannot create group: ${GROUPS_GONE}`,
      );
    },
  }),
);
