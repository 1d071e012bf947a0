import { type Behaviour, hex, type Operation, uniqueHex } from "../behaviour";
import { anything, flag, list, map, object, set, text } from "../schema";
import { arn, awsRefusal, mergeTags, placeOf, regional, tagged } from "./account";
import { ASSOCIATION, dependency, ENDPOINT, having, ROUTE_TABLE, requireSubnet, requireVpc } from "./ec2";
import { routesOf } from "./route";

const route = object({
  carrierGatewayId: text,
  cidrBlock: text,
  coreNetworkArn: text,
  destinationPrefixListId: text,
  egressOnlyGatewayId: text,
  gatewayId: text,
  ipv6CidrBlock: text,
  localGatewayId: text,
  natGatewayId: text,
  networkInterfaceId: text,
  odbNetworkArn: text,
  transitGatewayId: text,
  vpcEndpointId: text,
  vpcPeeringConnectionId: text,
});

export const routeTable: Behaviour = {
  type: ROUTE_TABLE,
  schema: {
    ...regional,
    ...tagged,
    vpcId: text.required.replaces,
    routes: set(route).computed,
    propagatingVgws: set(text).computed,
    arn: text.output,
    ownerId: text.output,
  },
  prepare: mergeTags,
  id: (operation) => `rtb-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const place = placeOf(operation);
    return {
      arn: arn(place, "ec2", `route-table/${id}`),
      region: place.region,
      ownerId: place.account,
      routes: operation.inputs.list("routes"),
      propagatingVgws: operation.inputs.texts("propagatingVgws"),
    };
  },
  create: ({ world, inputs }) => {
    requireVpc(world, inputs.text("vpcId"), "creating EC2 Route Table", "EC2.CreateRouteTable");
    return [];
  },
  remove: ({ world, object: { id } }) => {
    if (having(world, ASSOCIATION, "routeTableId", id).length > 0) {
      throw dependency(`deleting EC2 Route Table (${id})`, "EC2.DeleteRouteTable", "routeTable", id);
    }
    return routesOf(world, id);
  },
};

export const routeTableAssociation: Behaviour = {
  type: ASSOCIATION,
  schema: {
    ...regional,
    routeTableId: text.required,
    subnetId: text.replaces,
    gatewayId: text.replaces,
  },
  check: (inputs) =>
    inputs.has("subnetId") === inputs.has("gatewayId")
      ? [{ property: "subnetId", reason: "one of `gatewayId,subnetId` must be specified" }]
      : [],
  id: (operation) => `rtbassoc-${uniqueHex(operation, 17)}`,
  outputs: (operation) => ({ region: placeOf(operation).region }),
  create: (operation) => {
    const doing = "creating EC2 Route Table Association";
    requireRouteTable(operation, doing, "EC2.AssociateRouteTable");
    const subnetId = operation.inputs.optionalText("subnetId");
    if (subnetId === undefined) return [];
    requireSubnet(operation.world, subnetId, doing, "EC2.AssociateRouteTable");
    if (having(operation.world, ASSOCIATION, "subnetId", subnetId).length > 0) {
      throw awsRefusal(
        doing,
        "EC2.AssociateRouteTable",
        "Resource.AlreadyAssociated",
        `the specified association for route table ${operation.inputs.text("routeTableId")} conflicts with an existing association`,
      );
    }
    return [];
  },
  update: (operation) => {
    requireRouteTable(operation, "updating EC2 Route Table Association", "EC2.ReplaceRouteTableAssociation");
    return [];
  },
};

function requireRouteTable({ world, inputs }: Operation, doing: string, call: string): void {
  const id = inputs.text("routeTableId");
  if (!world.find(ROUTE_TABLE, id)) {
    throw awsRefusal(doing, call, "InvalidRouteTableID.NotFound", `The routeTable ID '${id}' does not exist`);
  }
}

export const vpcEndpoint: Behaviour = {
  type: ENDPOINT,
  schema: {
    ...regional,
    ...tagged,
    vpcId: text.required.replaces,
    serviceName: text.replaces,
    serviceNetworkArn: text.replaces,
    serviceRegion: text.computed.replaces,
    resourceConfigurationArn: text.replaces,
    vpcEndpointType: text.default("Gateway").replaces.oneOf("Gateway", "GatewayLoadBalancer", "Interface"),
    routeTableIds: set(text).computed,
    subnetIds: set(text).computed,
    securityGroupIds: set(text).computed,
    subnetConfigurations: set(anything).computed,
    policy: anything.computed,
    privateDnsEnabled: flag.computed,
    autoAccept: flag,
    dnsOptions: anything.computed,
    ipAddressType: text.computed,
    arn: text.output,
    cidrBlocks: list(text).output,
    dnsEntries: list(map(text)).output,
    networkInterfaceIds: set(text).output,
    ownerId: text.output,
    prefixListId: text.output,
    requesterManaged: flag.output,
    state: text.output,
  },
  prepare: mergeTags,
  replaces: (differences, _, news) =>
    differences
      .filter(({ path }) => path === "privateDnsEnabled" && news.text("vpcEndpointType") !== "Interface")
      .map(({ path }) => path),
  id: (operation) => `vpce-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const { inputs } = operation;
    const place = placeOf(operation);
    const service = inputs.optionalText("serviceName") ?? "";
    const gateway = inputs.text("vpcEndpointType") === "Gateway";
    return {
      arn: arn(place, "ec2", `vpc-endpoint/${id}`),
      region: place.region,
      ownerId: place.account,
      state: "available",
      requesterManaged: false,
      prefixListId: gateway ? `pl-${hex(service, 8)}` : "",
      cidrBlocks: gateway ? ["198.51.100.0/24"] : [],
      dnsEntries: gateway ? [] : [{ dnsName: `${id}.${service.split(".").reverse().join(".")}` }],
      networkInterfaceIds: inputs.texts("subnetIds").map((subnet) => `eni-${hex(`${id} ${subnet}`, 17)}`),
      routeTableIds: inputs.texts("routeTableIds"),
      subnetIds: inputs.texts("subnetIds"),
      securityGroupIds: inputs.texts("securityGroupIds"),
      privateDnsEnabled: inputs.flag("privateDnsEnabled"),
      serviceRegion: place.region,
      ipAddressType: inputs.optionalText("ipAddressType") ?? "ipv4",
      policy:
        inputs.values.policy ??
        '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]}',
    };
  },
  create: (operation) => {
    const { world, inputs } = operation;
    const doing = `creating EC2 VPC Endpoint (${inputs.optionalText("serviceName") ?? ""})`;
    const call = "EC2.CreateVpcEndpoint";
    requireVpc(world, inputs.text("vpcId"), doing, call);
    const { region } = placeOf(operation);
    const service = inputs.optionalText("serviceName") ?? "";
    if (!service.startsWith(`com.amazonaws.${region}.`) && !service.startsWith("com.amazonaws.vpce.")) {
      throw awsRefusal(
        doing,
        call,
        "InvalidServiceName",
        `The Vpc Endpoint Service '${service}' does not exist`,
      );
    }
    for (const table of inputs.texts("routeTableIds")) {
      const other = having(world, ENDPOINT, "routeTableIds", table).find(
        (endpoint) => endpoint.inputs.serviceName === service,
      );
      if (other) {
        throw awsRefusal(
          doing,
          call,
          "RouteAlreadyExists",
          `route table ${table} already has a route with destination-prefix-list-id ${other.outputs.prefixListId}`,
        );
      }
    }
    for (const subnetId of inputs.texts("subnetIds")) requireSubnet(world, subnetId, doing, call);
    return [];
  },
};
