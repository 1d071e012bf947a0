import { mtuOf, vxlanMtu } from "../interfaces";
import { entry, pathText } from "../paths";
import { type Finding, oneOf, problem, type Step } from "../problems";
import type { Estate, SdnZone, Vnet } from "../schema";

/** Highest VLAN tag. */
const HIGHEST_VLAN = 4094;

/** Mistakes in virtual networks: tags that clash, zones that cannot carry them, guests where a zone is not. */
export function checkSdn(estate: Estate): Finding[] {
  return [
    ...names(estate),
    ...Object.entries(estate.sdnZones).flatMap(([name, zone]) => zoneProblems(estate, name, zone)),
    ...evpnProblems(estate),
    ...Object.entries(estate.vnets).flatMap(([name, vnet]) => tagForm(estate, name, vnet)),
    ...tagsTwice(estate),
    ...guestsOutsideZones(estate),
  ];
}

/** A vnet is a bridge on its nodes: one of its name must not be there. */
function names({ vnets, bridges, bonds }: Estate): Finding[] {
  return Object.keys(vnets)
    .filter((name) => entry(bridges, name) !== undefined || entry(bonds, name) !== undefined)
    .map((name) =>
      problem(["vnets", name], name, "a name that no bridge or bond has", [["bridges"], ["bonds"]]),
    );
}

function zoneProblems(estate: Estate, name: string, zone: SdnZone): Finding[] {
  const at = (...steps: Step[]) => ["sdnZones", name, ...steps];
  switch (zone.type) {
    case "simple":
      return [];
    case "vlan":
      return mtuAbove(at("mtu"), zone, mtuOf(estate, zone.bridge), `that of ${zone.bridge}`, [
        at("bridge"),
        ["bridges", zone.bridge, "mtu"],
      ]);
    case "vxlan":
      return [
        ...nodesOutside(estate, zone.network, zone.nodes, at("network")),
        ...underlayMtu(estate, name, zone, zone.network),
      ];
    case "evpn": {
      const found: Finding[] = [];
      if (estate.evpn === undefined) {
        found.push(
          problem(at("type"), zone.type, "another one, or an evpn section with the nodes' BGP", [["evpn"]]),
        );
      } else {
        found.push(
          ...nodesOutside(estate, estate.evpn.network, zone.nodes, ["evpn", "network"]),
          ...underlayMtu(estate, name, zone, estate.evpn.network),
        );
      }
      const { exitNodes, primaryExitNode, nodes } = zone;
      exitNodes.forEach((node, index) => {
        if (nodes !== undefined && !nodes.includes(node)) {
          found.push(
            problem(at("exitNodes", index), node, `a node of the zone: ${oneOf(nodes)}`, [at("nodes", "*")]),
          );
        }
      });
      if (primaryExitNode !== undefined && !exitNodes.includes(primaryExitNode)) {
        found.push(
          problem(
            at("primaryExitNode"),
            primaryExitNode,
            `one of exitNodes: ${oneOf(exitNodes, primaryExitNode)}`,
            [at("exitNodes", "*")],
          ),
        );
      }
      return found;
    }
  }
}

function underlayMtu(estate: Estate, name: string, zone: SdnZone, network: string): Finding[] {
  const carried = entry(estate.networks, network);
  if (carried === undefined) return [];
  return mtuAbove(
    ["sdnZones", name, "mtu"],
    zone,
    vxlanMtu(estate, carried),
    `${network}'s less 50 for VXLAN`,
    [["networks", network], ["bonds"], ["bridges"]],
  );
}

function mtuAbove(
  path: readonly Step[],
  { mtu }: SdnZone,
  most: number,
  why: string,
  basis: Finding["basis"],
): Finding[] {
  return mtu !== undefined && mtu > most ? [problem(path, mtu, `up to ${most}, ${why}`, basis)] : [];
}

/** The nodes of a zone are ends of its tunnels. */
function nodesOutside(
  estate: Estate,
  network: string,
  nodes: readonly string[] | undefined,
  basis: readonly Step[],
): Finding[] {
  const declared = entry(estate.networks, network);
  if (declared === undefined) return []; // a dangling reference has been reported as such
  return (nodes ?? Object.keys(estate.nodes)).flatMap((node) => {
    const addresses = entry(estate.nodes, node)?.addresses;
    return addresses === undefined || Object.hasOwn(addresses, network)
      ? []
      : [
          problem(
            ["nodes", node, "addresses", network],
            undefined,
            `an address in ${declared.cidr}, as ${pathText(basis)} has tunnels over it`,
            [basis],
          ),
        ];
  });
}

/** Proxmox takes one VXLAN id for one purpose. */
function evpnProblems({ sdnZones, vnets }: Estate): Finding[] {
  const holders = new Map<number, readonly Step[]>();
  for (const [name, { tag, zone }] of Object.entries(vnets)) {
    const type = entry(sdnZones, zone)?.type;
    if (tag !== undefined && (type === "vxlan" || type === "evpn")) holders.set(tag, ["vnets", name, "tag"]);
  }
  return Object.entries(sdnZones).flatMap(([name, zone]) => {
    if (zone.type !== "evpn") return [];
    const path = ["sdnZones", name, "vrfVxlan"];
    const holder = holders.get(zone.vrfVxlan);
    holders.set(zone.vrfVxlan, holder ?? path);
    return holder === undefined
      ? []
      : [
          problem(path, zone.vrfVxlan, `a VXLAN id that nothing else has (${pathText(holder)} has it)`, [
            holder,
          ]),
        ];
  });
}

function tagForm({ sdnZones }: Estate, name: string, { tag, zone: zoneName, vlanAware }: Vnet): Finding[] {
  const zone = entry(sdnZones, zoneName);
  if (zone === undefined) return [];
  const path = ["vnets", name, "tag"];
  const basis = [
    ["vnets", name, "zone"],
    ["sdnZones", zoneName, "type"],
  ];
  const found: Finding[] = [];
  if (zone.type === "simple" && tag !== undefined) {
    found.push(problem(path, tag, `none, as ${zoneName} is a simple zone`, basis));
  }
  if (zone.type !== "simple" && tag === undefined) {
    const kind = zone.type === "vlan" ? "a VLAN tag" : "a VXLAN id";
    found.push(problem(path, undefined, `${kind}, as ${zoneName} is a ${zone.type} zone`, basis));
  }
  if (zone.type === "vlan" && tag !== undefined && tag > HIGHEST_VLAN) {
    found.push(problem(path, tag, `up to ${HIGHEST_VLAN}, as ${zoneName} is a vlan zone`, basis));
  }
  if (zone.type === "evpn" && vlanAware) {
    found.push(problem(["vnets", name, "vlanAware"], true, `false, as ${zoneName} is an evpn zone`, basis));
  }
  return found;
}

/**
 * Tags that two networks would share: of one bridge, be it through two zones or with a network of the site, or VXLAN
 * ids, of which the cluster has one set.
 */
function tagsTwice({ networks, vnets, sdnZones }: Estate): Finding[] {
  const holders = new Map<string, readonly Step[]>();
  for (const [name, { bridge, vlan }] of Object.entries(networks)) {
    if (bridge !== undefined && vlan !== undefined)
      holders.set(`${bridge} ${vlan}`, ["networks", name, "vlan"]);
  }
  return Object.entries(vnets).flatMap(([name, { tag, zone: zoneName }]) => {
    const zone = entry(sdnZones, zoneName);
    if (tag === undefined || zone === undefined || zone.type === "simple") return [];
    const path = ["vnets", name, "tag"];
    const key = zone.type === "vlan" ? `${zone.bridge} ${tag}` : `vxlan ${tag}`;
    const holder = holders.get(key);
    if (holder === undefined) {
      holders.set(key, path);
      return [];
    }
    const where = zone.type === "vlan" ? `on ${zone.bridge}` : "as VXLAN id";
    return [
      problem(path, tag, `a tag that nothing else has ${where} (${pathText(holder)} has it)`, [
        holder,
        ["vnets", name, "zone"],
        ["sdnZones", zoneName],
      ]),
    ];
  });
}

/** Guests on a node that their virtual network is not on, or with a tag that it does not pass. */
function guestsOutsideZones(estate: Estate): Finding[] {
  return Object.entries(estate.guests).flatMap(([guest, { node, nics }]) =>
    Object.entries(nics).flatMap(([slot, { bridge, vlan }]) => {
      const vnet = entry(estate.vnets, bridge);
      if (vnet === undefined) return [];
      const path = ["guests", guest, "nics", slot];
      const found: Finding[] = [];
      const nodes = entry(estate.sdnZones, vnet.zone)?.nodes;
      if (nodes !== undefined && !nodes.includes(node)) {
        found.push(
          problem(
            [...path, "bridge"],
            bridge,
            `a network that ${node} has; ${bridge} is on ${oneOf(nodes)} only`,
            [
              ["guests", guest, "node"],
              ["vnets", bridge, "zone"],
              ["sdnZones", vnet.zone, "nodes", "*"],
            ],
          ),
        );
      }
      if (vlan !== undefined && !vnet.vlanAware) {
        found.push(
          problem([...path, "vlan"], vlan, `none, or vlanAware: true on vnets.${bridge}`, [
            [...path, "bridge"],
            ["vnets", bridge, "vlanAware"],
          ]),
        );
      }
      return found;
    }),
  );
}
