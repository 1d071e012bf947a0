import { LATENCY_PORT } from "../../../estate/aws-network";
import type { GatewayPlan } from "./plan";
import { DEVICE_PREFIX, TUNNEL_MSS, tunnelsOf } from "./tunnels";

/** The unit's and the script's name of the table. */
export const TABLE = "hybrid_estate_vpn";

/**
 * The gateway's packet filter, for nftables: IPsec from AWS's ends only, BGP from inside the tunnels only, pings and what
 * AWS measures the way by (it can't ping, and takes a refusal for an answer), and passed on is what goes from the site's
 * networks to AWS and back. It keeps no state of what is passed on: with two gateways
 * an answer may come back through the other one. Segments of TCP are cut to what fits into a tunnel, as many paths
 * drop the messages that would tell.
 */
export function firewallRules(plan: GatewayPlan): string {
  const tunnels = tunnelsOf(plan);
  const peers = tunnels.map(({ remote }) => remote);
  const inside = tunnels.map(({ remoteInside }) => remoteInside);
  const through = `"${DEVICE_PREFIX}*"`;
  const vrrp = plan.shared
    ? `    meta l4proto vrrp ip saddr != { ${plan.shared.peers.join(", ")} } drop\n`
    : "";
  return `# Written by hybrid-estate.
table inet ${TABLE}
delete table inet ${TABLE}
table inet ${TABLE} {
  set peers {
    type ipv4_addr
    elements = { ${peers.join(", ")} }
  }
  set aws {
    type ipv4_addr
    flags interval
    auto-merge
    elements = { ${plan.remoteNetworks.join(", ")} }
  }
  set site {
    type ipv4_addr
    flags interval
    auto-merge
    elements = { ${plan.siteNetworks.join(", ")} }
  }
  chain input {
    type filter hook input priority filter - 5; policy accept;
    iifname ${through} jump tunnel
    udp dport { 500, 4500 } ip saddr != @peers drop
    meta l4proto esp ip saddr != @peers drop
    tcp dport 179 drop
${vrrp}  }
  chain tunnel {
    ip saddr { ${inside.join(", ")} } tcp dport 179 accept
    ct state established,related accept
    ip saddr @aws icmp type echo-request accept
    ip saddr @aws tcp dport ${LATENCY_PORT} reject with tcp reset
    ip saddr { ${inside.join(", ")} } icmp type echo-request accept
    drop
  }
  chain forward {
    type filter hook forward priority filter - 5; policy drop;
    iifname ${through} oifname != ${through} ip saddr @aws ip daddr @site accept
    iifname != ${through} oifname ${through} ip saddr @site ip daddr @aws accept
  }
  chain clamp {
    type filter hook forward priority mangle; policy accept;
    iifname ${through} tcp flags syn tcp option maxseg size set ${TUNNEL_MSS}
    oifname ${through} tcp flags syn tcp option maxseg size set ${TUNNEL_MSS}
  }
}
`;
}
