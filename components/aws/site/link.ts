import type { VpnConnection } from "@pulumi/aws/ec2";
import type * as pulumi from "@pulumi/pulumi";
import { splitInterface } from "../../../estate/addresses";
import { onPremisesNetworks } from "../../../estate/aws-network";
import { mapValues } from "../../records";
import { DirectConnect } from "../direct-connect";
import { PrivateGateway } from "../private-gateway";
import type { RecoveryNetwork } from "../recovery-network";
import { TransitHub } from "../transit-hub";
import { VpnLink, type VpnLinkArgs } from "../vpn-link";
import type { SecondSite } from "./context";

/** AWS's ends of the ways between both sites. */
export interface Links {
  /** VPN connections by the name of the site's gateway. */
  readonly vpn: Readonly<Record<string, VpnConnection>>;
}

export function createLinks(site: SecondSite, network: RecoveryNetwork): Links {
  const { aws } = site;
  const { vpn } = aws;
  const privateGateway =
    aws.directConnect || vpn?.through === "vpc" ? createPrivateGateway(site, network) : undefined;
  if (aws.directConnect && privateGateway) createLine(site, privateGateway);
  if (!vpn) return { vpn: {} };
  const end =
    vpn.through === "vpc" && privateGateway
      ? { vpnGatewayId: privateGateway.gateway.id }
      : transitEnd(createHub(site, network));
  return { vpn: createConnections(site, end) };
}

function createPrivateGateway({ name, aws, parent }: SecondSite, network: RecoveryNetwork): PrivateGateway {
  return new PrivateGateway(
    name,
    {
      vpcId: network.vpc.id,
      amazonAsn: aws.amazonAsn,
      routeTableIds: mapValues(network.routeTables, ({ id }) => id),
    },
    { parent },
  );
}

function createHub({ name, aws, estate, parent }: SecondSite, network: RecoveryNetwork): TransitHub {
  return new TransitHub(
    name,
    {
      vpcId: network.vpc.id,
      subnetIds: Object.values(network.privateSubnets).map(({ id }) => id),
      amazonAsn: aws.amazonAsn,
      routeTableIds: mapValues(network.routeTables, ({ id }) => id),
      siteNetworks: onPremisesNetworks(estate),
    },
    { parent },
  );
}

function transitEnd({ gateway }: TransitHub): VpnLinkArgs["end"] {
  return { transitGatewayId: gateway.id, routeTableId: gateway.associationDefaultRouteTableId };
}

function createConnections(
  { aws, estate, secrets, parent }: SecondSite,
  end: VpnLinkArgs["end"],
): Links["vpn"] {
  const { gateways = {}, asn = 0, routing = "bgp", logRetentionDays = 30 } = aws.vpn ?? {};
  return mapValues(gateways, ({ guest, publicAddress, insideCidrs, startup }, name) => {
    const own = Object.values(estate.guests[guest]?.nics ?? {}).map(
      (nic) => splitInterface(nic.address).address,
    );
    const link = new VpnLink(
      name,
      {
        end,
        publicAddress,
        asn,
        routing,
        siteNetworks: onPremisesNetworks(estate),
        insideCidrs: [insideCidrs[0] ?? "", insideCidrs[1] ?? ""],
        keys: [tunnelKey(secrets.vpnKeys, name, 1), tunnelKey(secrets.vpnKeys, name, 2)],
        // Behind NAT nothing of AWS's gets through before the gateway has spoken.
        startup: startup ?? (own.includes(publicAddress) ? "start" : "add"),
        logGroupName: `/aws/vendedlogs/${estate.cluster.name}/vpn/${name}`,
        logRetentionDays,
      },
      { parent },
    );
    return link.connection;
  });
}

/** The key of a tunnel. */
export function tunnelKey(
  keys: Readonly<Record<string, pulumi.Output<string>>>,
  gateway: string,
  tunnel: 1 | 2,
): pulumi.Output<string> {
  const key = keys[`${gateway}-${tunnel}`];
  if (!key) throw new Error(`tunnel ${tunnel} of ${gateway} has no key; validation should have refused it`);
  return key;
}

function createLine({ name, aws, secrets, parent }: SecondSite, { gateway }: PrivateGateway): void {
  const { directConnect } = aws;
  const key = secrets.bgpKeys.directConnect;
  if (!directConnect || !key)
    throw new Error("the private line has no key; validation should have refused it");
  const { connection, vlan, asn, addresses, mtu } = directConnect;
  new DirectConnect(
    name,
    {
      connectionId: connection,
      vlan,
      asn,
      amazonAsn: aws.amazonAsn,
      addresses,
      bgpKey: key,
      mtu,
      vpnGatewayId: gateway.id,
      vpcCidr: aws.network.cidr,
    },
    { parent },
  );
}
