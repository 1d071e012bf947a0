import type { World } from "../../world";
import { type Behaviour, hex, type Operation } from "../behaviour";
import { text } from "../schema";
import { awsRefusal, placeOf, regional } from "./account";
import {
  having,
  INTERNET_GATEWAY,
  NAT_GATEWAY,
  ROUTE,
  ROUTE_TABLE,
  TRANSIT_GATEWAY,
  VPN_GATEWAY,
} from "./ec2";

/** Where packets may be for: exactly one. */
const DESTINATIONS = ["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"];
/** Where they may go: exactly one. */
const TARGETS = [
  "carrierGatewayId",
  "coreNetworkArn",
  "egressOnlyGatewayId",
  "gatewayId",
  "localGatewayId",
  "natGatewayId",
  "networkInterfaceId",
  "odbNetworkArn",
  "transitGatewayId",
  "vpcEndpointId",
  "vpcPeeringConnectionId",
];

const oneOf = (names: readonly string[]) => `one of ${names.join(", ")} must be specified`;

/** Whether the target of a route is there; other kinds of targets are believed. */
function refuseTarget({ world, inputs }: Operation, call: string): void {
  const gateway = inputs.optionalText("gatewayId");
  const nat = inputs.optionalText("natGatewayId");
  const transit = inputs.optionalText("transitGatewayId");
  const missing =
    (gateway !== undefined && !world.find(INTERNET_GATEWAY, gateway) && !world.find(VPN_GATEWAY, gateway)
      ? `The gateway ID '${gateway}' does not exist`
      : undefined) ??
    (nat !== undefined && !world.find(NAT_GATEWAY, nat)
      ? `The natGateway ID '${nat}' does not exist`
      : undefined) ??
    (transit !== undefined && !world.find(TRANSIT_GATEWAY, transit)
      ? `The transitGateway ID '${transit}' does not exist.`
      : undefined);
  if (missing) throw awsRefusal("creating Route", call, "InvalidGatewayID.NotFound", missing);
  if (gateway?.startsWith("igw-")) refuseForeignGateway(world, gateway, inputs.text("routeTableId"), call);
}

function refuseForeignGateway(world: World, gateway: string, table: string, call: string): void {
  const vpcId = world.find(ROUTE_TABLE, table)?.inputs.vpcId;
  if (world.find(INTERNET_GATEWAY, gateway)?.inputs.vpcId === vpcId) return;
  throw awsRefusal(
    "creating Route",
    call,
    "InvalidParameterValue",
    `route table ${table} and network gateway ${gateway} belong to different networks`,
  );
}

export const route: Behaviour = {
  type: ROUTE,
  schema: {
    ...regional,
    carrierGatewayId: text,
    coreNetworkArn: text,
    destinationCidrBlock: text.replaces,
    destinationIpv6CidrBlock: text.replaces,
    destinationPrefixListId: text.replaces,
    egressOnlyGatewayId: text,
    gatewayId: text,
    localGatewayId: text,
    natGatewayId: text,
    networkInterfaceId: text.computed,
    odbNetworkArn: text,
    routeTableId: text.required.replaces,
    transitGatewayId: text,
    vpcEndpointId: text,
    vpcPeeringConnectionId: text,
    instanceId: text.output,
    instanceOwnerId: text.output,
    origin: text.output,
    state: text.output,
  },
  check: (inputs) => [
    ...(DESTINATIONS.filter((name) => inputs.has(name)).length === 1
      ? []
      : [{ property: "destinationCidrBlock", reason: oneOf(DESTINATIONS) }]),
    ...(TARGETS.filter((name) => inputs.has(name)).length === 1
      ? []
      : [{ property: "gatewayId", reason: oneOf(TARGETS) }]),
  ],
  id: ({ inputs }) => `r-${inputs.text("routeTableId")}${hex(destination(inputs), 10)}`,
  taken: ({ inputs }) =>
    awsRefusal(
      `creating Route in Route Table (${inputs.text("routeTableId")}) with destination (${destination(inputs)})`,
      "EC2.CreateRoute",
      "RouteAlreadyExists",
      `The route identified by ${destination(inputs)} already exists.`,
    ).message,
  outputs: (operation) => ({
    region: placeOf(operation).region,
    instanceId: "",
    instanceOwnerId: "",
    networkInterfaceId: operation.inputs.optionalText("networkInterfaceId") ?? "",
    origin: "CreateRoute",
    state: "active",
  }),
  create: (operation) => {
    const table = operation.inputs.text("routeTableId");
    if (!operation.world.find(ROUTE_TABLE, table)) {
      throw awsRefusal(
        "creating Route",
        "EC2.CreateRoute",
        "InvalidRouteTableID.NotFound",
        `The routeTable ID '${table}' does not exist`,
      );
    }
    refuseTarget(operation, "EC2.CreateRoute");
    return [];
  },
  update: (operation) => {
    refuseTarget(operation, "EC2.ReplaceRoute");
    return [];
  },
};

function destination(inputs: Operation["inputs"]): string {
  return DESTINATIONS.map((name) => inputs.optionalText(name)).find((value) => value !== undefined) ?? "";
}

/** Routes of a table, which go with it. */
export function routesOf(world: World, table: string) {
  return having(world, ROUTE, "routeTableId", table).map(({ key }) => ({ remove: { type: ROUTE, key } }));
}
