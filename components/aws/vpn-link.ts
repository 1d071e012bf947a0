import { LogGroup } from "@pulumi/aws/cloudwatch";
import { CustomerGateway, VpnConnection, VpnConnectionRoute } from "@pulumi/aws/ec2";
import { Route } from "@pulumi/aws/ec2transitgateway";
import * as pulumi from "@pulumi/pulumi";

export interface VpnLinkArgs {
  /** Where the tunnels end in AWS. */
  readonly end:
    | { readonly vpnGatewayId: pulumi.Input<string> }
    | { readonly transitGatewayId: pulumi.Input<string>; readonly routeTableId: pulumi.Input<string> };
  /** Address that AWS sees the site's gateway by. */
  readonly publicAddress: string;
  /** The site's number in BGP; AWS asks for one with static routes too. */
  readonly asn: number;
  readonly routing: "bgp" | "static";
  /** The site's networks, in CIDR notation: AWS's routes where they are static. */
  readonly siteNetworks: readonly string[];
  /** The /30 inside each tunnel. */
  readonly insideCidrs: readonly [string, string];
  /** The pre-shared key of each tunnel; secrets. */
  readonly keys: readonly [pulumi.Input<string>, pulumi.Input<string>];
  /** Whether AWS begins (`start`) or waits for the site (`add`). */
  readonly startup: "add" | "start";
  /** Name of the log group of both tunnels. */
  readonly logGroupName: string;
  /** Days that it is kept. */
  readonly logRetentionDays: pulumi.Input<number>;
}

/**
 * What both ends agree on, in AWS's words; `components/hosts/vpn/swanctl.ts` has it in strongSwan's. AWS wants an
 * integrity algorithm beside AES-GCM, and derives keys with it.
 */
export const TUNNEL_CIPHERS = {
  ikeVersions: ["ikev2"],
  encryption: ["AES256-GCM-16"],
  integrity: ["SHA2-384", "SHA2-512"],
  dhGroups: [20, 21],
};

/** The longest lifetimes that AWS has, in seconds; the site's gateway renews a little earlier. */
const LIFETIMES = { ike: 28_800, ipsec: 3_600 };

/** AWS's shortest. */
const DPD_SECONDS = 30;

/**
 * A VPN connection to one gateway of the site: IKEv2 with strong ciphers only, both tunnels, everything that AWS
 * would otherwise make up (inside addresses, keys) pinned, and the tunnels' logs. The connection is protected:
 * another one has other addresses, and the tunnels are down until the site knows them. A gateway's new public address
 * is a new customer gateway under the same connection.
 *
 * @example
 * new VpnLink("office", { end: { vpnGatewayId }, publicAddress: "198.51.100.7", asn: 65000, routing: "bgp",
 *   siteNetworks: ["192.168.1.0/24"], insideCidrs: ["169.254.10.0/30", "169.254.10.4/30"], keys, startup: "start",
 *   logGroupName: "/aws/vendedlogs/vpn/office", logRetentionDays: 30 });
 */
export class VpnLink extends pulumi.ComponentResource {
  readonly connection: VpnConnection;
  readonly logGroup: LogGroup;

  constructor(name: string, args: VpnLinkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:VpnLink", name, {}, opts);
    this.logGroup = new LogGroup(
      name,
      { name: args.logGroupName, retentionInDays: args.logRetentionDays, tags: { Name: name } },
      { parent: this },
    );
    const customer = new CustomerGateway(
      name,
      {
        type: "ipsec.1",
        ipAddress: args.publicAddress,
        ...siteAsn(args.asn),
        deviceName: name,
        tags: { Name: name },
      },
      { parent: this },
    );
    this.connection = this.createConnection(name, args, customer);
    if (args.routing === "static") this.createRoutes(name, args);
    this.registerOutputs({ connectionId: this.connection.id });
  }

  private createConnection(name: string, args: VpnLinkArgs, customer: CustomerGateway): VpnConnection {
    const { end, insideCidrs, keys, startup, routing } = args;
    const { ikeVersions, encryption, integrity, dhGroups } = TUNNEL_CIPHERS;
    const logOptions = {
      cloudwatchLogOptions: {
        logEnabled: true,
        logGroupArn: this.logGroup.arn,
        logOutputFormat: "json",
      },
    };
    return new VpnConnection(
      name,
      {
        type: "ipsec.1",
        customerGatewayId: customer.id,
        ...("vpnGatewayId" in end
          ? { vpnGatewayId: end.vpnGatewayId }
          : { transitGatewayId: end.transitGatewayId, enableAcceleration: false }),
        staticRoutesOnly: routing === "static",
        tunnelInsideIpVersion: "ipv4",
        outsideIpAddressType: "PublicIpv4",
        localIpv4NetworkCidr: "0.0.0.0/0",
        remoteIpv4NetworkCidr: "0.0.0.0/0",

        tunnel1InsideCidr: insideCidrs[0],
        tunnel1PresharedKey: keys[0],
        tunnel1IkeVersions: ikeVersions,
        tunnel1Phase1EncryptionAlgorithms: encryption,
        tunnel1Phase1IntegrityAlgorithms: integrity,
        tunnel1Phase1DhGroupNumbers: dhGroups,
        tunnel1Phase1LifetimeSeconds: LIFETIMES.ike,
        tunnel1Phase2EncryptionAlgorithms: encryption,
        tunnel1Phase2IntegrityAlgorithms: integrity,
        tunnel1Phase2DhGroupNumbers: dhGroups,
        tunnel1Phase2LifetimeSeconds: LIFETIMES.ipsec,
        tunnel1DpdTimeoutAction: "restart",
        tunnel1DpdTimeoutSeconds: DPD_SECONDS,
        tunnel1StartupAction: startup,
        tunnel1LogOptions: logOptions,

        tunnel2InsideCidr: insideCidrs[1],
        tunnel2PresharedKey: keys[1],
        tunnel2IkeVersions: ikeVersions,
        tunnel2Phase1EncryptionAlgorithms: encryption,
        tunnel2Phase1IntegrityAlgorithms: integrity,
        tunnel2Phase1DhGroupNumbers: dhGroups,
        tunnel2Phase1LifetimeSeconds: LIFETIMES.ike,
        tunnel2Phase2EncryptionAlgorithms: encryption,
        tunnel2Phase2IntegrityAlgorithms: integrity,
        tunnel2Phase2DhGroupNumbers: dhGroups,
        tunnel2Phase2LifetimeSeconds: LIFETIMES.ipsec,
        tunnel2DpdTimeoutAction: "restart",
        tunnel2DpdTimeoutSeconds: DPD_SECONDS,
        tunnel2StartupAction: startup,
        tunnel2LogOptions: logOptions,
        tags: { Name: name },
      },
      { parent: this, protect: true },
    );
  }

  /** Without BGP the connection has to be told what lies behind it, and a transit gateway for itself. */
  private createRoutes(name: string, { end, siteNetworks }: VpnLinkArgs): void {
    for (const destinationCidrBlock of siteNetworks) {
      if ("vpnGatewayId" in end) {
        new VpnConnectionRoute(
          `${name}-${destinationCidrBlock}`,
          { vpnConnectionId: this.connection.id, destinationCidrBlock },
          { parent: this },
        );
      } else {
        new Route(
          `${name}-${destinationCidrBlock}`,
          {
            transitGatewayRouteTableId: end.routeTableId,
            destinationCidrBlock,
            transitGatewayAttachmentId: this.connection.transitGatewayAttachmentId,
          },
          { parent: this },
        );
      }
    }
  }
}

/** AWS has a property of its own for numbers that half of a signed 32-bit integer can't hold. */
function siteAsn(asn: number): { bgpAsn: string } | { bgpAsnExtended: string } {
  return asn > 2_147_483_647 ? { bgpAsnExtended: String(asn) } : { bgpAsn: String(asn) };
}
