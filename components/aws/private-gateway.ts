import { VpnGateway, VpnGatewayRoutePropagation } from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../records";

export interface PrivateGatewayArgs {
  readonly vpcId: pulumi.Input<string>;
  /** AWS's number in BGP. */
  readonly amazonAsn: number;
  /** Route tables that learn the site's networks, by name. */
  readonly routeTableIds: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * The VPC's end of VPN connections and private lines: a virtual private gateway, whose routes the VPC's tables learn.
 * It is protected: with it every connection would go.
 *
 * @example
 * new PrivateGateway("dr", { vpcId, amazonAsn: 64512, routeTableIds: { private: table.id } });
 */
export class PrivateGateway extends pulumi.ComponentResource {
  readonly gateway: VpnGateway;
  /** What has to be there before a route of the site is in each table. */
  readonly propagations: Readonly<Record<string, VpnGatewayRoutePropagation>>;

  constructor(name: string, args: PrivateGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:PrivateGateway", name, args, opts);
    this.gateway = new VpnGateway(
      name,
      { vpcId: args.vpcId, amazonSideAsn: String(args.amazonAsn), tags: { Name: name } },
      { parent: this, protect: true },
    );
    this.propagations = mapValues(
      args.routeTableIds,
      (routeTableId, table) =>
        new VpnGatewayRoutePropagation(
          table,
          { routeTableId, vpnGatewayId: this.gateway.id },
          { parent: this },
        ),
    );
    this.registerOutputs({ gatewayId: this.gateway.id });
  }
}
