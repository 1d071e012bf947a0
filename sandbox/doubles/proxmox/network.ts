import { type Behaviour, type Operation, Refusal } from "../behaviour";
import { flag, list, number, type Schema, text } from "../schema";
import { requireNode, TYPES } from "./cluster";
import { interfaceOf, type NodeInterface, nodeInterfaces, requireSound } from "./interfaces";
import { interfaceAddress, ipAddress } from "./rules";

/** What interfaces of every kind have. */
const common: Schema = {
  address: interfaceAddress,
  address6: interfaceAddress,
  autostart: flag.default(true),
  comment: text,
  gateway: ipAddress,
  gateway6: ipAddress,
  mtu: number,
  // Not "forces new" upstream: the update then asks another node for the interface, in vain.
  nodeName: text.required,
  timeoutReload: number.default(100).between(5, Number.MAX_SAFE_INTEGER),
};

/** The life of an interface of a node; `portsKey` is what PVE calls its ports. */
function nodeInterface(
  portsKey: string,
  rest: Pick<Behaviour, "schema" | "type"> & Partial<Behaviour>,
): Behaviour {
  return {
    autoname: { property: "name" },
    id: ({ inputs }) => `${inputs.text("nodeName")}:${inputs.text("name")}`,
    create: (operation) => {
      const { world, inputs } = operation;
      const node = inputs.text("nodeName");
      requireNode(world, node);
      const interfaces = nodeInterfaces(world, node);
      if (interfaces.has(inputs.text("name"))) {
        throw new Refusal(`interface '${inputs.text("name")}' already exists`);
      }
      requireWritable(rest.type, portsKey, operation, interfaces);
      return [];
    },
    update: (operation) => {
      const { world, inputs, object } = operation;
      if (inputs.text("nodeName") !== object.inputs.nodeName) {
        throw new Refusal(`interface '${inputs.text("name")}' does not exist`);
      }
      requireWritable(rest.type, portsKey, operation, nodeInterfaces(world, inputs.text("nodeName")));
      return [];
    },
    remove: ({ world, olds, object }) => {
      const interfaces = nodeInterfaces(world, olds.text("nodeName"));
      interfaces.delete(olds.text("name"));
      // The installer's are there again: a bridge of its own finds its bond under it.
      const reset = world.asInstalled(object);
      if (reset) interfaces.set(olds.text("name"), interfaceOf(reset));
      requireSound(interfaces);
      return [];
    },
    ...rest,
  };
}

/** PVE checks ports and the default gateway across the interfaces of a node, then the file as a whole. */
function requireWritable(
  type: string,
  portsKey: string,
  { inputs }: Operation,
  interfaces: Map<string, NodeInterface>,
): void {
  const wanted = interfaceOf({ type, inputs: inputs.values });
  for (const other of interfaces.values()) {
    if (other.name === wanted.name) continue;
    if (wanted.gateway !== undefined && other.gateway !== undefined) {
      throw new Refusal(`gateway: Default gateway already exists on interface '${other.name}'.`);
    }
    const shared = wanted.ports.find((port) => other.ports.includes(port));
    if (shared !== undefined) {
      throw new Refusal(`${portsKey}: port '${shared}' is already used on interface '${other.name}'.`);
    }
  }
  requireSound(interfaces.set(wanted.name, wanted));
}

export const bridge = nodeInterface("bridge_ports", {
  type: TYPES.bridge,
  schema: {
    ...common,
    name: text.replaces.matching(
      /^[A-Za-z][A-Za-z0-9_]{0,9}$/,
      "a letter, then letters, numbers and underscores (_), no longer than 10 characters",
    ),
    ports: list(text),
    vids: text.computed,
    vlanAware: flag.computed,
  },
  outputs: ({ inputs }) => ({
    vlanAware: inputs.flag("vlanAware"),
    vids: inputs.optionalText("vids") ?? (inputs.flag("vlanAware") ? "2-4094" : ""),
  }),
});

export const bond = nodeInterface("slaves", {
  type: TYPES.bond,
  schema: {
    ...common,
    bondMode: text.computed.oneOf(
      "balance-rr",
      "active-backup",
      "balance-xor",
      "broadcast",
      "802.3ad",
      "balance-tlb",
      "balance-alb",
    ),
    bondPrimary: text,
    bondXmitHashPolicy: text.oneOf("layer2", "layer2+3", "layer3+4"),
    name: text.replaces.matching(
      /^[A-Za-z][A-Za-z0-9]{0,9}$/,
      "an alphanumeric string that starts with a character and is at most 10 characters long",
    ),
    slaves: list(text).required,
  },
  outputs: ({ inputs }) => ({ bondMode: inputs.optionalText("bondMode") ?? "balance-rr" }),
});

export const vlan = nodeInterface("", {
  type: TYPES.vlan,
  schema: {
    ...common,
    interface: text.computed,
    name: text.replaces.where((value) => String(value).length >= 3, "3 or more characters"),
    vlan: number.computed,
  },
  outputs: ({ inputs }) => {
    const [base = "", tag] = inputs.text("name").split(".");
    return {
      interface: inputs.optionalText("interface") ?? base,
      vlan: inputs.optionalNumber("vlan") ?? Number(tag ?? 0),
    };
  },
});
