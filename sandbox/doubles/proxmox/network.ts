import { type Behaviour, type Operation, Refusal } from "../behaviour";
import { flag, list, number, text } from "../schema";
import { requireNode, TYPES } from "./cluster";
import { interfaceAddress, ipAddress } from "./rules";

export const bridge: Behaviour = {
  type: TYPES.bridge,
  schema: {
    address: interfaceAddress,
    address6: interfaceAddress,
    autostart: flag.default(true),
    comment: text,
    gateway: ipAddress,
    gateway6: ipAddress,
    mtu: number,
    name: text.replaces.matching(
      /^[A-Za-z][A-Za-z0-9_]{0,9}$/,
      "a letter, then letters, numbers and underscores (_), no longer than 10 characters",
    ),
    // Not "forces new" upstream: the update then asks another node for the bridge, in vain.
    nodeName: text.required,
    ports: list(text),
    timeoutReload: number.default(100),
    vids: text.computed,
    vlanAware: flag.default(false),
  },
  autoname: { property: "name" },
  id: ({ inputs }) => `${inputs.text("nodeName")}:${inputs.text("name")}`,
  taken: ({ inputs }) => `interface '${inputs.text("name")}' already exists`,
  outputs: ({ inputs }) => ({
    vids: inputs.optionalText("vids") ?? (inputs.flag("vlanAware") ? "2-4094" : ""),
  }),
  create: (operation) => {
    requireNode(operation.world, operation.inputs.text("nodeName"));
    refuseDuplicates(operation);
    return [];
  },
  update: (operation) => {
    const { inputs, object } = operation;
    if (inputs.text("nodeName") !== object.inputs.nodeName) {
      throw new Refusal(`interface '${inputs.text("name")}' does not exist`);
    }
    refuseDuplicates(operation);
    return [];
  },
};

/** PVE checks ports and the default gateway across the interfaces of a node. */
function refuseDuplicates({ world, inputs }: Operation): void {
  const others = world
    .list(TYPES.bridge)
    .filter((other) => other.inputs.nodeName === inputs.text("nodeName"))
    .filter((other) => other.inputs.name !== inputs.text("name"));
  for (const other of others) {
    if (inputs.has("gateway") && other.inputs.gateway !== undefined) {
      throw new Refusal(`gateway: Default gateway already exists on interface '${other.inputs.name}'.`);
    }
    const ports = Array.isArray(other.inputs.ports) ? other.inputs.ports : [];
    const shared = inputs.texts("ports").find((port) => ports.includes(port));
    if (shared !== undefined) {
      throw new Refusal(
        `bridge_ports: port '${shared}' is already used on interface '${other.inputs.name}'.`,
      );
    }
  }
}
