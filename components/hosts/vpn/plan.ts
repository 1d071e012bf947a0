/** What a VPN gateway of the site is to do: all that its configuration files need, keys apart. */
export interface GatewayPlan {
  /** Name of the connection in AWS. */
  readonly name: string;
  /** The gateway's own address in the site; ESP leaves from it, and it is its BGP identifier. */
  readonly address: string;
  /** Address that AWS knows the gateway by: its own, or that of the router in front of it. */
  readonly publicAddress: string;
  /** Both tunnels of the connection; the first one is preferred. */
  readonly tunnels: readonly [TunnelPlan, TunnelPlan];
  /** What lies behind the tunnels, in CIDR notation. */
  readonly remoteNetworks: readonly string[];
  /** The site's networks that AWS may reach. */
  readonly siteNetworks: readonly string[];
  readonly routing: Routing;
  /** An address that several gateways share, as the way to AWS for the site's routers; none when absent. */
  readonly shared?: SharedAddress;
}

export interface TunnelPlan {
  /** AWS's end. */
  readonly outsideAddress: string;
  /** A /30 inside the tunnel: AWS has its first address, the gateway its second. */
  readonly insideCidr: string;
}

export type Routing =
  | { readonly type: "static" }
  | {
      readonly type: "bgp";
      readonly asn: number;
      readonly amazonAsn: number;
      /** Place among the site's gateways, from 0: traffic takes the first one that works. */
      readonly rank: number;
    };

export interface SharedAddress {
  /** With prefix length, such as `192.168.137.4/24`. */
  readonly address: string;
  /** VRRP's number of the group, 1 to 255: the same on all of its gateways, and no other group's in the network. */
  readonly routerId: number;
  /** The first one by rank has it while it works. */
  readonly rank: number;
  /** Addresses of the other gateways. */
  readonly peers: readonly string[];
}

/** Keys of both tunnels. */
export type TunnelKeys = readonly [string, string];
