import type { World } from "../../world";
import { type Behaviour, hex, uniqueHex } from "../behaviour";
import { anything, number, set, text } from "../schema";
import { arn, awsRefusal, mergeTags, placeOf, regional, tagged } from "./account";
import { EIP, having, INTERNET_GATEWAY, NAT_GATEWAY, requireSubnet, requireVpc, SUBNET } from "./ec2";

export const internetGateway: Behaviour = {
  type: INTERNET_GATEWAY,
  schema: { ...regional, ...tagged, vpcId: text.computed, arn: text.output, ownerId: text.output },
  prepare: mergeTags,
  id: (operation) => `igw-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const place = placeOf(operation);
    return {
      arn: arn(place, "ec2", `internet-gateway/${id}`),
      region: place.region,
      ownerId: place.account,
      vpcId: operation.inputs.optionalText("vpcId") ?? "",
    };
  },
  create: ({ world, inputs }) => {
    const vpcId = inputs.optionalText("vpcId");
    if (vpcId === undefined) return [];
    const doing = "attaching EC2 Internet Gateway";
    requireVpc(world, vpcId, doing, "EC2.AttachInternetGateway");
    if (having(world, INTERNET_GATEWAY, "vpcId", vpcId).length > 0) {
      throw awsRefusal(
        doing,
        "EC2.AttachInternetGateway",
        "InvalidParameterValue",
        `Network ${vpcId} already has an internet gateway attached`,
      );
    }
    return [];
  },
  remove: ({ world, object: { id, inputs } }) => {
    const vpcId = String(inputs.vpcId);
    if (having(world, SUBNET, "vpcId", vpcId).some((subnet) => natsIn(world, subnet.id).length > 0)) {
      throw awsRefusal(
        `detaching EC2 Internet Gateway (${id}) from VPC (${vpcId})`,
        "EC2.DetachInternetGateway",
        "DependencyViolation",
        `Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
      );
    }
    return [];
  },
};

/** Public NAT gateways of a subnet. */
function natsIn(world: World, subnetId: string) {
  return having(world, NAT_GATEWAY, "subnetId", subnetId);
}

/** Elastic addresses that an account has in a region before it asks for more. */
const ADDRESS_QUOTA = 5;

export const eip: Behaviour = {
  type: EIP,
  schema: {
    ...regional,
    ...tagged,
    address: text.replaces,
    associateWithPrivateIp: text,
    customerOwnedIpv4Pool: text.replaces,
    domain: text.computed.replaces.oneOf("standard", "vpc"),
    instance: text.computed,
    ipamPoolId: text.computed.replaces,
    networkBorderGroup: text.computed.replaces,
    networkInterface: text.computed,
    publicIpv4Pool: text.computed.replaces,
    allocationId: text.output,
    arn: text.output,
    associationId: text.output,
    carrierIp: text.output,
    customerOwnedIp: text.output,
    privateDns: text.output,
    privateIp: text.output,
    ptrRecord: text.output,
    publicDns: text.output,
    publicIp: text.output,
  },
  prepare: mergeTags,
  id: (operation) => `eipalloc-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const place = placeOf(operation);
    // TEST-NET-3: addresses that belong to nobody.
    const publicIp = `203.0.113.${1 + (Number.parseInt(hex(id, 4), 16) % 254)}`;
    return {
      allocationId: id,
      arn: arn(place, "ec2", `elastic-ip/${id}`),
      region: place.region,
      domain: "vpc",
      publicIp,
      publicDns: `ec2-${publicIp.replaceAll(".", "-")}.${place.region}.compute.amazonaws.com`,
      associationId: "",
      carrierIp: "",
      customerOwnedIp: "",
      instance: operation.inputs.optionalText("instance") ?? "",
      ipamPoolId: operation.inputs.optionalText("ipamPoolId") ?? "",
      networkBorderGroup: operation.inputs.optionalText("networkBorderGroup") ?? place.region,
      networkInterface: operation.inputs.optionalText("networkInterface") ?? "",
      privateDns: "",
      privateIp: "",
      ptrRecord: "",
      publicIpv4Pool: operation.inputs.optionalText("publicIpv4Pool") ?? "amazon",
    };
  },
  create: ({ world }) => {
    if (world.list(EIP).length >= ADDRESS_QUOTA) {
      throw awsRefusal(
        "creating EC2 EIP",
        "EC2.AllocateAddress",
        "AddressLimitExceeded",
        "The maximum number of addresses has been reached.",
      );
    }
    return [];
  },
  remove: ({ world, object: { id } }) => {
    if (having(world, NAT_GATEWAY, "allocationId", id).length > 0) {
      throw awsRefusal(
        `deleting EC2 EIP (${id})`,
        "EC2.ReleaseAddress",
        "AuthFailure",
        "You do not have permission to access the specified resource.",
      );
    }
    return [];
  },
};

export const natGateway: Behaviour = {
  type: NAT_GATEWAY,
  schema: {
    ...regional,
    ...tagged,
    allocationId: text.replaces,
    availabilityMode: text.computed.replaces.oneOf("regional", "zonal"),
    availabilityZoneAddresses: anything.computed,
    connectivityType: text.default("public").replaces.oneOf("private", "public"),
    privateIp: text.computed.replaces,
    secondaryAllocationIds: set(text).computed,
    secondaryPrivateIpAddressCount: number.computed,
    secondaryPrivateIpAddresses: set(text).computed,
    subnetId: text.replaces,
    vpcId: text.computed.replaces,
    associationId: text.output,
    autoProvisionZones: text.output,
    autoScalingIps: text.output,
    networkInterfaceId: text.output,
    publicIp: text.output,
    regionalNatGatewayAddresses: anything.output,
    regionalNatGatewayAutoMode: text.output,
    routeTableId: text.output,
  },
  prepare: mergeTags,
  id: (operation) => `nat-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const { world, inputs } = operation;
    const address = world.find(EIP, inputs.optionalText("allocationId") ?? "");
    const vpcId = world.find(SUBNET, inputs.optionalText("subnetId") ?? "")?.inputs.vpcId;
    return {
      region: placeOf(operation).region,
      availabilityMode: "zonal",
      associationId: `eipassoc-${hex(id, 17)}`,
      autoProvisionZones: "",
      autoScalingIps: "",
      networkInterfaceId: `eni-${hex(id, 17)}`,
      privateIp: inputs.optionalText("privateIp") ?? "",
      publicIp: address?.outputs.publicIp ?? "",
      regionalNatGatewayAddresses: [],
      regionalNatGatewayAutoMode: "",
      routeTableId: "",
      secondaryAllocationIds: inputs.texts("secondaryAllocationIds"),
      secondaryPrivateIpAddressCount: 0,
      secondaryPrivateIpAddresses: inputs.texts("secondaryPrivateIpAddresses"),
      vpcId: vpcId ?? "",
    };
  },
  create: ({ world, inputs }) => {
    const refuse = (code: string, message: string) =>
      awsRefusal("creating EC2 NAT Gateway", "EC2.CreateNatGateway", code, message);
    const [subnetId, allocation] = [
      inputs.optionalText("subnetId") ?? "",
      inputs.optionalText("allocationId"),
    ];
    const { vpcId } = requireSubnet(
      world,
      subnetId,
      "creating EC2 NAT Gateway",
      "EC2.CreateNatGateway",
    ).inputs;
    if (inputs.text("connectivityType") === "private") return [];
    if (allocation === undefined || !world.find(EIP, allocation)) {
      throw refuse("InvalidAllocationID.NotFound", `The allocation ID '${allocation ?? ""}' does not exist`);
    }
    if (having(world, NAT_GATEWAY, "allocationId", allocation).length > 0) {
      throw refuse("Resource.AlreadyAssociated", `Elastic IP address [${allocation}] is already associated`);
    }
    if (having(world, INTERNET_GATEWAY, "vpcId", String(vpcId)).length === 0) {
      throw refuse("Gateway.NotAttached", `Network ${String(vpcId)} has no Internet gateway attached`);
    }
    return [];
  },
};
