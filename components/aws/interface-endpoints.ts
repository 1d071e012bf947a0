import { SecurityGroup, VpcEndpoint } from "@pulumi/aws/ec2";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";

export interface InterfaceEndpointsArgs {
  readonly region: pulumi.Input<string>;
  readonly vpcId: pulumi.Input<string>;
  /** Whom the endpoints answer: the VPC's CIDR block. */
  readonly vpcCidr: pulumi.Input<string>;
  /** One subnet a zone. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Services such as `ssm` or `logs`. */
  readonly services: readonly string[];
}

/**
 * Services of AWS with an address inside a VPC: private and isolated subnets reach them under their usual names.
 *
 * @example
 * new InterfaceEndpoints("dr", { region: "eu-central-1", vpcId, vpcCidr: "10.42.0.0/16", subnetIds, services: ["ssm"] });
 */
export class InterfaceEndpoints extends pulumi.ComponentResource {
  /** The group of all of them. */
  readonly securityGroup: SecurityGroup;
  readonly endpoints: Readonly<Record<string, VpcEndpoint>>;

  constructor(name: string, args: InterfaceEndpointsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:InterfaceEndpoints", name, args, opts);
    this.securityGroup = new SecurityGroup(
      `${name}-endpoints`,
      {
        vpcId: args.vpcId,
        description: "Services of AWS inside the VPC",
        tags: { Name: `${name}-endpoints` },
      },
      { parent: this },
    );
    new SecurityGroupIngressRule(
      `${name}-endpoints`,
      {
        securityGroupId: this.securityGroup.id,
        description: "from the VPC",
        cidrIpv4: args.vpcCidr,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      },
      { parent: this },
    );
    this.endpoints = Object.fromEntries(
      args.services.map((service) => [
        service,
        new VpcEndpoint(
          `${name}-${service}`,
          {
            vpcId: args.vpcId,
            serviceName: pulumi.interpolate`com.amazonaws.${args.region}.${service}`,
            vpcEndpointType: "Interface",
            privateDnsEnabled: true,
            subnetIds: args.subnetIds,
            securityGroupIds: [this.securityGroup.id],
            tags: { Name: `${name}-${service}` },
          },
          { parent: this },
        ),
      ]),
    );
    this.registerOutputs({ securityGroupId: this.securityGroup.id });
  }
}
