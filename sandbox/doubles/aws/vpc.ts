import { type Behaviour, hex, uniqueHex } from "../behaviour";
import type { Failure } from "../check";
import type { Inputs } from "../inputs";
import { overlap, prefixLength, within } from "../networks";
import { flag, number, text } from "../schema";
import { arn, awsRefusal, mergeTags, placeOf, regional, tagged } from "./account";
import {
  dependency,
  ENDPOINT,
  having,
  INTERNET_GATEWAY,
  NAT_GATEWAY,
  ROUTE_TABLE,
  requireVpc,
  SCALING_GROUP,
  SECURITY_GROUP,
  SUBNET,
  VPC,
  VPN_GATEWAY,
  zoneId,
} from "./ec2";

function cidrFailures(inputs: Inputs): Failure[] {
  const cidr = inputs.optionalText("cidrBlock");
  return cidr === undefined || prefixLength(cidr) !== undefined
    ? []
    : [{ property: "cidrBlock", reason: "expected a network in CIDR notation, without host bits" }];
}

/** Both a VPC and a subnet have a prefix of 16 to 28 bits. */
function hasAllowedSize(cidr: string): boolean {
  const prefix = prefixLength(cidr) ?? 0;
  return prefix >= 16 && prefix <= 28;
}

export const vpc: Behaviour = {
  type: VPC,
  schema: {
    ...regional,
    ...tagged,
    cidrBlock: text.computed.replaces,
    instanceTenancy: text.default("default").oneOf("default", "dedicated"),
    enableDnsHostnames: flag.computed,
    enableDnsSupport: flag.default(true),
    enableNetworkAddressUsageMetrics: flag.computed,
    assignGeneratedIpv6CidrBlock: flag,
    ipv4IpamPoolId: text.replaces,
    ipv4NetmaskLength: number.replaces,
    ipv6CidrBlock: text.computed,
    ipv6CidrBlockNetworkBorderGroup: text.computed,
    ipv6IpamPoolId: text,
    ipv6NetmaskLength: number,
    arn: text.output,
    defaultNetworkAclId: text.output,
    defaultRouteTableId: text.output,
    defaultSecurityGroupId: text.output,
    dhcpOptionsId: text.output,
    ipv6AssociationId: text.output,
    mainRouteTableId: text.output,
    ownerId: text.output,
  },
  prepare: mergeTags,
  check: cidrFailures,
  // Tenancy only ever goes back to default in place.
  replaces: (differences, _, news) =>
    differences
      .filter(({ path }) => path === "instanceTenancy" && news.text("instanceTenancy") !== "default")
      .map(({ path }) => path),
  id: (operation) => `vpc-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const place = placeOf(operation);
    const [table, acl, group, options] = ["rtb", "acl", "sg", "dopt"].map(
      (kind) => `${kind}-${hex(`${id} ${kind}`, 17)}`,
    );
    return {
      arn: arn(place, "ec2", `vpc/${id}`),
      region: place.region,
      ownerId: place.account,
      enableDnsHostnames: operation.inputs.flag("enableDnsHostnames"),
      enableNetworkAddressUsageMetrics: operation.inputs.flag("enableNetworkAddressUsageMetrics"),
      mainRouteTableId: table,
      defaultRouteTableId: table,
      defaultNetworkAclId: acl,
      defaultSecurityGroupId: group,
      dhcpOptionsId: options,
      ipv6AssociationId: "",
      ipv6CidrBlock: "",
      ipv6CidrBlockNetworkBorderGroup: "",
    };
  },
  create: ({ inputs }) => {
    const cidr = inputs.optionalText("cidrBlock");
    if (cidr !== undefined && !hasAllowedSize(cidr)) {
      throw awsRefusal(
        "creating EC2 VPC",
        "EC2.CreateVpc",
        "InvalidVpc.Range",
        `The CIDR '${cidr}' is invalid.`,
      );
    }
    return [];
  },
  remove: ({ world, object: { id } }) => {
    const inside = [SUBNET, ROUTE_TABLE, ENDPOINT, SECURITY_GROUP, INTERNET_GATEWAY, VPN_GATEWAY];
    if (inside.some((type) => having(world, type, "vpcId", id).length > 0)) {
      throw dependency(`deleting EC2 VPC (${id})`, "EC2.DeleteVpc", "vpc", id);
    }
    return [];
  },
};

export const subnet: Behaviour = {
  type: SUBNET,
  schema: {
    ...regional,
    ...tagged,
    vpcId: text.required.replaces,
    cidrBlock: text.computed.replaces,
    availabilityZone: text.computed.replaces,
    availabilityZoneId: text.computed.replaces,
    mapPublicIpOnLaunch: flag.default(false),
    assignIpv6AddressOnCreation: flag.default(false),
    customerOwnedIpv4Pool: text,
    enableDns64: flag.default(false),
    enableLniAtDeviceIndex: number,
    enableResourceNameDnsARecordOnLaunch: flag.default(false),
    enableResourceNameDnsAaaaRecordOnLaunch: flag.default(false),
    ipv4IpamPoolId: text.replaces,
    ipv4NetmaskLength: number.replaces,
    ipv6CidrBlock: text.computed,
    ipv6IpamPoolId: text.replaces,
    ipv6Native: flag.default(false).replaces,
    ipv6NetmaskLength: number.replaces,
    mapCustomerOwnedIpOnLaunch: flag,
    outpostArn: text.replaces,
    privateDnsHostnameTypeOnLaunch: text.computed,
    arn: text.output,
    ipv6CidrBlockAssociationId: text.output,
    ownerId: text.output,
  },
  prepare: mergeTags,
  check: cidrFailures,
  id: (operation) => `subnet-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const { inputs } = operation;
    const place = placeOf(operation);
    const zone = inputs.optionalText("availabilityZone") ?? place.zones[0] ?? "";
    return {
      arn: arn(place, "ec2", `subnet/${id}`),
      region: place.region,
      ownerId: place.account,
      availabilityZone: zone,
      availabilityZoneId: zoneId(zone),
      ipv6CidrBlock: "",
      ipv6CidrBlockAssociationId: "",
      privateDnsHostnameTypeOnLaunch: inputs.optionalText("privateDnsHostnameTypeOnLaunch") ?? "ip-name",
    };
  },
  create: (operation) => {
    const refuse = (code: string, message: string) =>
      awsRefusal("creating EC2 Subnet", "EC2.CreateSubnet", code, message);
    const { world, inputs } = operation;
    const vpcId = inputs.text("vpcId");
    const outer = requireVpc(world, vpcId, "creating EC2 Subnet", "EC2.CreateSubnet").inputs.cidrBlock;
    const { zones } = placeOf(operation);
    const zone = inputs.optionalText("availabilityZone");
    if (zone !== undefined && !zones.includes(zone)) {
      throw refuse(
        "InvalidParameterValue",
        `Value (${zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.join(", ")}.`,
      );
    }
    const cidr = inputs.optionalText("cidrBlock");
    if (cidr === undefined) return [];
    if (!hasAllowedSize(cidr) || (typeof outer === "string" && !within(cidr, outer))) {
      throw refuse("InvalidSubnet.Range", `The CIDR '${cidr}' is invalid.`);
    }
    const siblings = having(world, SUBNET, "vpcId", vpcId).map((sibling) => sibling.inputs.cidrBlock);
    if (siblings.some((other) => typeof other === "string" && overlap(cidr, other))) {
      throw refuse("InvalidSubnet.Conflict", `The CIDR '${cidr}' conflicts with another subnet`);
    }
    return [];
  },
  remove: ({ world, object: { id } }) => {
    const instances = having(world, SCALING_GROUP, "vpcZoneIdentifiers", id).some(
      ({ outputs }) => Number(outputs.desiredCapacity) > 0,
    );
    const used =
      having(world, ENDPOINT, "subnetIds", id).length + having(world, NAT_GATEWAY, "subnetId", id).length;
    if (instances || used > 0) {
      throw dependency(`deleting EC2 Subnet (${id})`, "EC2.DeleteSubnet", "subnet", id);
    }
    return [];
  },
};
