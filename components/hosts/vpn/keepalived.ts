import type { GatewayPlan, SharedAddress } from "./plan";
import { DEVICE_PREFIX } from "./tunnels";

/** The script puts the name of the interface that has the gateway's address in its place: only the guest knows it. */
export const SITE_DEVICE = "@SITE_DEVICE@";

/** Asks whether there is a way to AWS from here. */
export const TRACK_PATH = "/usr/local/lib/hybrid-estate/tunnel-track";

/** Exit code 0 while a tunnel has the route to every network behind AWS. */
export function trackScript({ remoteNetworks }: GatewayPlan): string {
  const checks = remoteNetworks.map(
    (cidr) => `[[ $(ip -4 route get ${cidr.split("/")[0]} 2>/dev/null) == *" dev ${DEVICE_PREFIX}"* ]]`,
  );
  return `#!/usr/bin/env bash
# Written by hybrid-estate: whether this gateway has a way to AWS.
${checks.join(" &&\n  ")}
`;
}

/**
 * The shared address for keepalived: the gateway of the lowest rank has it, and gives it away when it goes, or when it
 * has no tunnel left while another one has. Advertisements go to the other gateways alone.
 */
export function keepalivedConfig(plan: GatewayPlan, shared: SharedAddress): string {
  return `# Written by hybrid-estate.
global_defs {
  router_id ${plan.name}
  enable_script_security
  script_user root
  vrrp_garp_master_refresh 60
}

vrrp_script tunnels {
  script "${TRACK_PATH}"
  interval 5
  timeout 3
  fall 2
  rise 2
  weight -100
  init_fail
}

vrrp_instance site {
  state BACKUP
  interface ${SITE_DEVICE}
  virtual_router_id ${shared.routerId}
  priority ${250 - 10 * shared.rank}
  advert_int 1
  unicast_src_ip ${plan.address}
  unicast_peer {
${shared.peers.map((peer) => `    ${peer}`).join("\n")}
  }
  virtual_ipaddress {
    ${shared.address}
  }
  track_script {
    tunnels
  }
}
`;
}
