import type { GatewayPlan, TunnelKeys } from "../../components/hosts/vpn/plan";

/** A gateway behind NAT with BGP. Documentation's addresses stand for public ones. */
export const BGP_PLAN: GatewayPlan = {
  name: "office",
  address: "192.0.2.5",
  publicAddress: "198.51.100.7",
  tunnels: [
    { outsideAddress: "203.0.113.10", insideCidr: "169.254.10.0/30" },
    { outsideAddress: "203.0.113.20", insideCidr: "169.254.10.4/30" },
  ],
  remoteNetworks: ["10.42.0.0/16"],
  siteNetworks: ["192.0.2.0/24", "10.20.0.0/20"],
  routing: { type: "bgp", asn: 65010, amazonAsn: 64512, rank: 0 },
};

/** The same with static routes. */
export const STATIC_PLAN: GatewayPlan = { ...BGP_PLAN, routing: { type: "static" } };

/** The second of two gateways that share an address. */
export const SHARED_PLAN: GatewayPlan = {
  ...BGP_PLAN,
  name: "office-b",
  address: "192.0.2.6",
  routing: { type: "bgp", asn: 65010, amazonAsn: 64512, rank: 1 },
  shared: { address: "192.0.2.4/24", routerId: 42, rank: 1, peers: ["192.0.2.5"] },
};

export const KEYS: TunnelKeys = ["first.tunnel_key.1234567890", "Second_Tunnel.Key.0987654321"];
