import type { VpnConnection } from "@pulumi/aws/ec2";
import { Provider as HostsProvider } from "@pulumi/command/provider";
import * as pulumi from "@pulumi/pulumi";
import type { Estate, Vpn } from "../../estate";
import { gatewayAddress, onPremisesNetworks } from "../../estate/aws-network";
import { tunnelKey } from "../aws/site/link";
import type { Routing, SharedAddress } from "../hosts/vpn/plan";
import { VpnGateway } from "../hosts/vpn-gateway";
import { present } from "../records";
import type { SecretOutputs } from "../secrets";

export interface SiteLinkArgs {
  readonly estate: Estate;
  readonly vpn: Vpn;
  readonly secrets: SecretOutputs;
  /** AWS's ends by the name of the gateway. */
  readonly connections: Readonly<Record<string, VpnConnection>>;
}

/**
 * What joins both sites at the site's end: the gateways among the cluster's guests, each told what AWS handed out for
 * its connection. It comes after both sites.
 *
 * @example
 * new SiteLink("link", { estate, vpn: estate.aws.vpn, secrets, connections }, { dependsOn: proxmox });
 */
export class SiteLink extends pulumi.ComponentResource {
  constructor(
    name: string,
    { estate, vpn, secrets, connections }: SiteLinkArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(
      "hybrid-estate:link:SiteLink",
      name,
      {},
      { ...opts, providers: { command: new HostsProvider(name, {}, opts) } },
    );
    const addresses = Object.values(vpn.gateways).map(({ guest }) => gatewayAddress(estate, guest));
    for (const [rank, [gateway, settings]] of Object.entries(vpn.gateways).entries()) {
      const connection = connections[gateway];
      const address = addresses[rank];
      if (!connection || address === undefined) {
        throw new Error(`${gateway} has no connection or address; validation should have refused it`);
      }
      const [first = "", second = ""] = settings.insideCidrs;
      new VpnGateway(
        gateway,
        {
          connection: {
            host: address,
            user: settings.sshUser,
            privateKey: secrets.sshPrivateKey,
            hostKey: settings.sshHostKey,
          },
          plan: {
            name: gateway,
            address,
            publicAddress: settings.publicAddress,
            remoteNetworks: estate.aws ? [estate.aws.network.cidr] : [],
            siteNetworks: onPremisesNetworks(estate),
            routing: routingOf(estate, vpn, rank),
            shared: sharedOf(vpn, rank, addresses),
          },
          tunnels: [
            {
              outsideAddress: connection.tunnel1Address,
              insideCidr: first,
              key: tunnelKey(secrets.vpnKeys, gateway, 1),
            },
            {
              outsideAddress: connection.tunnel2Address,
              insideCidr: second,
              key: tunnelKey(secrets.vpnKeys, gateway, 2),
            },
          ],
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}

function routingOf({ aws }: Estate, { routing, asn }: Vpn, rank: number): Routing {
  return routing === "static"
    ? { type: "static" }
    : { type: "bgp", asn, amazonAsn: aws?.amazonAsn ?? 0, rank };
}

function sharedOf(
  { sharedAddress }: Vpn,
  rank: number,
  addresses: readonly (string | undefined)[],
): SharedAddress | undefined {
  if (!sharedAddress) return undefined;
  return { ...sharedAddress, rank, peers: present(addresses.filter((_, other) => other !== rank)) };
}
