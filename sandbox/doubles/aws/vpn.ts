import type { Properties, World, WorldObject } from "../../world";
import { type Behaviour, hex, type Operation, uniqueHex } from "../behaviour";
import type { Failure } from "../check";
import type { Inputs } from "../inputs";
import { prefixLength, within } from "../networks";
import { anything, flag, list, number, object, type Schema, set, text } from "../schema";
import { arn, awsRefusal, mergeTags, placeOf, regional, tagged } from "./account";
import {
  CUSTOMER_GATEWAY,
  having,
  PROPAGATION,
  ROUTE_TABLE,
  requireVpc,
  TRANSIT_GATEWAY,
  VPN_CONNECTION,
  VPN_GATEWAY,
} from "./ec2";
import { LOG_GROUP } from "./logs";

export const vpnGateway: Behaviour = {
  type: VPN_GATEWAY,
  schema: {
    ...regional,
    ...tagged,
    amazonSideAsn: text.computed.replaces,
    availabilityZone: text.replaces,
    vpcId: text.computed,
    arn: text.output,
  },
  prepare: mergeTags,
  id: (operation) => `vgw-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const place = placeOf(operation);
    return {
      arn: arn(place, "ec2", `vpn-gateway/${id}`),
      region: place.region,
      amazonSideAsn: operation.inputs.optionalText("amazonSideAsn") ?? "64512",
      vpcId: operation.inputs.optionalText("vpcId") ?? "",
    };
  },
  create: ({ world, inputs }) => {
    const asn = inputs.optionalNumber("amazonSideAsn");
    if (asn !== undefined && !isPrivateAsn(asn)) {
      throw awsRefusal(
        "creating EC2 VPN Gateway",
        "EC2.CreateVpnGateway",
        "InvalidParameterValue",
        "Amazon side ASN must be in the range 64512-65534 or 4200000000-4294967294",
      );
    }
    const vpcId = inputs.optionalText("vpcId");
    if (vpcId === undefined) return [];
    requireVpc(world, vpcId, "attaching EC2 VPN Gateway", "EC2.AttachVpnGateway");
    if (having(world, VPN_GATEWAY, "vpcId", vpcId).length > 0) {
      throw awsRefusal(
        "attaching EC2 VPN Gateway",
        "EC2.AttachVpnGateway",
        "InvalidParameterValue",
        `VPC ${vpcId} already has an attached virtual private gateway`,
      );
    }
    return [];
  },
  remove: ({ world, object: { id } }) => {
    if (having(world, VPN_CONNECTION, "vpnGatewayId", id).length > 0) {
      throw awsRefusal(
        `deleting EC2 VPN Gateway (${id})`,
        "EC2.DeleteVpnGateway",
        "IncorrectState",
        "The VPN gateway is in use.",
      );
    }
    return [];
  },
};

/** What AWS leaves to its customers; its own ends and public numbers are not among them. */
function isPrivateAsn(asn: number): boolean {
  return (asn >= 64_512 && asn <= 65_534) || (asn >= 4_200_000_000 && asn <= 4_294_967_294);
}

export const customerGateway: Behaviour = {
  type: CUSTOMER_GATEWAY,
  schema: {
    ...regional,
    ...tagged,
    bgpAsn: text.replaces.where((value) => isAsn(value, 1, 2_147_483_647), "a number from 1 to 2147483647"),
    bgpAsnExtended: text.replaces.where(
      (value) => isAsn(value, 2_147_483_648, 4_294_967_295),
      "a number from 2147483648 to 4294967295",
    ),
    certificateArn: text.replaces,
    deviceName: text.replaces,
    ipAddress: text.replaces,
    type: text.required.replaces.oneOf("ipsec.1"),
    arn: text.output,
  },
  prepare: mergeTags,
  check: (inputs) =>
    inputs.has("bgpAsn") && inputs.has("bgpAsnExtended")
      ? [{ property: "bgpAsn", reason: "conflicts with bgpAsnExtended" }]
      : [],
  id: (operation) => `cgw-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const place = placeOf(operation);
    return { arn: arn(place, "ec2", `customer-gateway/${id}`), region: place.region };
  },
  remove: ({ world, object: { id } }) => {
    if (having(world, VPN_CONNECTION, "customerGatewayId", id).length > 0) {
      throw awsRefusal(
        `deleting EC2 Customer Gateway (${id})`,
        "EC2.DeleteCustomerGateway",
        "IncorrectState",
        "The customer gateway is in use.",
      );
    }
    return [];
  },
};

function isAsn(value: unknown, least: number, most: number): boolean {
  const asn = Number(value);
  return Number.isInteger(asn) && asn >= least && asn <= most;
}

/** Blocks inside a tunnel that AWS keeps for itself. */
const RESERVED = [0, 1, 2, 3, 4, 5].map((third) => `169.254.${third}.0/30`).concat("169.254.169.252/30");

/** Options of one tunnel, as pulumi-aws has them: `tunnel1InsideCidr`, ... */
function tunnelSchema(tunnel: number): Schema {
  const cipher = text.oneOf("AES128", "AES256", "AES128-GCM-16", "AES256-GCM-16");
  const integrity = text.oneOf("SHA1", "SHA2-256", "SHA2-384", "SHA2-512");
  const options: Schema = {
    DpdTimeoutAction: text.oneOf("clear", "none", "restart"),
    DpdTimeoutSeconds: number.where((value) => Number(value) >= 30, "30 or more"),
    EnableTunnelLifecycleControl: flag,
    IkeVersions: set(text.oneOf("ikev1", "ikev2")),
    InsideCidr: text.computed.replaces.where(
      isInsideCidr,
      "a /30 of 169.254.0.0/16 that AWS does not reserve",
    ),
    InsideIpv6Cidr: text.computed.replaces,
    LogOptions: object({
      cloudwatchLogOptions: object({
        bgpLogEnabled: flag,
        bgpLogGroupArn: text,
        bgpLogOutputFormat: text.oneOf("json", "text"),
        logEnabled: flag,
        logGroupArn: text,
        logOutputFormat: text.oneOf("json", "text"),
      }).computed,
    }).computed,
    Phase1DhGroupNumbers: set(number),
    Phase1EncryptionAlgorithms: set(cipher),
    Phase1IntegrityAlgorithms: set(integrity),
    Phase1LifetimeSeconds: number.between(900, 28_800),
    Phase2DhGroupNumbers: set(number),
    Phase2EncryptionAlgorithms: set(cipher),
    Phase2IntegrityAlgorithms: set(integrity),
    Phase2LifetimeSeconds: number.between(900, 3_600),
    PresharedKey: text.computed.secret.matching(
      /^[A-Za-z1-9._][A-Za-z0-9._]{7,63}$/,
      "8 to 64 letters, digits, periods and underscores, not beginning with 0",
    ),
    RekeyFuzzPercentage: number.between(0, 100),
    RekeyMarginTimeSeconds: number.between(60, 1_800),
    ReplayWindowSize: number.between(64, 2_048),
    StartupAction: text.oneOf("add", "start"),
    Address: text.output,
    BgpAsn: text.output,
    BgpHoldtime: number.output,
    CgwInsideAddress: text.output,
    VgwInsideAddress: text.output,
  };
  return Object.fromEntries(Object.entries(options).map(([name, type]) => [`tunnel${tunnel}${name}`, type]));
}

function isInsideCidr(value: unknown): boolean {
  const cidr = String(value);
  return prefixLength(cidr) === 30 && within(cidr, "169.254.0.0/16") && !RESERVED.includes(cidr);
}

function connectionFailures(inputs: Inputs): Failure[] {
  return [
    ...(inputs.has("vpnGatewayId") && inputs.has("transitGatewayId")
      ? [{ property: "transitGatewayId", reason: "conflicts with vpnGatewayId" }]
      : []),
    ...(inputs.has("enableAcceleration") && !inputs.has("transitGatewayId")
      ? [{ property: "enableAcceleration", reason: "all of `transitGatewayId` must be specified" }]
      : []),
  ];
}

const refuse = (code: string, message: string) =>
  awsRefusal("creating EC2 VPN Connection", "EC2.CreateVpnConnection", code, message);

/** Ends that are not there, and tunnels that would be mixed up. */
function refuseConnection({ world, inputs }: Operation, own?: string): void {
  const customer = inputs.text("customerGatewayId");
  const gateway = inputs.optionalText("vpnGatewayId");
  const transit = inputs.optionalText("transitGatewayId");
  if (!world.find(CUSTOMER_GATEWAY, customer)) {
    throw refuse("InvalidCustomerGatewayID.NotFound", `The customerGateway ID '${customer}' does not exist`);
  }
  if (gateway !== undefined && !world.find(VPN_GATEWAY, gateway)) {
    throw refuse("InvalidVpnGatewayID.NotFound", `The vpnGateway ID '${gateway}' does not exist`);
  }
  if (transit !== undefined && !world.find(TRANSIT_GATEWAY, transit)) {
    throw refuse(
      "InvalidTransitGatewayID.NotFound",
      `Transit Gateway ${transit} was deleted or does not exist.`,
    );
  }
  const others = world
    .list(VPN_CONNECTION)
    .filter(({ id, inputs: other }) => id !== own && other.vpnGatewayId === (gateway ?? null));
  const taken = others.flatMap((other) => insideCidrs(other.inputs));
  const mine = insideCidrs(inputs.values);
  const clash = mine.find((cidr, index) => taken.includes(cidr) || mine.indexOf(cidr) !== index);
  if (clash !== undefined) {
    throw refuse(
      "InvalidParameterValue",
      `Value (${clash}) for parameter tunnelInsideCidr is invalid. The CIDR is already in use by another tunnel of this virtual private gateway.`,
    );
  }
  for (const tunnel of [1, 2]) {
    const log = inputs.object(`tunnel${tunnel}LogOptions`)?.object("cloudwatchLogOptions");
    const group = log?.optionalText("logGroupArn");
    if (log?.flag("logEnabled") && !world.list(LOG_GROUP).some(({ outputs }) => outputs.arn === group)) {
      throw refuse("InvalidParameterValue", `The specified log group ${group ?? ""} does not exist`);
    }
  }
}

function insideCidrs(inputs: Properties): string[] {
  return [inputs.tunnel1InsideCidr, inputs.tunnel2InsideCidr].filter((cidr) => typeof cidr === "string");
}

/** What AWS makes up for a tunnel. */
function tunnelOutputs(operation: Operation, id: string, tunnel: number): Properties {
  const { inputs, world } = operation;
  const inside = inputs.optionalText(`tunnel${tunnel}InsideCidr`) ?? `169.254.${20 + tunnel}.0/30`;
  const [network = ""] = inside.split("/");
  const octets = network.split(".").map(Number);
  const at = (offset: number) => [...octets.slice(0, 3), (octets[3] ?? 0) + offset].join(".");
  const gateway = world.find(VPN_GATEWAY, inputs.optionalText("vpnGatewayId") ?? "");
  const transit = world.find(TRANSIT_GATEWAY, inputs.optionalText("transitGatewayId") ?? "");
  const asn = gateway?.outputs.amazonSideAsn ?? transit?.inputs.amazonSideAsn ?? "64512";
  return {
    // TEST-NET-2: addresses that belong to nobody. Tunnels end in different zones.
    [`tunnel${tunnel}Address`]: `198.51.100.${2 * (1 + (Number.parseInt(hex(id, 4), 16) % 120)) + tunnel}`,
    [`tunnel${tunnel}BgpAsn`]: String(asn),
    [`tunnel${tunnel}BgpHoldtime`]: 30,
    [`tunnel${tunnel}VgwInsideAddress`]: at(1),
    [`tunnel${tunnel}CgwInsideAddress`]: at(2),
    [`tunnel${tunnel}InsideCidr`]: inside,
    [`tunnel${tunnel}InsideIpv6Cidr`]: "",
    [`tunnel${tunnel}PresharedKey`]:
      inputs.optionalText(`tunnel${tunnel}PresharedKey`) ?? hex(`${id} ${tunnel}`, 32).replace(/^0/, "1"),
    [`tunnel${tunnel}LogOptions`]: inputs.values[`tunnel${tunnel}LogOptions`] ?? {
      cloudwatchLogOptions: { logEnabled: false, logGroupArn: "", logOutputFormat: "" },
    },
  };
}

export const vpnConnection: Behaviour = {
  type: VPN_CONNECTION,
  schema: {
    ...regional,
    ...tagged,
    customerGatewayId: text.required,
    enableAcceleration: flag.computed.replaces,
    localIpv4NetworkCidr: text.computed,
    localIpv6NetworkCidr: text.computed,
    outsideIpAddressType: text.computed.oneOf("PrivateIpv4", "PublicIpv4"),
    presharedKeyStorage: text.computed.oneOf("SecretsManager", "Standard"),
    remoteIpv4NetworkCidr: text.computed,
    remoteIpv6NetworkCidr: text.computed,
    staticRoutesOnly: flag.computed.replaces,
    transitGatewayId: text,
    transportTransitGatewayAttachmentId: text,
    ...tunnelSchema(1),
    ...tunnelSchema(2),
    tunnelBandwidth: text.computed.replaces.oneOf("large", "standard"),
    tunnelInsideIpVersion: text.computed.replaces.oneOf("ipv4", "ipv6"),
    type: text.required.replaces.oneOf("ipsec.1"),
    vpnConcentratorId: text.replaces,
    vpnGatewayId: text,
    arn: text.output,
    coreNetworkArn: text.output,
    coreNetworkAttachmentArn: text.output,
    customerGatewayConfiguration: text.output.secret,
    presharedKeyArn: text.output,
    routes: list(anything).output,
    transitGatewayAttachmentId: text.output,
    vgwTelemetries: list(anything).output,
  },
  prepare: mergeTags,
  check: connectionFailures,
  id: (operation) => `vpn-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const place = placeOf(operation);
    const { inputs } = operation;
    const [first, second] = [tunnelOutputs(operation, id, 1), tunnelOutputs(operation, id, 2)];
    const tunnels = { ...first, ...second };
    // What AWS hands out for the gateway has both keys in it.
    const keys = [first.tunnel1PresharedKey, second.tunnel2PresharedKey].map(
      (key) => `<ipsec_tunnel><ike><pre_shared_key>${String(key)}</pre_shared_key></ike></ipsec_tunnel>`,
    );
    return {
      ...tunnels,
      arn: arn(place, "ec2", `vpn-connection/${id}`),
      region: place.region,
      coreNetworkArn: "",
      coreNetworkAttachmentArn: "",
      customerGatewayConfiguration: `<vpn_connection id="${id}">${keys.join("")}</vpn_connection>`,
      enableAcceleration: inputs.flag("enableAcceleration"),
      localIpv4NetworkCidr: inputs.optionalText("localIpv4NetworkCidr") ?? "0.0.0.0/0",
      localIpv6NetworkCidr: "",
      outsideIpAddressType: inputs.optionalText("outsideIpAddressType") ?? "PublicIpv4",
      presharedKeyArn: "",
      presharedKeyStorage: inputs.optionalText("presharedKeyStorage") ?? "Standard",
      remoteIpv4NetworkCidr: inputs.optionalText("remoteIpv4NetworkCidr") ?? "0.0.0.0/0",
      remoteIpv6NetworkCidr: "",
      routes: [],
      staticRoutesOnly: inputs.flag("staticRoutesOnly"),
      transitGatewayAttachmentId: inputs.has("transitGatewayId") ? `tgw-attach-${hex(id, 17)}` : "",
      tunnelBandwidth: inputs.optionalText("tunnelBandwidth") ?? "standard",
      tunnelInsideIpVersion: inputs.optionalText("tunnelInsideIpVersion") ?? "ipv4",
      vgwTelemetries: [],
    };
  },
  create: (operation) => {
    refuseConnection(operation);
    return [];
  },
  update: (operation) => {
    refuseConnection(operation, operation.object.id);
    return [];
  },
  remove: ({ world, object: { id } }) =>
    having(world, CONNECTION_ROUTE, "vpnConnectionId", id).map(({ key }) => ({
      remove: { type: CONNECTION_ROUTE, key },
    })),
};

const CONNECTION_ROUTE = "aws:ec2/vpnConnectionRoute:VpnConnectionRoute";

export const vpnConnectionRoute: Behaviour = {
  type: CONNECTION_ROUTE,
  schema: {
    ...regional,
    destinationCidrBlock: text.required.replaces,
    vpnConnectionId: text.required.replaces,
  },
  id: ({ inputs }) => `${inputs.text("destinationCidrBlock")}:${inputs.text("vpnConnectionId")}`,
  overwrites: true,
  outputs: (operation) => ({ region: placeOf(operation).region }),
  create: ({ world, inputs }) => {
    const doing = "creating EC2 VPN Connection Route";
    const connection = requireConnection(world, inputs.text("vpnConnectionId"), doing);
    if (connection.inputs.staticRoutesOnly !== true) {
      throw awsRefusal(
        doing,
        "EC2.CreateVpnConnectionRoute",
        "InvalidParameterCombination",
        "Static routes are only supported on VPN connections that use static routing",
      );
    }
    return [];
  },
};

function requireConnection(world: World, id: string, doing: string): WorldObject {
  const found = world.find(VPN_CONNECTION, id);
  if (!found) {
    throw awsRefusal(
      doing,
      "EC2.CreateVpnConnectionRoute",
      "InvalidVpnConnectionID.NotFound",
      `The vpnConnection ID '${id}' does not exist`,
    );
  }
  return found;
}

export const routePropagation: Behaviour = {
  type: PROPAGATION,
  schema: { ...regional, routeTableId: text.required.replaces, vpnGatewayId: text.required.replaces },
  id: ({ inputs }) => `${inputs.text("vpnGatewayId")}_${inputs.text("routeTableId")}`,
  overwrites: true,
  outputs: (operation) => ({ region: placeOf(operation).region }),
  create: ({ world, inputs }) => {
    const [table, gateway] = [inputs.text("routeTableId"), inputs.text("vpnGatewayId")];
    const doing = `enabling EC2 Route Table (${table}) propagation for VPN Gateway (${gateway})`;
    const call = "EC2.EnableVgwRoutePropagation";
    const there = world.find(ROUTE_TABLE, table);
    if (!there) {
      throw awsRefusal(
        doing,
        call,
        "InvalidRouteTableID.NotFound",
        `The routeTable ID '${table}' does not exist`,
      );
    }
    if (world.find(VPN_GATEWAY, gateway)?.inputs.vpcId !== there.inputs.vpcId) {
      throw awsRefusal(
        doing,
        call,
        "Gateway.NotAttached",
        `The gateway ${gateway} is not attached to ${String(there.inputs.vpcId)}`,
      );
    }
    return [];
  },
};
