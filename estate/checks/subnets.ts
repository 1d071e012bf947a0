import { compare, contains, isHostAddress, splitInterface } from "../addresses";
import { entry } from "../paths";
import { type Finding, problem, type Step } from "../problems";
import type { Estate, Nic, SdnZone, Subnet, Vnet } from "../schema";

/** Mistakes in the subnets of virtual networks: addresses outside, and what their zone cannot do. */
export function checkSubnets(estate: Estate): Finding[] {
  return [
    ...Object.entries(estate.vnets).flatMap(([name, vnet]) =>
      Object.entries(vnet.subnets).flatMap(([cidr, subnet]) =>
        subnetProblems(estate, name, vnet, cidr, subnet),
      ),
    ),
    ...staticInDhcpRanges(estate),
  ];
}

function subnetProblems(
  { sdnZones }: Estate,
  name: string,
  { zone: zoneName, vlanAware }: Vnet,
  cidr: string,
  { gateway, snat, dhcpRange, dnsServer }: Subnet,
): Finding[] {
  const at = (...steps: Step[]) => ["vnets", name, "subnets", cidr, ...steps];
  const zone = entry(sdnZones, zoneName);
  const zoneBasis = [
    ["vnets", name, "zone"],
    ["sdnZones", zoneName],
  ];
  const found: Finding[] = [];
  if (vlanAware) {
    found.push(
      problem(at(), cidr, "none, as the network is VLAN-aware: Proxmox has subnets on others only", [
        ["vnets", name, "vlanAware"],
      ]),
    );
  }
  if (gateway !== undefined && !isHostAddress(cidr, gateway)) {
    found.push(problem(at("gateway"), gateway, `a host address in ${cidr}`));
  }
  if (snat && gateway === undefined) {
    found.push(problem(at("gateway"), undefined, "the nodes' address in it, as snat is on", [at("snat")]));
  }
  if (snat && zone !== undefined && !canRoute(zone)) {
    found.push(
      problem(at("snat"), true, "false: only simple zones, and evpn zones with exit nodes, do it", zoneBasis),
    );
  }
  if (dnsServer !== undefined && dhcpRange === undefined) {
    found.push(problem(at("dnsServer"), dnsServer, "none, as there is no dhcpRange", [at("dhcpRange")]));
  }
  if (dnsServer !== undefined && !isHostAddress(cidr, dnsServer)) {
    found.push(problem(at("dnsServer"), dnsServer, `a host address in ${cidr}: the provider takes no other`));
  }
  if (dhcpRange === undefined) return found;
  if (zone !== undefined && !(zone.type === "simple" && zone.dhcp)) {
    found.push(
      problem(at("dhcpRange"), dhcpRange, "none: only a simple zone with dhcp: true answers DHCP", zoneBasis),
    );
  }
  const { start, end } = dhcpRange;
  for (const [key, address] of Object.entries(dhcpRange)) {
    if (!isHostAddress(cidr, address))
      found.push(problem(at("dhcpRange", key), address, `a host address in ${cidr}`));
  }
  if (compare(start, end) > 0) {
    found.push(
      problem(at("dhcpRange", "end"), end, `${start} or later, where the range starts`, [
        at("dhcpRange", "start"),
      ]),
    );
  }
  if (gateway !== undefined && inRange(dhcpRange, gateway)) {
    found.push(
      problem(at("dhcpRange"), dhcpRange, `a range without the gateway ${gateway}`, [at("gateway")]),
    );
  }
  return found;
}

/** Zones in which the nodes route: they hide guests behind their addresses. */
function canRoute(zone: SdnZone): boolean {
  return zone.type === "simple" || (zone.type === "evpn" && zone.exitNodes.length > 0);
}

/** DHCP would give the address to somebody else. */
function staticInDhcpRanges({ guests, vnets }: Estate): Finding[] {
  return Object.entries(guests).flatMap(([guest, { nics }]) =>
    Object.entries(nics).flatMap(([slot, nic]) => {
      const range = dhcpRangeOf(vnets, nic);
      const { address } = splitInterface(nic.address);
      return range !== undefined && inRange(range, address)
        ? [
            problem(
              ["guests", guest, "nics", slot, "address"],
              nic.address,
              `an address outside ${range.start} to ${range.end}, which DHCP gives`,
              [
                ["guests", guest, "nics", slot, "bridge"],
                ["vnets", nic.bridge, "subnets", "*", "dhcpRange"],
              ],
            ),
          ]
        : [];
    }),
  );
}

function dhcpRangeOf(vnets: Estate["vnets"], { bridge, address }: Nic): Subnet["dhcpRange"] {
  if (address === "dhcp") return undefined;
  const subnets = Object.entries(entry(vnets, bridge)?.subnets ?? {});
  return subnets.find(([cidr]) => contains(cidr, splitInterface(address).address))?.[1].dhcpRange;
}

function inRange({ start, end }: NonNullable<Subnet["dhcpRange"]>, address: string): boolean {
  return compare(start, address) <= 0 && compare(address, end) <= 0;
}
