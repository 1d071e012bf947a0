import type { Change, Properties, World, WorldObject } from "../../world";
import { type Behaviour, type Operation, Refusal } from "../behaviour";
import { Inputs } from "../inputs";
import { flag, number, object, type Schema, set, text } from "../schema";
import { nodeNames, patched, TYPES } from "./cluster";
import { ipAddress, networkAddress, parameterRefusal } from "./rules";
import { refuseSubnet } from "./sdn-subnet";

/** Ids of zones, networks and controllers. */
const sdnId = text.where(
  (value) => /^[A-Za-z][A-Za-z0-9]*[A-Za-z0-9]$/.test(String(value)) && String(value).length <= 8,
  "a valid SDN identifier of at most 8 letters and digits",
);

const zoneSchema: Schema = {
  dns: text,
  dnsZone: text,
  ipam: text,
  mtu: number.computed,
  nodes: set(text).computed,
  pending: flag.output,
  resourceId: sdnId.required.replaces,
  reverseDns: text,
  state: text.output,
};

/** Zones whose networks have VXLAN ids, of which the cluster has one set. */
const VXLAN_TYPES: readonly string[] = [TYPES.vxlanZone, TYPES.evpnZone];

const ZONE_TYPES = [TYPES.simpleZone, TYPES.vlanZone, ...VXLAN_TYPES];

/** The outputs that say whether an object has been applied. */
const PENDING = { pending: true, state: "new" };

function zone(rest: Pick<Behaviour, "type"> & { readonly schema: Schema } & Partial<Behaviour>): Behaviour {
  return {
    id: ({ inputs }) => inputs.text("resourceId"),
    taken: (_, id) => `sdn zone object ID '${id}' already defined`,
    volatile: ["pending", "state"],
    outputs: ({ inputs }) => ({ ...PENDING, mtu: inputs.optionalNumber("mtu") ?? 0 }),
    remove: ({ world, object: { id } }) => {
      const user = world.list(TYPES.vnet).find(({ inputs }) => inputs.zone === id);
      if (user) throw new Refusal(`zone ${id} is used by vnet ${user.id}`);
      return [];
    },
    ...rest,
    schema: { ...zoneSchema, ...rest.schema },
    create: (operation, id) => {
      if (findZone(operation.world, id)) throw new Refusal(`sdn zone object ID '${id}' already defined`);
      return rest.create?.(operation, id) ?? [];
    },
  };
}

function findZone(world: World, id: string): WorldObject | undefined {
  return ZONE_TYPES.flatMap((type) => world.find(type, id) ?? [])[0];
}

function requireController({ world, inputs }: Operation): [] {
  if (!world.find(TYPES.evpnController, inputs.text("controller"))) {
    throw new Refusal(`controller ${inputs.text("controller")} don't exist`);
  }
  const other = world
    .list(TYPES.evpnZone)
    .find((one) => one.id !== inputs.text("resourceId") && one.inputs.vrfVxlan === inputs.number("vrfVxlan"));
  if (other) throw new Refusal(`vrf-vxlan ${inputs.number("vrfVxlan")} is already declared in ${other.id}`);
  return [];
}

const vnet: Behaviour = {
  type: TYPES.vnet,
  schema: {
    alias: text.where(
      (value) => /^[()._a-zA-Z0-9\s-]+$/.test(String(value)) && String(value).length <= 256,
      "alphanumeric characters, spaces, hyphens, underscores, dots, and parentheses",
    ),
    isolatePorts: flag,
    resourceId: sdnId.required.replaces,
    tag: number,
    vlanAware: flag,
    zone: sdnId.required,
  },
  id: ({ inputs }) => inputs.text("resourceId"),
  taken: (_, id) => `sdn vnet object ID '${id}' already defined`,
  create: (operation) => refuseVnet(operation),
  update: (operation) => {
    const subnets = operation.world
      .list(TYPES.subnet)
      .some(({ inputs }) => inputs.vnet === operation.object.id);
    if (subnets && operation.inputs.flag("vlanAware")) {
      throw parameterRefusal("vlanaware", "vlanaware vnet is not compatible with subnets");
    }
    if (subnets && operation.inputs.text("zone") !== operation.object.inputs.zone) {
      throw parameterRefusal("zone", "can't change zone if subnets exist");
    }
    return refuseVnet(operation);
  },
  remove: ({ world, object: { id } }) => {
    if (world.list(TYPES.subnet).some(({ inputs }) => inputs.vnet === id)) {
      throw parameterRefusal("vnet", "Can't delete vnet if subnets exists");
    }
    return [];
  },
};

/** The zone plugins' rules for tags. */
function refuseVnet({ world, inputs }: Operation): [] {
  const zoneId = inputs.text("zone");
  const carrier = findZone(world, zoneId);
  if (!carrier) throw new Refusal(`sdn zone object ID '${zoneId}' does not exist`);
  const tag = inputs.optionalNumber("tag");
  if (carrier.type === TYPES.simpleZone) {
    if (tag !== undefined) throw parameterRefusal("tag", "vlan tag is not allowed on simple zone");
    return [];
  }
  const kind = carrier.type === TYPES.vlanZone ? "vlan" : "vxlan";
  if (tag === undefined) throw parameterRefusal("tag", `missing ${kind} tag`);
  if (kind === "vlan" && tag > 4096) throw parameterRefusal("tag", "vlan tag max value is 4096");
  if (kind === "vxlan" && tag > 16_777_216) throw parameterRefusal("tag", "vxlan tag max value is 16777216");
  if (carrier.type === TYPES.evpnZone && inputs.flag("vlanAware")) {
    throw parameterRefusal("vlan-aware", "vlan-aware option can't be enabled with evpn");
  }
  const shares = (other: WorldObject) =>
    kind === "vlan"
      ? other.inputs.zone === zoneId
      : VXLAN_TYPES.includes(findZone(world, String(other.inputs.zone))?.type ?? "");
  const clash = world
    .list(TYPES.vnet)
    .find(
      (other) => other.id !== inputs.text("resourceId") && Number(other.inputs.tag) === tag && shares(other),
    );
  if (clash) throw parameterRefusal("tag", `${kind} tag ${tag} already exist in vnet ${clash.id}`);
  return [];
}

const subnet: Behaviour = {
  type: TYPES.subnet,
  schema: {
    cidr: networkAddress.required.replaces,
    dhcpDnsServer: ipAddress,
    dhcpRange: object({ endAddress: ipAddress.required, startAddress: ipAddress.required }),
    dnsZonePrefix: text,
    gateway: ipAddress,
    snat: flag,
    vnet: sdnId.required.replaces,
  },
  id: ({ inputs, world }) => {
    const zoneId = world.find(TYPES.vnet, inputs.text("vnet"))?.inputs.zone ?? "";
    return `${zoneId}-${inputs.text("cidr").replace("/", "-")}`;
  },
  taken: (_, id) => `sdn subnet object ID '${id}' already defined`,
  // Its id is not known to the provider's plans, and another id is another subnet: whatever changes replaces it.
  replaces: (differences) => differences.map(({ path }) => path),
  create: (operation) => refuseSubnet(operation),
  update: (operation) => refuseSubnet(operation),
};

const evpnController: Behaviour = {
  type: TYPES.evpnController,
  schema: {
    asn: number.required,
    digest: text.output,
    fabric: text,
    peers: set(text),
    sdnControllerEvpnId: sdnId.required.replaces,
  },
  id: ({ inputs }) => inputs.text("sdnControllerEvpnId"),
  taken: (_, id) => `sdn controller object ID '${id}' already defined`,
  check: (inputs) =>
    inputs.has("peers") || inputs.has("fabric")
      ? []
      : [
          {
            property: "peers",
            reason: "at least one of these attributes must be configured: [fabric,peers]",
          },
        ],
  volatile: ["digest"],
  outputs: () => ({ digest: "0".repeat(40) }),
  create: ({ world, inputs }) => {
    if (world.list(TYPES.evpnController).length > 0) {
      throw new Refusal("only 1 global evpn controller can be defined");
    }
    if (inputs.has("peers") === inputs.has("fabric")) {
      throw new Refusal("must have exactly one of peers / fabric defined");
    }
    return [];
  },
  remove: ({ world, object: { id } }) => {
    const user = world.list(TYPES.evpnZone).find(({ inputs }) => inputs.controller === id);
    if (user) throw new Refusal(`controller ${id} is used by ${user.id}`);
    return [];
  },
};

const applier: Behaviour = {
  type: TYPES.applier,
  schema: { onCreate: flag.default(true).replaces, onDestroy: flag.default(true).replaces },
  // The real one's is the time of day in milliseconds.
  id: ({ world }) => String(1_767_225_600_000 + world.nextSerial()),
  create: ({ world, inputs }) => (inputs.flag("onCreate") ? apply(world) : []),
  remove: ({ world, olds }) => (olds.flag("onDestroy") ? apply(world) : []),
};

/** Puts the networks as they are configured on their nodes, where guests find them. */
function apply(world: World): Change[] {
  const wanted = world.list(TYPES.vnet).flatMap((network) => appliedOn(world, network));
  const keys = new Set(wanted.map(({ key }) => key));
  const gone = world.list(TYPES.appliedVnet).filter(({ key }) => !keys.has(key));
  const zones = ZONE_TYPES.flatMap((type) => world.list(type));
  return [
    ...wanted.map((put) => ({ put })),
    ...gone.map(({ type, key }) => ({ remove: { type, key } })),
    ...zones.map((one) => ({
      put: { ...patched(one, {}), outputs: { ...one.outputs, pending: false, state: "available" } },
    })),
  ];
}

function appliedOn(world: World, network: WorldObject): WorldObject[] {
  const carrier = findZone(world, String(network.inputs.zone));
  if (!carrier) return [];
  const listed = new Inputs(carrier.inputs).texts("nodes");
  return (listed.length > 0 ? listed : nodeNames(world)).map((node) => {
    const { bridge } = carrier.inputs;
    if (carrier.type === TYPES.vlanZone && !world.find(TYPES.bridge, `${node}:${bridge}`)) {
      throw new Refusal(`error applying SDN configuration: can't find bridge ${bridge} on node ${node}`);
    }
    const id = `${node}:${network.id}`;
    const inputs: Properties = { nodeName: node, name: network.id };
    return { type: TYPES.appliedVnet, id, key: id, inputs, outputs: {}, secretOutputs: [], serial: 0 };
  });
}

/** The cluster's virtual networks: kept back until they are applied. */
export const sdnBehaviours: readonly Behaviour[] = [
  zone({ type: TYPES.simpleZone, schema: { dhcp: text.oneOf("dnsmasq") } }),
  zone({ type: TYPES.vlanZone, schema: { bridge: text.required } }),
  zone({ type: TYPES.vxlanZone, schema: { peers: set(text).required } }),
  zone({
    type: TYPES.evpnZone,
    schema: {
      advertiseSubnets: flag.default(false),
      controller: text.required,
      disableArpNdSuppression: flag.default(false),
      exitNodes: set(text).computed,
      exitNodesLocalRouting: flag.default(false),
      primaryExitNode: text,
      rtImport: text.matching(/^(\d+):(\d+)$/, "the format '<ASN>:<number>' (e.g., '65000:65000')"),
      vrfVxlan: number.required,
    },
    create: requireController,
    update: requireController,
  }),
  vnet,
  subnet,
  evpnController,
  applier,
];
