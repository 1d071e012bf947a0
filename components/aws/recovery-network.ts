import { RouteTable, RouteTableAssociation, Subnet, Vpc, VpcEndpoint } from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";

export interface RecoveryNetworkArgs {
  readonly region: pulumi.Input<string>;
  /** CIDR block of the VPC. */
  readonly cidr: pulumi.Input<string>;
  /** CIDR block of the private subnet in each availability zone. */
  readonly privateSubnets: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * The network that guests are recovered into: a VPC with one private subnet a zone and a gateway endpoint for S3.
 * There is no way in or out but S3.
 *
 * @example
 * new RecoveryNetwork("dr", { region: "eu-central-1", cidr: "10.42.0.0/16",
 *   privateSubnets: { "eu-central-1a": "10.42.0.0/20", "eu-central-1b": "10.42.16.0/20" } });
 */
export class RecoveryNetwork extends pulumi.ComponentResource {
  readonly vpc: Vpc;
  /** Private subnets by availability zone. */
  readonly privateSubnets: Readonly<Record<string, Subnet>>;
  readonly s3Endpoint: VpcEndpoint;

  constructor(name: string, args: RecoveryNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:RecoveryNetwork", name, args, opts);
    this.vpc = new Vpc(
      name,
      { cidrBlock: args.cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: { Name: name } },
      // Everything recovered lives in it: replacing the VPC would replace the whole second site.
      { parent: this, protect: true },
    );
    const routes = new RouteTable(
      `${name}-private`,
      { vpcId: this.vpc.id, tags: { Name: `${name}-private` } },
      { parent: this },
    );
    this.privateSubnets = Object.fromEntries(
      Object.entries(args.privateSubnets).map(([zone, cidrBlock]) => [
        zone,
        this.createPrivateSubnet(`${name}-private-${zone}`, zone, cidrBlock, routes),
      ]),
    );
    this.s3Endpoint = new VpcEndpoint(
      `${name}-s3`,
      {
        vpcId: this.vpc.id,
        serviceName: pulumi.interpolate`com.amazonaws.${args.region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: [routes.id],
        tags: { Name: `${name}-s3` },
      },
      { parent: this },
    );
    this.registerOutputs({ vpcId: this.vpc.id });
  }

  private createPrivateSubnet(
    name: string,
    zone: string,
    cidrBlock: pulumi.Input<string>,
    routes: RouteTable,
  ): Subnet {
    const subnet = new Subnet(
      name,
      {
        vpcId: this.vpc.id,
        availabilityZone: zone,
        cidrBlock,
        mapPublicIpOnLaunch: false,
        tags: { Name: name },
      },
      { parent: this },
    );
    new RouteTableAssociation(name, { subnetId: subnet.id, routeTableId: routes.id }, { parent: this });
    return subnet;
  }
}
