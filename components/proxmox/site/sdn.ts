import type { Estate, SdnZone } from "../../../estate";
import { mapValues } from "../../records";
import { Sdn, type SdnZoneSettings } from "../sdn";
import type { Site } from "./context";
import { interfacesOf, type Nodes } from "./nodes";

/** The site's virtual networks; undefined where it has none. They lie on interfaces that are made here too. */
export function createSdn({ estate, parent }: Site, nodes: Nodes): Sdn | undefined {
  const { sdnZones, vnets, evpn, cluster } = estate;
  if (Object.keys(sdnZones).length === 0 && evpn === undefined) return undefined;
  return new Sdn(
    cluster.name,
    {
      zones: mapValues(sdnZones, (zone) => zoneSettings(estate, zone)),
      vnets,
      ...(evpn && { evpn: { asn: evpn.asn, peers: tunnelEnds(estate, evpn, undefined) } }),
    },
    { parent, dependsOn: interfacesOf(nodes) },
  );
}

function zoneSettings(estate: Estate, zone: SdnZone): SdnZoneSettings {
  // Written out: the provider takes nodes that are left out as those that a zone has.
  const nodes = zone.nodes ?? Object.keys(estate.nodes);
  if (zone.type !== "vxlan") return { ...zone, nodes };
  const { network, peers, ...settings } = zone;
  return { ...settings, nodes, peers: tunnelEnds(estate, { network, peers }, nodes) };
}

/** The addresses that tunnels end at: those of the nodes in the network below, and what else is named. */
function tunnelEnds(
  { nodes: all }: Estate,
  { network, peers }: { readonly network: string; readonly peers: readonly string[] },
  nodes: readonly string[] = Object.keys(all),
): string[] {
  return [...nodes.flatMap((node) => all[node]?.addresses[network] ?? []), ...peers];
}
