import { Route } from "@pulumi/aws/ec2";
import { TransitGateway, VpcAttachment } from "@pulumi/aws/ec2transitgateway";
import * as pulumi from "@pulumi/pulumi";

export interface TransitHubArgs {
  readonly vpcId: pulumi.Input<string>;
  /** One subnet a zone. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** AWS's number in BGP. */
  readonly amazonAsn: number;
  /** Route tables that lead to the site, by name. */
  readonly routeTableIds: Readonly<Record<string, pulumi.Input<string>>>;
  /** The site's networks, in CIDR notation. */
  readonly siteNetworks: readonly string[];
}

/**
 * A transit gateway with the VPC attached: the end of VPN connections where further VPCs are to share them. Tables of
 * the VPC do not learn from it, so that each network of the site has its route in each of them. It is protected: with
 * it every connection would go.
 *
 * @example
 * new TransitHub("dr", { vpcId, subnetIds, amazonAsn: 64512, routeTableIds: { private: table.id },
 *   siteNetworks: ["192.168.1.0/24"] });
 */
export class TransitHub extends pulumi.ComponentResource {
  readonly gateway: TransitGateway;
  readonly attachment: VpcAttachment;

  constructor(name: string, args: TransitHubArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:TransitHub", name, args, opts);
    this.gateway = new TransitGateway(
      name,
      {
        description: `Both sites of ${name}`,
        amazonSideAsn: args.amazonAsn,
        // Another account's attachment is a decision, and never made by itself.
        autoAcceptSharedAttachments: "disable",
        defaultRouteTableAssociation: "enable",
        defaultRouteTablePropagation: "enable",
        dnsSupport: "enable",
        multicastSupport: "disable",
        vpnEcmpSupport: "enable",
        tags: { Name: name },
      },
      { parent: this, protect: true },
    );
    this.attachment = new VpcAttachment(
      name,
      {
        transitGatewayId: this.gateway.id,
        vpcId: args.vpcId,
        subnetIds: args.subnetIds,
        dnsSupport: "enable",
        tags: { Name: name },
      },
      { parent: this, protect: true },
    );
    for (const [table, routeTableId] of Object.entries(args.routeTableIds)) {
      for (const destinationCidrBlock of args.siteNetworks) {
        new Route(
          `${table}-${destinationCidrBlock}`,
          { routeTableId, destinationCidrBlock, transitGatewayId: this.gateway.id },
          // AWS takes the route only in a VPC that is attached.
          { parent: this, dependsOn: this.attachment },
        );
      }
    }
    this.registerOutputs({ gatewayId: this.gateway.id });
  }
}
