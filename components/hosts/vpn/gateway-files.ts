import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HostFile } from "../monitoring/files";
import { firewallRules } from "./firewall";
import { frrConfig, frrDaemons } from "./frr";
import { keepalivedConfig, TRACK_PATH, trackScript } from "./keepalived";
import type { GatewayPlan, TunnelKeys } from "./plan";
import { charonSettings, swanctlConnections, swanctlSecrets } from "./swanctl";
import { TUNNEL_MTU, tunnelsOf } from "./tunnels";

const FOLDER = "/etc/hybrid-estate/vpn";
const WATCH_SCRIPT = "/usr/local/lib/hybrid-estate/tunnel-watch";
const ROUTES_SCRIPT = "/usr/local/lib/hybrid-estate/tunnel-routes";

/** The files of a gateway. Keys are in one of them, which only root reads. */
export function gatewayFiles(plan: GatewayPlan, keys: TunnelKeys): HostFile[] {
  const { routing, shared } = plan;
  return [
    { path: "/etc/sysctl.d/60-hybrid-estate-vpn.conf", text: SYSCTL },
    { path: `${FOLDER}/up.ip`, text: interfacesUp(plan) },
    { path: `${FOLDER}/down.ip`, text: interfacesDown(plan) },
    { path: `${FOLDER}/firewall.nft`, text: firewallRules(plan) },
    { path: "/etc/systemd/system/hybrid-estate-tunnels.service", text: TUNNELS_UNIT },
    { path: "/etc/systemd/system/hybrid-estate-tunnel-firewall.service", text: FIREWALL_UNIT },
    { path: "/etc/systemd/system/nftables.service.d/hybrid-estate-vpn.conf", text: FIREWALL_DROP_IN },
    { path: "/etc/strongswan.d/hybrid-estate.conf", text: charonSettings() },
    { path: "/etc/swanctl/conf.d/hybrid-estate.conf", text: swanctlConnections(plan) },
    { path: "/etc/swanctl/conf.d/hybrid-estate-keys.conf", text: swanctlSecrets(plan, keys), mode: "0600" },
    {
      path: `${FOLDER}/tunnels`,
      text: tunnelsOf(plan)
        .map(({ name }) => `${name}\n`)
        .join(""),
    },
    { path: WATCH_SCRIPT, text: script("watch.sh"), mode: "0755" },
    { path: "/etc/systemd/system/hybrid-estate-tunnel-watch.service", text: WATCH_UNIT },
    { path: "/etc/systemd/system/hybrid-estate-tunnel-watch.timer", text: WATCH_TIMER },
    ...(routing.type === "bgp"
      ? [
          { path: "/etc/frr/daemons", text: frrDaemons(), mode: "0640" as const, group: "frr" as const },
          {
            path: "/etc/frr/frr.conf",
            text: frrConfig(plan, routing),
            mode: "0640" as const,
            group: "frr" as const,
          },
        ]
      : [
          { path: `${FOLDER}/routes`, text: staticRoutes(plan) },
          { path: ROUTES_SCRIPT, text: script("routes.sh"), mode: "0755" as const },
          { path: "/etc/systemd/system/hybrid-estate-tunnel-routes.service", text: ROUTES_UNIT },
        ]),
    ...(shared
      ? [
          { path: TRACK_PATH, text: trackScript(plan), mode: "0755" as const },
          { path: "/etc/keepalived/keepalived.conf", text: keepalivedConfig(plan, shared) },
        ]
      : []),
  ];
}

function script(name: string): string {
  return readFileSync(join(__dirname, name), "utf8");
}

/**
 * It passes packets on; with two ways to one network they may come in where they would not go out, which the strict
 * check of senders would drop. It has one interface in the site: a redirect would send hosts past it.
 */
const SYSCTL = `# Written by hybrid-estate.
net.ipv4.ip_forward = 1
net.ipv4.conf.all.rp_filter = 2
net.ipv4.conf.default.rp_filter = 2
net.ipv4.conf.all.send_redirects = 0
net.ipv4.conf.default.send_redirects = 0
net.ipv4.conf.*.send_redirects = 0
net.ipv4.conf.all.accept_redirects = 0
net.ipv4.conf.default.accept_redirects = 0
`;

function interfacesUp(plan: GatewayPlan): string {
  return tunnelsOf(plan)
    .map(
      ({ device, interfaceId, inside }) => `link add ${device} type xfrm dev lo if_id ${interfaceId}
link set ${device} mtu ${TUNNEL_MTU} up
address add ${inside} dev ${device}
`,
    )
    .join("");
}

function interfacesDown(plan: GatewayPlan): string {
  return tunnelsOf(plan)
    .map(({ device }) => `link delete ${device}\n`)
    .join("");
}

/** What `tunnel-routes` reads. */
function staticRoutes(plan: GatewayPlan): string {
  return tunnelsOf(plan)
    .flatMap(({ device, interfaceId, preference }) =>
      plan.remoteNetworks.map(
        (cidr) => `${device} ${interfaceId} ${100 * (preference + 1)} ${plan.address} ${cidr}\n`,
      ),
    )
    .join("");
}

const TUNNELS_UNIT = `[Unit]
Description=Interfaces of the tunnels to AWS
Before=strongswan.service frr.service keepalived.service
After=systemd-modules-load.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStartPre=-/bin/ip -force -batch ${FOLDER}/down.ip
ExecStart=/bin/ip -batch ${FOLDER}/up.ip
ExecStop=/bin/ip -force -batch ${FOLDER}/down.ip

[Install]
WantedBy=multi-user.target
`;

const LOAD_FILTER = `/usr/sbin/nft -f ${FOLDER}/firewall.nft`;

const FIREWALL_UNIT = `[Unit]
Description=What the VPN gateway lets in and passes on
After=nftables.service
Before=strongswan.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${LOAD_FILTER}
ExecReload=${LOAD_FILTER}

[Install]
WantedBy=multi-user.target
`;

/**
 * Starting, reloading or stopping nftables.service flushes every table: it brings ours back. With a minus: rules of
 * ours that can't be loaded must not keep the host's own from being loaded.
 */
const FIREWALL_DROP_IN = `# hybrid-estate-tunnel-firewall.service, after what flushes every table
[Service]
ExecStartPost=-${LOAD_FILTER}
ExecReload=-${LOAD_FILTER}
ExecStopPost=-${LOAD_FILTER}
`;

const ROUTES_UNIT = `[Unit]
Description=Static routes to AWS, through the tunnels that are up
Requires=hybrid-estate-tunnels.service
After=hybrid-estate-tunnels.service strongswan.service

[Service]
ExecStart=${ROUTES_SCRIPT} ${FOLDER}/routes
Restart=always
RestartSec=5
CapabilityBoundingSet=CAP_NET_ADMIN
NoNewPrivileges=yes
ProtectHome=yes
ProtectSystem=strict
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
`;

const WATCH_UNIT = `[Unit]
Description=Begins tunnels to AWS again that were refused
After=strongswan.service

[Service]
Type=oneshot
ExecStart=${WATCH_SCRIPT} ${FOLDER}/tunnels
NoNewPrivileges=yes
ProtectHome=yes
ProtectSystem=strict
PrivateTmp=yes
`;

/** Half a minute after the last look, so that two never look at once. */
const WATCH_TIMER = `[Unit]
Description=Looks whether tunnels to AWS are down and not tried

[Timer]
OnActiveSec=30
OnUnitInactiveSec=30
AccuracySec=5

[Install]
WantedBy=timers.target
`;

/** What the script is told besides. */
export function gatewayArguments({ address, routing }: Omit<GatewayPlan, "tunnels">): string[] {
  return ["apply", "--address", address, "--routing", routing.type];
}
