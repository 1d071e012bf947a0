import assert from "node:assert/strict";
import type { Properties, WorldObject } from "../../../sandbox/world";
import { assertRefused, Site } from "./site";

const T = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  table: "aws:ec2/routeTable:RouteTable",
  association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  route: "aws:ec2/route:Route",
  endpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  internet: "aws:ec2/internetGateway:InternetGateway",
  vpnGateway: "aws:ec2/vpnGateway:VpnGateway",
  customer: "aws:ec2/customerGateway:CustomerGateway",
  connection: "aws:ec2/vpnConnection:VpnConnection",
  connectionRoute: "aws:ec2/vpnConnectionRoute:VpnConnectionRoute",
  propagation: "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
  transit: "aws:ec2transitgateway/transitGateway:TransitGateway",
  attachment: "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
  transitRoute: "aws:ec2transitgateway/route:Route",
  dxGateway: "aws:directconnect/gateway:Gateway",
  dxInterface: "aws:directconnect/privateVirtualInterface:PrivateVirtualInterface",
  dxAssociation: "aws:directconnect/gatewayAssociation:GatewayAssociation",
} as const;

type Type = keyof typeof T;

/** A site with both ends of a link, and what they hang on. */
class Link extends Site {
  readonly made = new Map<string, WorldObject>();

  constructor() {
    super();
    this.make("vpc", { cidrBlock: "10.42.0.0/16" });
    this.make("vpc", { cidrBlock: "10.43.0.0/16" }, "otherVpc");
    this.make("table", { vpcId: this.id("vpc") });
    this.make("vpnGateway", { vpcId: this.id("vpc"), amazonSideAsn: "64512" });
    this.make("vpnGateway", {}, "loose");
    this.make("customer", { bgpAsn: "65000", ipAddress: "192.0.2.65", type: "ipsec.1" });
    this.make("transit", {});
    this.make("dxGateway", { amazonSideAsn: "64512" });
  }

  make(type: Type, inputs: Properties, as: string = type): WorldObject {
    const object = this.create(T[type], inputs, as);
    this.made.set(as, object);
    return object;
  }

  get(name: string): WorldObject {
    const found = this.made.get(name);
    assert.ok(found, name);
    return found;
  }

  id(name: string): string {
    return this.get(name).id;
  }
}

/** Keys and blocks of both tunnels, as the component pins them. */
const TUNNELS = { tunnel1InsideCidr: "169.254.10.0/30", tunnel2InsideCidr: "169.254.10.4/30" };
const connection = (link: Link, more: Properties = {}): Properties => ({
  type: "ipsec.1",
  customerGatewayId: link.id("customer"),
  vpnGatewayId: link.id("vpnGateway"),
  ...TUNNELS,
  ...more,
});
const line = (link: Link, more: Properties = {}): Properties => ({
  addressFamily: "ipv4",
  bgpAsn: 65_000,
  connectionId: "dxcon-abcd1234",
  dxGatewayId: link.id("dxGateway"),
  vlan: 101,
  ...more,
});
const subnet = (link: Link, zone: string, cidrBlock: string): Properties => ({
  vpcId: link.id("vpc"),
  availabilityZone: `eu-central-1${zone}`,
  cidrBlock,
});

/** What is asked for, and a part of AWS's "no"; taken where there is none. */
type Row = readonly [
  what: string,
  type: Type,
  inputs: (link: Link) => Properties,
  refused?: string,
  first?: (link: Link) => unknown,
];

const CREATES: readonly Row[] = [
  ["a VPN gateway with a public number", "vpnGateway", () => ({ amazonSideAsn: "3320" }), "Amazon side ASN"],
  ["a VPN gateway with a long private number", "vpnGateway", () => ({ amazonSideAsn: "4200000000" })],
  ["a VPN gateway at no VPC", "vpnGateway", () => ({ vpcId: "vpc-0" }), "InvalidVpcID.NotFound"],
  [
    "a second VPN gateway of a VPC",
    "vpnGateway",
    (link) => ({ vpcId: link.id("vpc") }),
    "already has an attached virtual private gateway",
  ],
  [
    "a customer gateway with two numbers",
    "customer",
    () => ({ type: "ipsec.1", bgpAsn: "65000", bgpAsnExtended: "4200000000" }),
    "conflicts with bgpAsnExtended",
  ],
  [
    "a customer gateway with a long number in the short place",
    "customer",
    () => ({ type: "ipsec.1", bgpAsn: "4200000000" }),
    "from 1 to 2147483647",
  ],
  [
    "a customer gateway with a short number in the long place",
    "customer",
    () => ({ type: "ipsec.1", bgpAsnExtended: "65000" }),
    "from 2147483648",
  ],
  ["a connection", "connection", (link) => connection(link)],
  [
    "a connection of no customer gateway",
    "connection",
    (link) => connection(link, { customerGatewayId: "cgw-0" }),
    "InvalidCustomerGatewayID.NotFound: The customerGateway ID 'cgw-0'",
  ],
  [
    "a connection to no VPN gateway",
    "connection",
    (link) => connection(link, { vpnGatewayId: "vgw-0" }),
    "InvalidVpnGatewayID.NotFound: The vpnGateway ID 'vgw-0'",
  ],
  [
    "a connection to no transit gateway",
    "connection",
    (link) => {
      const { vpnGatewayId: _gone, ...through } = connection(link);
      return { ...through, transitGatewayId: "tgw-0" };
    },
    "InvalidTransitGatewayID.NotFound: Transit Gateway tgw-0",
  ],
  [
    "a connection to both kinds of gateways",
    "connection",
    (link) => connection(link, { transitGatewayId: link.id("transit") }),
    "conflicts with vpnGatewayId",
  ],
  [
    "acceleration without a transit gateway",
    "connection",
    (link) => connection(link, { enableAcceleration: true }),
    "all of `transitGatewayId`",
  ],
  [
    "the same block for both tunnels",
    "connection",
    (link) => connection(link, { tunnel2InsideCidr: TUNNELS.tunnel1InsideCidr }),
    "The CIDR is already in use by another tunnel",
  ],
  [
    "a block that another connection of the gateway has",
    "connection",
    (link) => connection(link, { tunnel1InsideCidr: "169.254.10.8/30" }),
    "Value (169.254.10.4/30) for parameter tunnelInsideCidr",
    (link) => link.create(T.connection, connection(link), "first"),
  ],
  [
    "a block that AWS keeps for itself",
    "connection",
    (link) => connection(link, { tunnel1InsideCidr: "169.254.5.0/30" }),
    "that AWS does not reserve",
  ],
  [
    "a block of another size",
    "connection",
    (link) => connection(link, { tunnel1InsideCidr: "169.254.10.0/29" }),
    "a /30 of 169.254.0.0/16",
  ],
  [
    "a key that begins with 0",
    "connection",
    (link) => connection(link, { tunnel1PresharedKey: "0123456789" }),
    "not beginning with 0",
  ],
  [
    "a short key",
    "connection",
    (link) => connection(link, { tunnel2PresharedKey: "x123456" }),
    "8 to 64 letters",
  ],
  ...[1, 2].map(
    (tunnel): Row => [
      `tunnel ${tunnel} with a log that is nowhere`,
      "connection",
      (link) =>
        connection(link, {
          [`tunnel${tunnel}LogOptions`]: {
            cloudwatchLogOptions: { logEnabled: true, logGroupArn: "arn:no" },
          },
        }),
      "The specified log group arn:no does not exist",
    ],
  ),
  [
    "a static route on a connection that speaks BGP",
    "connectionRoute",
    (link) => ({ destinationCidrBlock: "192.168.137.0/24", vpnConnectionId: link.id("connection") }),
    "Static routes are only supported on VPN connections that use static routing",
    (link) => link.make("connection", connection(link)),
  ],
  [
    "a static route on a static connection",
    "connectionRoute",
    (link) => ({ destinationCidrBlock: "192.168.137.0/24", vpnConnectionId: link.id("connection") }),
    undefined,
    (link) => link.make("connection", connection(link, { staticRoutesOnly: true })),
  ],
  [
    "a static route on no connection",
    "connectionRoute",
    () => ({ destinationCidrBlock: "192.168.137.0/24", vpnConnectionId: "vpn-0" }),
    "InvalidVpnConnectionID.NotFound",
  ],
  [
    "routes of a gateway in no table",
    "propagation",
    (link) => ({ routeTableId: "rtb-0", vpnGatewayId: link.id("vpnGateway") }),
    "InvalidRouteTableID.NotFound",
  ],
  [
    "routes of a gateway in a table of another VPC",
    "propagation",
    (link) => ({ routeTableId: link.id("table"), vpnGatewayId: link.id("loose") }),
    "Gateway.NotAttached",
  ],
  [
    "an attachment to no transit gateway",
    "attachment",
    (link) => ({ transitGatewayId: "tgw-0", vpcId: link.id("vpc"), subnetIds: [] }),
    "InvalidTransitGatewayID.NotFound",
  ],
  [
    "an attachment of no VPC",
    "attachment",
    (link) => ({ transitGatewayId: link.id("transit"), vpcId: "vpc-0", subnetIds: [] }),
    "InvalidVpcID.NotFound",
  ],
  [
    "an attachment of a subnet that is not there",
    "attachment",
    (link) => ({ transitGatewayId: link.id("transit"), vpcId: link.id("vpc"), subnetIds: ["subnet-0"] }),
    "InvalidSubnetID.NotFound",
  ],
  [
    "an attachment with two subnets of a zone",
    "attachment",
    (link) => ({
      transitGatewayId: link.id("transit"),
      vpcId: link.id("vpc"),
      subnetIds: [link.id("a"), link.id("b")],
    }),
    "DuplicateSubnetsInSameZone",
    (link) => {
      link.make("subnet", subnet(link, "a", "10.42.0.0/20"), "a");
      link.make("subnet", subnet(link, "a", "10.42.16.0/20"), "b");
    },
  ],
  [
    "a route in no transit gateway's table",
    "transitRoute",
    () => ({ destinationCidrBlock: "10.0.0.0/8", transitGatewayRouteTableId: "tgw-rtb-0" }),
    "InvalidRouteTableID.NotFound: Transit Gateway Route Table tgw-rtb-0",
  ],
  [
    "a second route of a transit gateway to one network",
    "transitRoute",
    (link) => transitRoute(link),
    "RouteAlreadyExists: Route 10.0.0.0/8 already exists in Transit Gateway Route Table",
    (link) => link.create(T.transitRoute, transitRoute(link), "first"),
  ],
  ["a line", "dxInterface", (link) => line(link)],
  [
    "a line to no gateway",
    "dxInterface",
    (link) => line(link, { dxGatewayId: "no" }),
    "Direct Connect Gateway with ID no does not exist",
  ],
  [
    "a line to two gateways",
    "dxInterface",
    (link) => line(link, { vpnGatewayId: link.id("vpnGateway") }),
    "one of `dxGatewayId,vpnGatewayId` must be specified",
  ],
  [
    "a VLAN twice on one line",
    "dxInterface",
    (link) => line(link),
    "VLAN 101 is already in use on dxcon-abcd1234",
    (link) => link.create(T.dxInterface, line(link), "first"),
  ],
  [
    "a VLAN twice, but on another line",
    "dxInterface",
    (link) => line(link, { connectionId: "dxcon-abcd5678" }),
    undefined,
    (link) => link.create(T.dxInterface, line(link), "first"),
  ],
  ["a VLAN that is none", "dxInterface", (link) => line(link, { vlan: 4095 }), "vlan"],
  [
    "a gateway's association with no VPN gateway",
    "dxAssociation",
    (link) => ({ dxGatewayId: link.id("dxGateway"), associatedGatewayId: "vgw-0" }),
    "Gateway could not be found",
  ],
  [
    "an association of no gateway",
    "dxAssociation",
    (link) => ({ dxGatewayId: "no", associatedGatewayId: link.id("vpnGateway") }),
    "Gateway could not be found",
  ],
  [
    "an association with a VPN gateway that is at no VPC",
    "dxAssociation",
    (link) => ({ dxGatewayId: link.id("dxGateway"), associatedGatewayId: link.id("loose") }),
    "is not attached to a VPC",
  ],
  ...["gatewayId", "natGatewayId", "transitGatewayId"].map(
    (target): Row => [
      `a route to no ${target}`,
      "route",
      (link) => ({
        routeTableId: link.id("table"),
        destinationCidrBlock: "192.168.137.0/24",
        [target]: "gw-0",
      }),
      "InvalidGatewayID.NotFound",
    ],
  ),
  [
    "a route in no table",
    "route",
    (link) => ({ ...toVpn(link), routeTableId: "rtb-0" }),
    "InvalidRouteTableID.NotFound: The routeTable ID 'rtb-0'",
  ],
  ["a route to the VPN gateway", "route", (link) => toVpn(link)],
  [
    "a second route to one network",
    "route",
    (link) => toVpn(link),
    "RouteAlreadyExists: The route identified by 192.168.137.0/24 already exists",
    (link) => link.create(T.route, toVpn(link), "first"),
  ],
  [
    "a route to another VPC's internet gateway",
    "route",
    (link) => ({ ...toVpn(link), gatewayId: link.id("internet") }),
    "belong to different networks",
    (link) => link.make("internet", { vpcId: link.id("otherVpc") }),
  ],
  [
    "a route to two gateways",
    "route",
    (link) => ({ ...toVpn(link), transitGatewayId: link.id("transit") }),
    "must be specified",
  ],
  [
    "a route for nothing",
    "route",
    (link) => ({ routeTableId: link.id("table"), gatewayId: link.id("vpnGateway") }),
    "must be specified",
  ],
  ["a table of no VPC", "table", () => ({ vpcId: "vpc-0" }), "InvalidVpcID.NotFound"],
  [
    "no table for a subnet",
    "association",
    (link) => ({ routeTableId: "rtb-0", subnetId: link.id("a") }),
    "InvalidRouteTableID.NotFound",
    (link) => link.make("subnet", subnet(link, "a", "10.42.0.0/20"), "a"),
  ],
  [
    "a table for no subnet",
    "association",
    (link) => ({ routeTableId: link.id("table"), subnetId: "subnet-0" }),
    "InvalidSubnetID.NotFound",
  ],
  [
    "a table for a subnet and a gateway at once",
    "association",
    (link) => ({ routeTableId: link.id("table"), subnetId: "subnet-0", gatewayId: link.id("vpnGateway") }),
    "one of `gatewayId,subnetId` must be specified",
  ],
  [
    "an endpoint of another region's service",
    "endpoint",
    (link) => ({ vpcId: link.id("vpc"), serviceName: "com.amazonaws.eu-west-9.s3" }),
    "InvalidServiceName",
  ],
  [
    "an endpoint in no subnet",
    "endpoint",
    (link) => ({
      vpcId: link.id("vpc"),
      serviceName: "com.amazonaws.eu-central-1.ssm",
      vpcEndpointType: "Interface",
      subnetIds: ["subnet-0"],
    }),
    "InvalidSubnetID.NotFound",
  ],
];

function toVpn(link: Link): Properties {
  return {
    routeTableId: link.id("table"),
    destinationCidrBlock: "192.168.137.0/24",
    gatewayId: link.id("vpnGateway"),
  };
}

function transitRoute(link: Link): Properties {
  return {
    destinationCidrBlock: "10.0.0.0/8",
    transitGatewayRouteTableId: String(link.get("transit").outputs.associationDefaultRouteTableId),
    transitGatewayAttachmentId: "tgw-attach-1",
  };
}

describe("AWS: the ways between both sites", () => {
  let link: Link;
  beforeEach(() => {
    link = new Link();
  });
  afterEach(() => link.close());

  for (const [what, type, inputs, refused, first] of CREATES) {
    it(`${refused === undefined ? "take" : "refuse"} ${what}`, () => {
      first?.(link);
      if (refused === undefined) {
        assert.ok(link.create(T[type], inputs(link), "asked").id);
        return;
      }
      const before = link.world.all();
      assertRefused(() => link.create(T[type], inputs(link), "asked"), refused);
      assert.deepEqual(link.world.all(), before, "a refused create leaves nothing behind");
    });
  }

  it("refuse a changed connection as they refuse a new one, and do not mind its own blocks", () => {
    const made = link.make("connection", connection(link));
    link.update(made, { tags: { a: "b" } });
    assertRefused(
      () => link.update(made, { customerGatewayId: "cgw-0" }),
      "InvalidCustomerGatewayID.NotFound",
    );
  });

  it("refuse a changed route and a changed table as they refuse new ones", () => {
    const route = link.create(T.route, toVpn(link), "route");
    assertRefused(() => link.update(route, { gatewayId: "vgw-0" }), "InvalidGatewayID.NotFound");
    const a = link.make("subnet", subnet(link, "a", "10.42.0.0/20"), "a");
    const association = link.create(
      T.association,
      { routeTableId: link.id("table"), subnetId: a.id },
      "association",
    );
    assertRefused(() => link.update(association, { routeTableId: "rtb-0" }), "InvalidRouteTableID.NotFound");
  });

  it("keep what a connection ends at, until it is gone; its routes go with it", () => {
    const made = link.make("connection", connection(link, { staticRoutesOnly: true }));
    const route = { destinationCidrBlock: "192.168.137.0/24", vpnConnectionId: made.id };
    link.create(T.connectionRoute, route, "static");
    assertRefused(() => link.delete(link.get("vpnGateway")), "The VPN gateway is in use.");
    assertRefused(() => link.delete(link.get("customer")), "The customer gateway is in use.");
    link.delete(made);
    assert.deepEqual(link.world.list(T.connectionRoute), []);
    link.delete(link.get("customer"));
    link.delete(link.get("vpnGateway"));
  });

  it("keep a transit gateway that something is attached to", () => {
    const a = link.make("subnet", subnet(link, "a", "10.42.0.0/20"), "a");
    const [transitGatewayId, vpcId] = [link.id("transit"), link.id("vpc")];
    const attached = link.create(T.attachment, { transitGatewayId, vpcId, subnetIds: [a.id] }, "attached");
    assertRefused(() => link.delete(link.get("transit")), "has non-deleted VPC Attachments");
    link.delete(attached);
    const { vpnGatewayId: _gone, ...through } = connection(link);
    const made = link.create(T.connection, { ...through, transitGatewayId }, "through");
    assertRefused(() => link.delete(link.get("transit")), "or VPN Attachments");
    link.delete(made);
    link.delete(link.get("transit"));
  });

  it("keep a Direct Connect gateway that has a line or an association", () => {
    const dxGatewayId = link.id("dxGateway");
    for (const [type, inputs] of [
      ["dxInterface", line(link)],
      ["dxAssociation", { dxGatewayId, associatedGatewayId: link.id("vpnGateway") }],
    ] as const) {
      const user = link.create(T[type], inputs, type);
      assertRefused(
        () => link.delete(link.get("dxGateway")),
        "has associated virtual interfaces or gateways",
      );
      link.delete(user);
    }
    link.delete(link.get("dxGateway"));
  });
});
