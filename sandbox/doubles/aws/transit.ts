import { type Behaviour, hex, uniqueHex } from "../behaviour";
import { flag, number, set, text } from "../schema";
import { arn, awsRefusal, mergeTags, placeOf, regional, tagged } from "./account";
import { having, requireSubnet, requireVpc, TRANSIT_GATEWAY, VPN_CONNECTION } from "./ec2";

const ATTACHMENT = "aws:ec2transitgateway/vpcAttachment:VpcAttachment";
const onOff = (fallback: string) => text.default(fallback).oneOf("disable", "enable");

export const transitGateway: Behaviour = {
  type: TRANSIT_GATEWAY,
  schema: {
    ...regional,
    ...tagged,
    amazonSideAsn: number.default(64_512),
    autoAcceptSharedAttachments: onOff("disable"),
    defaultRouteTableAssociation: onOff("enable"),
    defaultRouteTablePropagation: onOff("enable"),
    description: text,
    dnsSupport: onOff("enable"),
    encryptionSupport: text.computed.oneOf("disable", "enable"),
    multicastSupport: onOff("disable").replaces,
    securityGroupReferencingSupport: onOff("disable"),
    transitGatewayCidrBlocks: set(text),
    vpnEcmpSupport: onOff("enable"),
    arn: text.output,
    associationDefaultRouteTableId: text.output,
    ownerId: text.output,
    propagationDefaultRouteTableId: text.output,
  },
  prepare: mergeTags,
  id: (operation) => `tgw-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const place = placeOf(operation);
    const table = `tgw-rtb-${hex(id, 17)}`;
    return {
      arn: arn(place, "ec2", `transit-gateway/${id}`),
      region: place.region,
      ownerId: place.account,
      encryptionSupport: operation.inputs.optionalText("encryptionSupport") ?? "disable",
      associationDefaultRouteTableId: table,
      propagationDefaultRouteTableId: table,
    };
  },
  remove: ({ world, object: { id } }) => {
    const used = [ATTACHMENT, VPN_CONNECTION].some(
      (type) => having(world, type, "transitGatewayId", id).length > 0,
    );
    if (used) {
      throw awsRefusal(
        `deleting EC2 Transit Gateway (${id})`,
        "EC2.DeleteTransitGateway",
        "IncorrectState",
        `${id} has non-deleted VPC Attachments or VPN Attachments`,
      );
    }
    return [];
  },
};

export const transitAttachment: Behaviour = {
  type: ATTACHMENT,
  schema: {
    ...regional,
    ...tagged,
    applianceModeSupport: onOff("disable"),
    dnsSupport: onOff("enable"),
    ipv6Support: onOff("disable"),
    securityGroupReferencingSupport: text.computed.oneOf("disable", "enable"),
    subnetIds: set(text).required,
    transitGatewayDefaultRouteTableAssociation: flag.computed,
    transitGatewayDefaultRouteTablePropagation: flag.computed,
    transitGatewayId: text.required.replaces,
    vpcId: text.required.replaces,
    arn: text.output,
    vpcOwnerId: text.output,
  },
  prepare: mergeTags,
  id: (operation) => `tgw-attach-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const place = placeOf(operation);
    const { inputs } = operation;
    const association = inputs.values.transitGatewayDefaultRouteTableAssociation;
    const propagation = inputs.values.transitGatewayDefaultRouteTablePropagation;
    return {
      arn: arn(place, "ec2", `transit-gateway-attachment/${id}`),
      region: place.region,
      vpcOwnerId: place.account,
      securityGroupReferencingSupport: inputs.optionalText("securityGroupReferencingSupport") ?? "disable",
      transitGatewayDefaultRouteTableAssociation: association ?? true,
      transitGatewayDefaultRouteTablePropagation: propagation ?? true,
    };
  },
  create: ({ world, inputs }) => {
    const doing = "creating EC2 Transit Gateway VPC Attachment";
    const call = "EC2.CreateTransitGatewayVpcAttachment";
    const gateway = inputs.text("transitGatewayId");
    if (!world.find(TRANSIT_GATEWAY, gateway)) {
      throw awsRefusal(
        doing,
        call,
        "InvalidTransitGatewayID.NotFound",
        `Transit Gateway ${gateway} was deleted or does not exist.`,
      );
    }
    requireVpc(world, inputs.text("vpcId"), doing, call);
    const zones = inputs
      .texts("subnetIds")
      .map((id) => requireSubnet(world, id, doing, call).inputs.availabilityZone);
    if (new Set(zones).size !== zones.length) {
      throw awsRefusal(doing, call, "DuplicateSubnetsInSameZone", "Duplicate Subnets for same AZ");
    }
    return [];
  },
};

export const transitRoute: Behaviour = {
  type: "aws:ec2transitgateway/route:Route",
  schema: {
    ...regional,
    blackhole: flag.default(false).replaces,
    destinationCidrBlock: text.required.replaces,
    transitGatewayAttachmentId: text.replaces,
    transitGatewayRouteTableId: text.required.replaces,
  },
  id: ({ inputs }) => `${inputs.text("transitGatewayRouteTableId")}_${inputs.text("destinationCidrBlock")}`,
  taken: ({ inputs }) =>
    awsRefusal(
      "creating EC2 Transit Gateway Route",
      "EC2.CreateTransitGatewayRoute",
      "RouteAlreadyExists",
      `Route ${inputs.text("destinationCidrBlock")} already exists in Transit Gateway Route Table ${inputs.text("transitGatewayRouteTableId")}.`,
    ).message,
  outputs: (operation) => ({ region: placeOf(operation).region }),
  create: ({ world, inputs }) => {
    const table = inputs.text("transitGatewayRouteTableId");
    const known = world
      .list(TRANSIT_GATEWAY)
      .some(({ outputs }) => outputs.associationDefaultRouteTableId === table);
    if (!known) {
      throw awsRefusal(
        "creating EC2 Transit Gateway Route",
        "EC2.CreateTransitGatewayRoute",
        "InvalidRouteTableID.NotFound",
        `Transit Gateway Route Table ${table} was deleted or does not exist.`,
      );
    }
    return [];
  },
};
