import type { World, WorldObject } from "../../world";
import type { Refusal } from "../behaviour";
import { awsRefusal } from "./account";

/** Type tokens that several behaviours look up. */
export const VPC = "aws:ec2/vpc:Vpc";
export const SUBNET = "aws:ec2/subnet:Subnet";
export const ROUTE_TABLE = "aws:ec2/routeTable:RouteTable";
export const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
export const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
export const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";
export const ROUTE = "aws:ec2/route:Route";
export const INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway";
export const EIP = "aws:ec2/eip:Eip";
export const NAT_GATEWAY = "aws:ec2/natGateway:NatGateway";
export const VPN_GATEWAY = "aws:ec2/vpnGateway:VpnGateway";
export const TRANSIT_GATEWAY = "aws:ec2transitgateway/transitGateway:TransitGateway";
export const CUSTOMER_GATEWAY = "aws:ec2/customerGateway:CustomerGateway";
export const VPN_CONNECTION = "aws:ec2/vpnConnection:VpnConnection";
export const PROPAGATION = "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation";
export const LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
export const SCALING_GROUP = "aws:autoscaling/group:Group";

/** @throws Refusal unless the VPC is there */
export function requireVpc(world: World, id: string, doing: string, call: string): WorldObject {
  const found = world.find(VPC, id);
  if (!found) throw awsRefusal(doing, call, "InvalidVpcID.NotFound", `The vpc ID '${id}' does not exist`);
  return found;
}

/** @throws Refusal unless the subnet is there */
export function requireSubnet(world: World, id: string, doing: string, call: string): WorldObject {
  const found = world.find(SUBNET, id);
  if (!found) {
    throw awsRefusal(doing, call, "InvalidSubnetID.NotFound", `The subnet ID '${id}' does not exist`);
  }
  return found;
}

/**
 * @param code AWS's name for the refusal, which not every service takes from EC2
 * @throws Refusal unless the security group is there
 */
export function requireSecurityGroup(
  world: World,
  id: string,
  doing: string,
  call: string,
  code = "InvalidGroup.NotFound",
): void {
  if (!world.find(SECURITY_GROUP, id)) {
    throw awsRefusal(doing, call, code, `The security group '${id}' does not exist`);
  }
}

/** What of a type is in a VPC, or hangs on something else by a property. */
export function having(world: World, type: string, property: string, value: string): WorldObject[] {
  return world.list(type).filter(({ inputs }) => {
    const held = inputs[property];
    return Array.isArray(held) ? held.includes(value) : held === value;
  });
}

/** What is still used by something else. */
export function dependency(doing: string, call: string, what: string, id: string): Refusal {
  return awsRefusal(
    doing,
    call,
    "DependencyViolation",
    `The ${what} '${id}' has dependencies and cannot be deleted.`,
  );
}

/** Zone ids differ between accounts; any will do that belongs to the zone: `ap-southeast-1b` is `apse1-az2`. */
export function zoneId(zone: string): string {
  const [area = "", direction = "", last = ""] = zone.split("-");
  const short = direction.replace(/central|north|south|east|west/g, (word) => word.charAt(0));
  return `${area}${short}${last.slice(0, -1)}-az${zone.charCodeAt(zone.length - 1) - 96}`;
}
