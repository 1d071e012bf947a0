import { Gateway, GatewayAssociation, PrivateVirtualInterface } from "@pulumi/aws/directconnect";
import * as pulumi from "@pulumi/pulumi";

export interface DirectConnectArgs {
  /** The line, such as `dxcon-abcd1234`: a partner sets it up, and you accept it in the account. */
  readonly connectionId: string;
  /** VLAN on the line. */
  readonly vlan: number;
  /** The site's number in BGP. */
  readonly asn: number;
  /** AWS's number in BGP on the line. */
  readonly amazonAsn: number;
  /** Both ends' addresses with prefix length; AWS picks them when absent. */
  readonly addresses?: { readonly site: string; readonly amazon: string };
  /** The key of the BGP session; a secret. */
  readonly bgpKey: pulumi.Input<string>;
  /** Largest packet in bytes: 1500 or 9001. */
  readonly mtu: 1500 | 9001;
  /** The VPC's virtual private gateway. */
  readonly vpnGatewayId: pulumi.Input<string>;
  /** What is announced to the site. */
  readonly vpcCidr: pulumi.Input<string>;
}

/**
 * A private line to the VPC: a Direct Connect gateway, a private virtual interface on the line, and the VPC's gateway
 * joined to it. Where there is a VPN too, AWS prefers the line while it works. What is on the line can't be changed
 * in place, and is protected.
 *
 * @example
 * new DirectConnect("dr", { connectionId: "dxcon-abcd1234", vlan: 101, asn: 65000, amazonAsn: 64513, bgpKey, mtu: 1500,
 *   vpnGatewayId, vpcCidr: "10.42.0.0/16" });
 */
export class DirectConnect extends pulumi.ComponentResource {
  readonly gateway: Gateway;
  readonly virtualInterface: PrivateVirtualInterface;

  constructor(name: string, args: DirectConnectArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:DirectConnect", name, {}, opts);
    this.gateway = new Gateway(
      name,
      { name, amazonSideAsn: String(args.amazonAsn) },
      { parent: this, protect: true },
    );
    this.virtualInterface = new PrivateVirtualInterface(
      name,
      {
        name,
        connectionId: args.connectionId,
        dxGatewayId: this.gateway.id,
        vlan: args.vlan,
        addressFamily: "ipv4",
        bgpAsn: args.asn,
        bgpAuthKey: args.bgpKey,
        ...(args.addresses
          ? { customerAddress: args.addresses.site, amazonAddress: args.addresses.amazon }
          : {}),
        mtu: args.mtu,
        tags: { Name: name },
      },
      { parent: this, protect: true, additionalSecretOutputs: ["bgpAuthKey"] },
    );
    new GatewayAssociation(
      name,
      {
        dxGatewayId: this.gateway.id,
        associatedGatewayId: args.vpnGatewayId,
        allowedPrefixes: [args.vpcCidr],
      },
      { parent: this },
    );
    this.registerOutputs({ gatewayId: this.gateway.id });
  }
}
