import type { GatewayPlan, Routing } from "./plan";
import { type Tunnel, tunnelsOf } from "./tunnels";

type Bgp = Extract<Routing, { type: "bgp" }>;

/**
 * FRR's configuration: a BGP session in each tunnel. Only the VPC comes in and only the site's networks go out, so
 * that a mistake at one end never becomes a route at the other. Both directions prefer the same tunnel: the lower MED
 * towards AWS, the higher local preference from it.
 */
export function frrConfig(plan: GatewayPlan, routing: Bgp): string {
  const tunnels = tunnelsOf(plan);
  const lines = [
    "! Written by hybrid-estate.",
    "frr defaults traditional",
    `hostname ${plan.name}`,
    "log syslog informational",
    "service integrated-vtysh-config",
    "!",
    ...plan.remoteNetworks.map(
      (cidr, index) => `ip prefix-list from-aws seq ${10 * (index + 1)} permit ${cidr}${longer(cidr)}`,
    ),
    ...plan.siteNetworks.map((cidr, index) => `ip prefix-list to-aws seq ${10 * (index + 1)} permit ${cidr}`),
    "!",
    ...tunnels.flatMap(routeMaps),
    // What the gateway itself sends must come from an address that AWS knows a way back to.
    "route-map from-site permit 10",
    ` set src ${plan.address}`,
    "exit",
    "!",
    "ip protocol bgp route-map from-site",
    "!",
    `router bgp ${routing.asn}`,
    ` bgp router-id ${plan.address}`,
    " bgp log-neighbor-changes",
    " no bgp default ipv4-unicast",
    // The networks behind other routers of the site are not in this gateway's table.
    " no bgp network import-check",
    ...tunnels.flatMap((tunnel) => neighbor(tunnel, routing)),
    " !",
    " address-family ipv4 unicast",
    ...plan.siteNetworks.map((cidr) => `  network ${cidr}`),
    ...tunnels.flatMap(activate),
    " exit-address-family",
    "exit",
    "!",
  ];
  return `${lines.join("\n")}\n`;
}

/** AWS announces a VPC's blocks, which may be parts of what is declared. */
function longer(cidr: string): string {
  return Number(cidr.split("/")[1]) < 28 ? " le 28" : "";
}

function routeMaps({ device, preference }: Tunnel): string[] {
  return [
    `route-map from-${device} permit 10`,
    " match ip address prefix-list from-aws",
    ` set local-preference ${200 - preference}`,
    "exit",
    "!",
    `route-map to-${device} permit 10`,
    " match ip address prefix-list to-aws",
    ` set metric ${100 * (preference + 1)}`,
    "exit",
    "!",
  ];
}

function neighbor({ name, remoteInside }: Tunnel, { amazonAsn }: Bgp): string[] {
  return [
    ` neighbor ${remoteInside} remote-as ${amazonAsn}`,
    ` neighbor ${remoteInside} description ${name}`,
    // AWS's own times.
    ` neighbor ${remoteInside} timers 10 30`,
    ` neighbor ${remoteInside} timers connect 10`,
  ];
}

function activate({ device, remoteInside }: Tunnel): string[] {
  return [
    `  neighbor ${remoteInside} activate`,
    `  neighbor ${remoteInside} soft-reconfiguration inbound`,
    `  neighbor ${remoteInside} route-map from-${device} in`,
    `  neighbor ${remoteInside} route-map to-${device} out`,
  ];
}

/** Which daemons FRR starts: what has no switch here is not wanted. */
export function frrDaemons(): string {
  return `# Written by hybrid-estate.
bgpd=yes
vtysh_enable=yes
zebra_options="  -A 127.0.0.1 -s 90000000"
bgpd_options="   -A 127.0.0.1"
`;
}
