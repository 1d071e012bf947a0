import {
  DefaultSecurityGroup,
  Eip,
  InternetGateway,
  NatGateway,
  Route,
  type RouteArgs,
  RouteTable,
  RouteTableAssociation,
  Subnet,
  Vpc,
  VpcEndpoint,
} from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../records";
import { FlowLogs, type FlowLogsArgs } from "./flow-logs";
import { InterfaceEndpoints } from "./interface-endpoints";

/** Subnets by availability zone. */
export type ZoneSubnets = Readonly<Record<string, Subnet>>;

export interface RecoveryNetworkArgs {
  readonly account: string;
  readonly region: string;
  /** CIDR block of the VPC. */
  readonly cidr: pulumi.Input<string>;
  /** CIDR blocks of the subnets by tier and availability zone; every tier has the same zones. */
  readonly subnets: {
    readonly private: Readonly<Record<string, pulumi.Input<string>>>;
    readonly public: Readonly<Record<string, pulumi.Input<string>>>;
    readonly isolated: Readonly<Record<string, pulumi.Input<string>>>;
  };
  /** NAT gateways, the private subnets' way out; none when absent. */
  readonly nat?: "none" | "one" | "per-zone";
  /** Services besides S3 that are reached inside the VPC, such as `ssm`. */
  readonly endpoints?: readonly string[];
  /** Nothing is written when absent. */
  readonly flowLogs?: Omit<FlowLogsArgs, "account" | "region" | "vpcId">;
}

const EVERYWHERE = "0.0.0.0/0";
/** Services whose endpoint is an entry of the route tables; all others have an address in the subnets. */
const GATEWAY_SERVICES: readonly string[] = ["dynamodb"];

/**
 * The network that guests are recovered into: a VPC with three subnets a zone. Public ones have a way in from the
 * internet, private ones a way out where NAT is wanted, isolated ones neither: a drill there meets nobody. All of them
 * reach S3, and nothing is let in before a security group says so.
 *
 * @example
 * new RecoveryNetwork("dr", { account, region: "eu-central-1", cidr: "10.42.0.0/16", nat: "one", endpoints: ["ssm"],
 *   subnets: subnetPlan({ cidr: "10.42.0.0/16", zones: ["eu-central-1a", "eu-central-1b"] }) });
 */
export class RecoveryNetwork extends pulumi.ComponentResource {
  readonly vpc: Vpc;
  /** Private subnets by availability zone. */
  readonly privateSubnets: ZoneSubnets;
  /** Public subnets by availability zone. */
  readonly publicSubnets: ZoneSubnets;
  /** Subnets that drills run in, by availability zone. */
  readonly isolatedSubnets: ZoneSubnets;
  /** Route tables that lead to other sites: the private and the public ones, never the isolated one. */
  readonly routeTables: Readonly<Record<string, RouteTable>>;
  readonly s3Endpoint: VpcEndpoint;
  /** Endpoints with addresses in the private subnets; absent where none is wanted. */
  readonly interfaceEndpoints?: InterfaceEndpoints;
  /** Absent where nothing is written. */
  readonly flowLogs?: FlowLogs;

  constructor(name: string, args: RecoveryNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:RecoveryNetwork", name, args, opts);
    const { account, region, subnets, nat = "none" } = args;
    const zones = Object.keys(subnets.private);
    for (const zone of zones) {
      if (!(zone in subnets.public)) throw new Error(`zone ${zone} has no public subnet for its NAT gateway`);
    }
    this.vpc = this.createVpc(name, args.cidr);

    const internet = new InternetGateway(
      name,
      { vpcId: this.vpc.id, tags: { Name: name } },
      { parent: this },
    );
    const publicTable = this.createTable(`${name}-public`, { gatewayId: internet.id });
    this.publicSubnets = this.createSubnets(`${name}-public`, subnets.public, () => publicTable);

    const nats = this.createNats(name, nat, internet);
    const privateTables = this.createPrivateTables(name, zones, nat, nats);
    const onlyTable = privateTables[`${name}-private`];
    this.privateSubnets = this.createSubnets(
      `${name}-private`,
      subnets.private,
      (zone) => onlyTable ?? privateTables[`${name}-private-${zone}`],
    );

    const isolatedTable = this.createTable(`${name}-isolated`);
    this.isolatedSubnets = this.createSubnets(`${name}-isolated`, subnets.isolated, () => isolatedTable);

    this.routeTables = { ...privateTables, [`${name}-public`]: publicTable };
    const tables = [...Object.values(privateTables), isolatedTable, publicTable];
    this.s3Endpoint = this.createGatewayEndpoint(name, region, "s3", tables);
    const { endpoints = [], flowLogs } = args;
    for (const service of endpoints.filter((one) => GATEWAY_SERVICES.includes(one))) {
      this.createGatewayEndpoint(name, region, service, tables);
    }
    const services = endpoints.filter((one) => !GATEWAY_SERVICES.includes(one));
    this.interfaceEndpoints =
      services.length === 0
        ? undefined
        : new InterfaceEndpoints(
            name,
            {
              region,
              services,
              vpcId: this.vpc.id,
              vpcCidr: args.cidr,
              subnetIds: Object.values(this.privateSubnets).map(({ id }) => id),
            },
            { parent: this },
          );
    this.flowLogs =
      flowLogs &&
      new FlowLogs(`${name}-flows`, { ...flowLogs, account, region, vpcId: this.vpc.id }, { parent: this });
    this.registerOutputs({ vpcId: this.vpc.id });
  }

  private createVpc(name: string, cidrBlock: pulumi.Input<string>): Vpc {
    const vpc = new Vpc(
      name,
      { cidrBlock, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: name } },
      // Everything recovered lives in it: replacing the VPC would replace the whole second site.
      { parent: this, protect: true },
    );
    // What is started without a group of its own gets this one: it lets nothing in and nothing out.
    new DefaultSecurityGroup(
      name,
      { vpcId: vpc.id, ingress: [], egress: [], tags: { Name: `${name}-default` } },
      { parent: this },
    );
    return vpc;
  }

  /** A route table, and where its default route leads if it has one. */
  private createTable(name: string, target?: Pick<RouteArgs, "gatewayId" | "natGatewayId">): RouteTable {
    const table = new RouteTable(name, { vpcId: this.vpc.id, tags: { Name: name } }, { parent: this });
    if (target) {
      new Route(
        `${name}-internet`,
        { routeTableId: table.id, destinationCidrBlock: EVERYWHERE, ...target },
        { parent: this },
      );
    }
    return table;
  }

  /** One table for all zones, or one a zone where each has a NAT gateway of its own. */
  private createPrivateTables(
    name: string,
    zones: readonly string[],
    nat: NonNullable<RecoveryNetworkArgs["nat"]>,
    nats: Readonly<Record<string, NatGateway>>,
  ): Readonly<Record<string, RouteTable>> {
    const table = (tableName: string, gateway: NatGateway | undefined) => [
      tableName,
      this.createTable(tableName, gateway && { natGatewayId: gateway.id }),
    ];
    return Object.fromEntries(
      nat === "per-zone"
        ? zones.map((zone) => table(`${name}-private-${zone}`, nats[zone]))
        : [table(`${name}-private`, Object.values(nats)[0])],
    );
  }

  private createNats(
    name: string,
    nat: NonNullable<RecoveryNetworkArgs["nat"]>,
    internet: InternetGateway,
  ): Readonly<Record<string, NatGateway>> {
    const wanted = { none: 0, one: 1, "per-zone": Number.POSITIVE_INFINITY }[nat];
    const subnets = Object.entries(this.publicSubnets).slice(0, wanted);
    return Object.fromEntries(
      subnets.map(([zone, subnet]) => {
        const natName = `${name}-nat-${zone}`;
        const address = new Eip(natName, { domain: "vpc", tags: { Name: natName } }, { parent: this });
        const gateway = new NatGateway(
          natName,
          {
            allocationId: address.id,
            connectivityType: "public",
            subnetId: subnet.id,
            tags: { Name: natName },
          },
          // AWS takes a public one only in a VPC that has an internet gateway.
          { parent: this, dependsOn: internet },
        );
        return [zone, gateway];
      }),
    );
  }

  private createSubnets(
    name: string,
    blocks: Readonly<Record<string, pulumi.Input<string>>>,
    tableOf: (zone: string) => RouteTable | undefined,
  ): ZoneSubnets {
    return mapValues(blocks, (cidrBlock, zone) =>
      this.createSubnet(`${name}-${zone}`, zone, cidrBlock, tableOf(zone)),
    );
  }

  private createSubnet(
    name: string,
    zone: string,
    cidrBlock: pulumi.Input<string>,
    routes: RouteTable | undefined,
  ): Subnet {
    const subnet = new Subnet(
      name,
      {
        vpcId: this.vpc.id,
        availabilityZone: zone,
        cidrBlock,
        // Whoever needs a public address says so.
        mapPublicIpOnLaunch: false,
        tags: { Name: name },
      },
      { parent: this },
    );
    if (!routes) throw new Error(`zone ${zone} has no route table: every tier wants the same zones`);
    new RouteTableAssociation(name, { subnetId: subnet.id, routeTableId: routes.id }, { parent: this });
    return subnet;
  }

  private createGatewayEndpoint(
    name: string,
    region: pulumi.Input<string>,
    service: string,
    tables: readonly RouteTable[],
  ): VpcEndpoint {
    return new VpcEndpoint(
      `${name}-${service}`,
      {
        vpcId: this.vpc.id,
        serviceName: pulumi.interpolate`com.amazonaws.${region}.${service}`,
        vpcEndpointType: "Gateway",
        routeTableIds: tables.map(({ id }) => id),
        tags: { Name: `${name}-${service}` },
      },
      { parent: this },
    );
  }
}
