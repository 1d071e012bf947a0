import type { World, WorldObject } from "../../world";
import { Refusal } from "../behaviour";
import { Inputs } from "../inputs";
import { TYPES } from "./cluster";

/** Linux's default. */
const DEFAULT_MTU = 1500;

/** An interface of a node, as its /etc/network/interfaces has it. */
export interface NodeInterface {
  readonly name: string;
  readonly kind: "bond" | "bridge" | "eth" | "vlan";
  /** Of a bridge: its ports; of a bond: its slaves. */
  readonly ports: readonly string[];
  readonly primary: string | undefined;
  readonly address: string | undefined;
  readonly gateway: string | undefined;
  readonly mtu: number | undefined;
  /** Of a VLAN with a name of its own: what it is on. */
  readonly base: string | undefined;
}

const KINDS = [
  [TYPES.bond, "bond", "slaves"],
  [TYPES.bridge, "bridge", "ports"],
  [TYPES.vlan, "vlan", ""],
] as const;

/** The interfaces of a node by name: its physical ones, and what is configured. */
export function nodeInterfaces(world: World, node: string): Map<string, NodeInterface> {
  const physical = world.installed.nodes.find(({ name }) => name === node)?.interfaces ?? [];
  const configured = KINDS.flatMap(([type]) =>
    world.list(type).filter(({ inputs }) => inputs.nodeName === node),
  );
  return new Map([
    ...physical.map((name) => [name, ethernet(name)] as const),
    ...configured.map((object) => [String(object.inputs.name), interfaceOf(object)] as const),
  ]);
}

function ethernet(name: string): NodeInterface {
  const none = {
    primary: undefined,
    address: undefined,
    gateway: undefined,
    mtu: undefined,
    base: undefined,
  };
  return { name, kind: "eth", ports: [], ...none };
}

/** An object of one of the three types as an interface. */
export function interfaceOf({ type, inputs: values }: Pick<WorldObject, "inputs" | "type">): NodeInterface {
  const inputs = new Inputs(values);
  const [, kind, ports] = KINDS.find(([one]) => one === type) ?? [TYPES.bridge, "bridge", "ports"];
  return {
    name: inputs.text("name"),
    kind,
    ports: inputs.texts(ports),
    primary: inputs.optionalText("bondPrimary"),
    address: inputs.optionalText("address"),
    gateway: inputs.optionalText("gateway"),
    mtu: inputs.optionalNumber("mtu"),
    base: inputs.optionalText("interface"),
  };
}

/** @throws Refusal where a node's interfaces can't be written: PVE::INotify's checks of the whole file */
export function requireSound(interfaces: ReadonlyMap<string, NodeInterface>): void {
  const all = [...interfaces.values()];
  for (const one of all) {
    if (one.kind === "bond") requireSlaves(interfaces, one);
    if (one.kind === "bridge") requirePorts(interfaces, one);
    if (one.kind === "vlan") requireBase(interfaces, one);
  }
}

function requireSlaves(interfaces: ReadonlyMap<string, NodeInterface>, bond: NodeInterface): void {
  const { name, ports, primary } = bond;
  for (const port of ports) {
    const slave = interfaces.get(port);
    if (!slave) throw new Refusal(`bond '${name}' - unable to find slave '${port}'`);
    if (slave.kind !== "eth" && slave.kind !== "bond") {
      throw new Refusal(
        `bond '${name}' - wrong interface type on slave '${port}' ('${slave.kind}' != 'eth or bond')`,
      );
    }
    requireMtu(bond, slave);
  }
  if (primary !== undefined && !ports.includes(primary)) {
    throw new Refusal(`bond '${name}' - bond-primary interface is not a slave`);
  }
}

function requirePorts(interfaces: ReadonlyMap<string, NodeInterface>, bridge: NodeInterface): void {
  for (const name of bridge.ports) {
    // A VLAN of an interface is made with the bridge that it is a port of.
    const port = interfaces.get(name) ?? (name.includes(".") ? interfaces.get(baseOf(name)) : undefined);
    if (!port) throw new Refusal(`bridge '${bridge.name}' - unable to find bridge port '${name}'`);
    if (port.name === name && port.address !== undefined) {
      throw new Refusal(`iface ${name} - ip address can't be set on interface if bridged in ${bridge.name}`);
    }
    requireMtu(port, bridge);
  }
}

function requireBase(interfaces: ReadonlyMap<string, NodeInterface>, vlan: NodeInterface): void {
  const { name } = vlan;
  const base = vlan.base ?? baseOf(name);
  const parent = interfaces.get(base);
  const tag = Number(/\.(\d+)$/.exec(name)?.[1] ?? 0);
  if (tag > 4094) throw new Refusal(`vlan '${name}' - vlan-id ${tag} should be <= 4094`);
  if (!parent) throw new Refusal(`vlan '${name}' - unable to find parent '${base}'`);
  requireMtu(parent, vlan);
}

/** A bond without an MTU takes that of its user. */
function requireMtu(parent: NodeInterface, child: NodeInterface): void {
  if (child.mtu === undefined) return;
  const mtu = parent.mtu ?? (parent.kind === "bond" ? child.mtu : DEFAULT_MTU);
  if (mtu < child.mtu) {
    throw new Refusal(
      `interface '${parent.name}' - mtu ${mtu} is lower than '${child.name}' - mtu ${child.mtu}`,
    );
  }
}

/** What a VLAN interface such as `bond0.50` is on. */
function baseOf(name: string): string {
  return name.replace(/\.\d+$/, "");
}
