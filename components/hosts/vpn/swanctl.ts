import type { GatewayPlan, TunnelKeys } from "./plan";
import { type Tunnel, tunnelsOf } from "./tunnels";

/**
 * What both ends agree on; the component `VpnConnection` says the same to AWS. AES-256 in GCM protects and
 * authenticates at once, so that SHA-2 is left for deriving keys (PRF); groups 20 and 21 are the NIST curves of 384
 * and 521 bits. No line allows less: there is nothing to fall back to.
 */
const IKE_PROPOSALS = "aes256gcm16-prfsha384-ecp384,aes256gcm16-prfsha512-ecp521";
const ESP_PROPOSALS = "aes256gcm16-ecp384,aes256gcm16-ecp521";

/**
 * The gateway's tunnels for `swanctl`: route-based, so that routes decide what goes through which, and IKEv2 only. The
 * gateway begins, tries for ever, and begins again when AWS's end is gone. Keys live a little shorter than on AWS's
 * side (8 hours and 1 hour), so that it is the gateway that renews them.
 */
export function swanctlConnections(plan: GatewayPlan): string {
  const connections = tunnelsOf(plan).map((tunnel) => connection(plan, tunnel));
  return `# Written by hybrid-estate.
connections {
${connections.join("")}}
`;
}

function connection({ address, publicAddress }: GatewayPlan, tunnel: Tunnel): string {
  const { name, remote, interfaceId } = tunnel;
  return `  ${name} {
    version = 2
    local_addrs = ${address}
    remote_addrs = ${remote}
    proposals = ${IKE_PROPOSALS}
    dpd_delay = 10s
    keyingtries = 0
    mobike = no
    unique = replace
    rekey_time = 7h
    over_time = 50m
    local {
      auth = psk
      id = ${publicAddress}
    }
    remote {
      auth = psk
      id = ${remote}
    }
    children {
      ${name} {
        local_ts = 0.0.0.0/0
        remote_ts = 0.0.0.0/0
        if_id_in = ${interfaceId}
        if_id_out = ${interfaceId}
        esp_proposals = ${ESP_PROPOSALS}
        rekey_time = 50m
        life_time = 58m
        replay_window = 1024
        start_action = start
        close_action = start
        dpd_action = restart
      }
    }
  }
`;
}

/** The keys of the tunnels, each for its two ends alone. A file for root only. */
export function swanctlSecrets(plan: GatewayPlan, keys: TunnelKeys): string {
  const secrets = tunnelsOf(plan).map(({ name, remote }, index) => {
    const key = keys[index] ?? "";
    // Quoted text has escapes; AWS's keys have none of what is special in it.
    if (!/^[A-Za-z1-9._][A-Za-z0-9._]{7,63}$/.test(key))
      throw new Error(`the key of ${name} is not one of AWS's`);
    return `  ike-${name} {
    id-local = ${plan.publicAddress}
    id-remote = ${remote}
    secret = "${key}"
  }
`;
  });
  return `# Written by hybrid-estate.
secrets {
${secrets.join("")}}
`;
}

/**
 * The daemon's own settings. Routes are not its business, and a peer that is gone is noticed after 34 seconds (10 s
 * until it is asked, then 3 + 4.5 + 6.75 + 10 s) instead of nearly three minutes.
 */
export function charonSettings(): string {
  return `# Written by hybrid-estate.
charon {
  install_routes = no
  retransmit_tries = 3
  retransmit_timeout = 3.0
  retransmit_base = 1.5
}
`;
}
