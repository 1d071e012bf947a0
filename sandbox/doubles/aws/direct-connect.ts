import { type Behaviour, hex, uniqueHex, uniqueUuid } from "../behaviour";
import { flag, number, set, text } from "../schema";
import { arn, awsRefusal, mergeTags, placeOf, regional, tagged } from "./account";
import { VPN_GATEWAY } from "./ec2";

const GATEWAY = "aws:directconnect/gateway:Gateway";
const ASSOCIATION = "aws:directconnect/gatewayAssociation:GatewayAssociation";
const INTERFACE = "aws:directconnect/privateVirtualInterface:PrivateVirtualInterface";

export const directConnectGateway: Behaviour = {
  type: GATEWAY,
  schema: {
    ...tagged,
    amazonSideAsn: text.required.replaces,
    name: text.computed,
    arn: text.output,
    ownerAccountId: text.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  id: (operation) => uniqueUuid(operation),
  outputs: (operation, id) => {
    const place = placeOf(operation);
    return { arn: arn(place, "directconnect", `dx-gateway/${id}`, true), ownerAccountId: place.account };
  },
  remove: ({ world, object: { id } }) => {
    const used = [ASSOCIATION, INTERFACE].some((type) =>
      world.list(type).some(({ inputs }) => inputs.dxGatewayId === id),
    );
    if (used) {
      throw awsRefusal(
        `deleting Direct Connect Gateway (${id})`,
        "DirectConnect.DeleteDirectConnectGateway",
        "DirectConnectClientException",
        "Direct Connect Gateway has associated virtual interfaces or gateways",
      );
    }
    return [];
  },
};

export const privateVirtualInterface: Behaviour = {
  type: INTERFACE,
  schema: {
    ...regional,
    ...tagged,
    addressFamily: text.required.replaces.oneOf("ipv4", "ipv6"),
    amazonAddress: text.computed.replaces,
    bgpAsn: number.computed.replaces,
    bgpAsnLong: text.computed.replaces,
    bgpAuthKey: text.computed.replaces.secret,
    connectionId: text.required.replaces,
    customerAddress: text.computed.replaces,
    dxGatewayId: text.replaces,
    mtu: number.default(1500).oneOf(1500, 9001),
    name: text.computed.replaces,
    prefixPoolAllocatedCountIpv4: number.computed,
    prefixPoolAllocatedCountIpv6: number.computed,
    rateLimit: text.computed,
    sitelinkEnabled: flag,
    vlan: number.required.replaces.between(1, 4094),
    vpnGatewayId: text.replaces,
    amazonSideAsn: text.output,
    arn: text.output,
    awsDevice: text.output,
    jumboFrameCapable: flag.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  check: (inputs) =>
    inputs.has("dxGatewayId") === inputs.has("vpnGatewayId")
      ? [{ property: "dxGatewayId", reason: "one of `dxGatewayId,vpnGatewayId` must be specified" }]
      : [],
  id: (operation) => `dxvif-${uniqueHex(operation, 8)}`,
  outputs: (operation, id) => {
    const place = placeOf(operation);
    const { inputs, world } = operation;
    const third = Number.parseInt(hex(id, 2), 16);
    return {
      arn: arn(place, "directconnect", `dxvif/${id}`),
      region: place.region,
      amazonAddress: inputs.optionalText("amazonAddress") ?? `169.254.${third}.2/30`,
      customerAddress: inputs.optionalText("customerAddress") ?? `169.254.${third}.1/30`,
      amazonSideAsn: String(
        world.find(GATEWAY, inputs.optionalText("dxGatewayId") ?? "")?.inputs.amazonSideAsn ?? 64_512,
      ),
      awsDevice: "EqSG2-1a2b3c4d5e6f",
      bgpAsn: inputs.optionalNumber("bgpAsn") ?? 0,
      bgpAsnLong: inputs.optionalText("bgpAsnLong") ?? "",
      bgpAuthKey: inputs.optionalText("bgpAuthKey") ?? hex(`${id} key`, 24),
      jumboFrameCapable: true,
      prefixPoolAllocatedCountIpv4: 0,
      prefixPoolAllocatedCountIpv6: 0,
      rateLimit: "",
    };
  },
  create: ({ world, inputs }) => {
    const [gateway, connection, vlan] = [
      inputs.optionalText("dxGatewayId"),
      inputs.text("connectionId"),
      inputs.number("vlan"),
    ];
    const refuse = (message: string) =>
      awsRefusal(
        "creating Direct Connect private virtual interface",
        "DirectConnect.CreatePrivateVirtualInterface",
        "DirectConnectClientException",
        message,
      );
    if (gateway !== undefined && !world.find(GATEWAY, gateway)) {
      throw refuse(`Direct Connect Gateway with ID ${gateway} does not exist`);
    }
    const taken = world
      .list(INTERFACE)
      .some((other) => other.inputs.connectionId === connection && Number(other.inputs.vlan) === vlan);
    if (taken) throw refuse(`VLAN ${vlan} is already in use on ${connection}`);
    return [];
  },
};

export const gatewayAssociation: Behaviour = {
  type: ASSOCIATION,
  schema: {
    ...regional,
    allowedPrefixes: set(text).computed,
    associatedGatewayId: text.computed.replaces,
    associatedGatewayOwnerAccountId: text.computed.replaces,
    dxGatewayId: text.required.replaces,
    proposalId: text,
    associatedGatewayType: text.output,
    dxGatewayAssociationId: text.output,
    dxGatewayOwnerAccountId: text.output,
    transitGatewayAttachmentId: text.output,
  },
  id: ({ inputs }) => `ga-${inputs.text("dxGatewayId")}${inputs.optionalText("associatedGatewayId") ?? ""}`,
  outputs: (operation) => {
    const place = placeOf(operation);
    return {
      region: place.region,
      allowedPrefixes: operation.inputs.texts("allowedPrefixes"),
      associatedGatewayType: "virtualPrivateGateway",
      associatedGatewayOwnerAccountId: place.account,
      dxGatewayAssociationId: hex(operation.urn, 32),
      dxGatewayOwnerAccountId: place.account,
      transitGatewayAttachmentId: "",
    };
  },
  create: ({ world, inputs }) => {
    const gateway = inputs.optionalText("associatedGatewayId") ?? "";
    const there = world.find(VPN_GATEWAY, gateway);
    if (!there || !world.find(GATEWAY, inputs.text("dxGatewayId"))) {
      throw awsRefusal(
        "creating Direct Connect Gateway Association",
        "DirectConnect.CreateDirectConnectGatewayAssociation",
        "DirectConnectClientException",
        "Gateway could not be found",
      );
    }
    if (!there.inputs.vpcId) {
      throw awsRefusal(
        "creating Direct Connect Gateway Association",
        "DirectConnect.CreateDirectConnectGatewayAssociation",
        "DirectConnectClientException",
        `Virtual Private Gateway ${gateway} is not attached to a VPC`,
      );
    }
    return [];
  },
};
