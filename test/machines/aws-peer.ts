import type { GatewayPlan, TunnelKeys } from "../../components/hosts/vpn/plan";
import type { Machine } from "./machine";

/** A host in the VPC, which the peer itself is. */
export const VPC_HOST = "10.42.0.10";
/** Where it answers with the beginning of a file. */
export const VPC_PORT = 9000;
export const VPC_FILE = "/usr/bin/bash";
export const VPC_BYTES = 400_000;

/**
 * AWS's end of a VPN connection, on a Debian machine: what AWS hands out for the gateway (two outside addresses, the
 * inside networks, keys, AS numbers) and what it offers with the options of the component `VpnConnection`. It answers
 * and does not begin. strongSwan and FRR are its software too, with a configuration of its own.
 */
export function peerLines(plan: GatewayPlan, keys: TunnelKeys): string {
  const { tunnels, routing, publicAddress } = plan;
  if (routing.type !== "bgp") throw new Error("the peer speaks BGP");
  const ends = tunnels.map(({ outsideAddress, insideCidr }, index) => {
    const inside = insideCidr.replace(/\/\d+$/, "");
    const at = (offset: number) => inside.replace(/\d+$/, (last) => String(Number(last) + offset));
    return { outsideAddress, own: at(1), other: at(2), device: `peer${index + 1}`, id: 201 + index };
  });
  return `install -d /etc/swanctl/conf.d /etc/strongswan.d
    cat >/etc/strongswan.d/peer.conf <<'CONF'
charon {
  install_routes = no
}
CONF
    cat >/etc/swanctl/conf.d/peer.conf <<'CONF'
connections {
${ends
  .map(
    ({ outsideAddress, device, id }) => `  ${device} {
    version = 2
    local_addrs = ${outsideAddress}
    remote_addrs = ${plan.publicAddress}
    proposals = aes256gcm16-prfsha384-ecp384
    dpd_delay = 10s
    local {
      auth = psk
      id = ${outsideAddress}
    }
    remote {
      auth = psk
      id = ${publicAddress}
    }
    children {
      ${device} {
        local_ts = 0.0.0.0/0
        remote_ts = 0.0.0.0/0
        if_id_in = ${id}
        if_id_out = ${id}
        esp_proposals = aes256gcm16-ecp384
        dpd_action = clear
      }
    }
  }
`,
  )
  .join("")}}
CONF
    sysctl -qw net.ipv4.conf.all.rp_filter=2
    ip link add vpc0 type dummy
    ip address add ${VPC_HOST}/16 dev vpc0
    ip link set vpc0 up
${ends
  .map(
    ({ outsideAddress, own, device, id }) => `    ip address add ${outsideAddress}/32 dev eth1
    ip link add ${device} type xfrm dev lo if_id ${id}
    ip link set ${device} mtu 1400 up
    ip address add ${own}/30 dev ${device}
    sysctl -qw net.ipv4.conf.${device}.rp_filter=2
`,
  )
  .join("")}
    sed -i 's/^bgpd=no/bgpd=yes/' /etc/frr/daemons
    cat >/etc/frr/frr.conf <<'CONF'
frr defaults traditional
route-map vpc permit 10
 set src ${VPC_HOST}
exit
ip protocol bgp route-map vpc
router bgp ${routing.amazonAsn}
 no bgp ebgp-requires-policy
${ends.map(({ other }) => ` neighbor ${other} remote-as ${routing.asn}\n neighbor ${other} timers 10 30\n`).join("")} address-family ipv4 unicast
  network 10.42.0.0/16
 exit-address-family
CONF
    systemctl restart strongswan frr
    # On a busy machine a daemon may be there only after its configuration was handed out.
    timeout 600 bash -c 'until vtysh -b >/dev/null 2>&1 && vtysh -c "show bgp summary" | grep -q ${routing.asn}; do sleep 2; done'
    systemd-run -q --unit=vpc-host systemd-socket-activate --inetd -a -l ${VPC_HOST}:${VPC_PORT} head -c ${VPC_BYTES} ${VPC_FILE}
    ${keyLines(plan, keys)}`;
}

/** Gives the peer keys, whatever it had. */
export function keyLines({ tunnels, publicAddress }: GatewayPlan, keys: TunnelKeys): string {
  const secrets = tunnels.map(
    ({ outsideAddress }, index) =>
      `  ike-${index + 1} {\n    id-local = ${outsideAddress}\n    id-remote = ${publicAddress}\n    secret = "${keys[index]}"\n  }\n`,
  );
  return `cat >/etc/swanctl/conf.d/peer-keys.conf <<'CONF'
secrets {
${secrets.join("")}}
CONF
    swanctl --load-all --noprompt --clear >/dev/null`;
}

/** Everything to and from one of AWS's addresses is lost, in silence, as when it is gone; `restore` brings it back. */
export const cut = (peer: Machine, outsideAddress: string): Promise<string> =>
  peer.bash(`nft -f - <<'RULES'
table ip cut {
  chain in {
    type filter hook prerouting priority raw - 10;
    ip daddr ${outsideAddress} drop
  }
  chain out {
    type filter hook output priority raw - 10;
    ip saddr ${outsideAddress} drop
  }
}
RULES`);

export const restore = (peer: Machine): Promise<string> => peer.bash("nft delete table ip cut");
