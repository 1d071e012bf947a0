import type { Estate, Firewall, Guest } from "../../../estate";
import { addressSets, NODES_SET, setNameAtSite } from "../../../estate/firewall-sets";
import { mapValues } from "../../records";
import { ClusterFirewall } from "../cluster-firewall";
import type { FirewallRule, FirewallRules } from "../firewall-rule";
import { GuestFirewall } from "../guest-firewall";
import { nodeConnection, type Site } from "./context";
import type { Guests } from "./guests";

/** Ports that the nodes of a cluster need of each other, beside corosync's: SSH, API, SPICE, live migration. */
const BETWEEN_NODES = [22, 3128, 8006, "60000-60050"];
/** Ceph's monitors (both protocols), and its OSDs, managers and metadata servers. */
const CEPH = [3300, 6789, "6800-7568"];
/** Corosync's links 0 to 7. */
const COROSYNC = ["5405-5412"];

export function createFirewall(site: Site, guests: Guests): void {
  const { estate, parent } = site;
  const { firewall } = estate;
  const [firstNode] = Object.keys(estate.nodes);
  if (firewall === undefined || firstNode === undefined) return;
  const sets = addressSets(estate);
  const { names } = new ClusterFirewall(
    estate.cluster.name,
    {
      enabled: firewall.enabled,
      nodes: Object.keys(estate.nodes),
      sets: mapValues(sets, (set, name) => ({ ...set, setName: setNameAtSite(name, set) })),
      groups: firewall.groups,
      nodeRules: nodeRules(firewall, Object.keys(estate.cephPools).length > 0),
      logDropped: firewall.logDropped,
      logRate: firewall.logRate,
      connection: nodeConnection(site, firstNode),
      management: firewall.management.flatMap((name) => sets[name]?.addresses ?? []),
    },
    { parent },
  );
  for (const [name, guest] of Object.entries(estate.guests)) {
    const resource = guests[name]?.resource;
    new GuestFirewall(name, { ...guestArgs(firewall, guest), names }, { parent, dependsOn: resource });
  }
}

/** What the cluster needs to be managed and to be one, before what is declared. */
export function nodeRules({ management, spice, nodes }: Firewall, ceph: boolean): FirewallRules {
  const accept = (rule: Partial<FirewallRule> & Pick<FirewallRule, "comment" | "from">): FirewallRule => ({
    action: "accept",
    direction: "in",
    to: [],
    log: "nolog",
    ...rule,
  });
  return {
    groups: nodes.groups,
    rules: [
      accept({ protocol: "tcp", ports: [22, 8006], from: management, comment: "management: SSH and API" }),
      accept({ protocol: "icmp", from: management, comment: "management: ping" }),
      ...(spice.length === 0
        ? []
        : [accept({ protocol: "tcp", ports: [3128], from: spice, comment: "SPICE consoles" })]),
      accept({ protocol: "tcp", ports: BETWEEN_NODES, from: [NODES_SET], comment: "between nodes" }),
      accept({ protocol: "udp", ports: COROSYNC, from: [NODES_SET], comment: "corosync" }),
      ...(ceph ? [accept({ protocol: "tcp", ports: CEPH, from: [NODES_SET], comment: "Ceph" })] : []),
      accept({ protocol: "icmp", from: [NODES_SET], comment: "between nodes: ping" }),
      ...nodes.rules,
    ],
  };
}

function guestArgs({ guests, logDropped }: Firewall, guest: Estate["guests"][string]) {
  const { enabled = true, input = "drop", output = "accept", groups = [], rules = [] } = guest.firewall ?? {};
  return {
    kind: guest.kind,
    vmId: guest.id,
    nodeName: guest.node,
    enabled,
    input,
    output,
    dhcp: usesDhcp(guest),
    logDropped,
    rules: { groups: [...new Set([...guests.groups, ...groups])], rules },
  } as const;
}

function usesDhcp({ nics }: Guest): boolean {
  return Object.values(nics).some(({ address }) => address === "dhcp");
}
