import type { DeclaredResource } from "../../policy/facts/declared";
import { get, items, list, text, UNKNOWN } from "../../policy/facts/read";
import { all, type Circumstances, type Costing, type Costings, free, type Needs } from "../demand";
import { Exact } from "../exact";
import { gap, hourly, stated } from "./amounts";

const NETWORK_FREE = free("networks, routes and filters are free");

/** What AWS asks nothing for: by type, without the module's `aws:` and the class. */
const FREE_NETWORK = [
  "ec2/vpc:Vpc",
  "ec2/subnet:Subnet",
  "ec2/routeTable:RouteTable",
  "ec2/route:Route",
  "ec2/routeTableAssociation:RouteTableAssociation",
  "ec2/mainRouteTableAssociation:MainRouteTableAssociation",
  "ec2/internetGateway:InternetGateway",
  "ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
  "ec2/securityGroup:SecurityGroup",
  "ec2/securityGroupRule:SecurityGroupRule",
  "ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "ec2/defaultRouteTable:DefaultRouteTable",
  "ec2/defaultNetworkAcl:DefaultNetworkAcl",
  "ec2/networkAcl:NetworkAcl",
  "ec2/networkAclRule:NetworkAclRule",
  "ec2/networkInterface:NetworkInterface",
  "ec2/managedPrefixList:ManagedPrefixList",
  "ec2/vpcDhcpOptions:VpcDhcpOptions",
  "ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation",
  "ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
  "ec2/eipAssociation:EipAssociation",
  "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "ec2/customerGateway:CustomerGateway",
  "ec2/vpnGateway:VpnGateway",
  "ec2/vpnGatewayAttachment:VpnGatewayAttachment",
  "ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
  "ec2/vpnConnectionRoute:VpnConnectionRoute",
  "ec2transitgateway/route:Route",
  "ec2transitgateway/routeTable:RouteTable",
  "ec2transitgateway/transitGateway:TransitGateway",
] as const;

const DIRECT_CONNECT_FREE = [
  "directconnect/gateway:Gateway",
  "directconnect/gatewayAssociation:GatewayAssociation",
  "directconnect/privateVirtualInterface:PrivateVirtualInterface",
  "directconnect/transitVirtualInterface:TransitVirtualInterface",
] as const;

/** Network, VPN, Direct Connect. */
export const networkCostings: Costings = {
  ...Object.fromEntries(FREE_NETWORK.map((type): [string, Costing] => [`aws:${type}`, NETWORK_FREE])),
  ...Object.fromEntries(
    DIRECT_CONNECT_FREE.map((type): [string, Costing] => [
      `aws:${type}`,
      free("the port costs, not what runs on it"),
    ]),
  ),
  "aws:ec2/eip:Eip": (_, { hours }) => hourly("ec2.publicIpv4", hours),
  "aws:ec2/natGateway:NatGateway": (_, { hours, usage }) =>
    all(
      hourly("nat.hours", hours),
      stated("nat.processed", usage.natGb, {
        what: "GB processed by NAT",
        setting: "natGb",
        resource: "(all NAT gateways)",
      }),
    ),
  "aws:ec2/vpnConnection:VpnConnection": (_, { hours }) => hourly("vpn.connection", hours),
  "aws:ec2/vpcEndpoint:VpcEndpoint": costEndpoint,
  "aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint": free(
    "EC2 Instance Connect endpoints are free",
  ),
  "aws:ec2/flowLog:FlowLog": (_, { usage }) =>
    stated("logs.vended", usage.flowLogsGb, {
      what: "flow logs",
      setting: "flowLogsGb",
      resource: "(all flow logs)",
    }),
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment": (_, { hours }) => hourly("transit.attachment", hours),
  "aws:directconnect/connection:Connection": ({ properties }, { hours }) => {
    const bandwidth = text(properties, "bandwidth");
    return typeof bandwidth === "string"
      ? hourly(`directConnect.port.${bandwidth}`, hours)
      : gap("port", "its bandwidth is not known");
  },
  "aws:directconnect/hostedConnection:HostedConnection": () =>
    gap("port", "the partner that hosts it bills it"),
};

function costEndpoint({ properties }: DeclaredResource, { hours, usage }: Circumstances): Needs {
  const type = text(properties, "vpcEndpointType") ?? "Gateway";
  if (type === UNKNOWN) return gap("endpoint", "its type is not known");
  if (type === "Gateway") return { free: "gateway endpoints are free" };
  const subnets = list(properties, "subnetIds");
  if (subnets === UNKNOWN || subnets === undefined) return gap("endpoint hours", "its zones are not known");
  return all(
    hourly("endpoint.hours", hours, Exact.of(subnets.length), `${subnets.length} zones x ${hours} h`),
    stated("endpoint.processed", usage.endpointsGb, {
      what: "GB through endpoints",
      setting: "endpointsGb",
      resource: "(all interface endpoints)",
    }),
  );
}

/** Load balancers: by the hour, by capacity, and an address in every public zone. */
export const balancerCostings: Costings = {
  "aws:lb/loadBalancer:LoadBalancer": costBalancer,
  "aws:alb/loadBalancer:LoadBalancer": costBalancer,
  "aws:lb/listener:Listener": free("part of its load balancer"),
  "aws:lb/listenerRule:ListenerRule": free("part of its load balancer"),
  "aws:lb/listenerCertificate:ListenerCertificate": free("part of its load balancer"),
  "aws:lb/targetGroup:TargetGroup": free("part of its load balancer"),
  "aws:lb/targetGroupAttachment:TargetGroupAttachment": free("part of its load balancer"),
};

function costBalancer({ name, properties }: DeclaredResource, { hours, usage }: Circumstances): Needs {
  const type = text(properties, "loadBalancerType") ?? "application";
  if (type !== "application" && type !== "network") {
    return gap("load balancer", `there is no price of the kind ${type === UNKNOWN ? "(not known)" : type}`);
  }
  const own = text(properties, "name");
  // The logical name first: in an engine's plan a balancer of which the program gives no name has one from its provider.
  const called = typeof own !== "string" || Object.hasOwn(usage.loadBalancerUnits, name) ? name : own;
  const units = usage.loadBalancerUnits[called];
  const internal = get(properties, "internal");
  const zones = [...items(properties, "subnets"), ...items(properties, "subnetMappings")].length;
  return all(
    hourly(`lb.${type}`, hours),
    units === undefined
      ? gap("capacity units", `state aws.usage.loadBalancerUnits.${called}`)
      : {
          demands: [
            {
              meter: `lb.${type}.lcu`,
              quantity: hours.times(Exact.of(units)),
              basis: `${units} x ${hours} h`,
              setting: `loadBalancerUnits.${called}`,
            },
          ],
        },
    internal === true || zones === 0
      ? {}
      : hourly("ec2.publicIpv4", hours, Exact.of(zones), `${zones} zones x ${hours} h`),
  );
}
