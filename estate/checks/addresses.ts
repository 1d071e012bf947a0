import { contains, isHostAddress, overlap, prefixLength, splitInterface } from "../addresses";
import { entry, pathText } from "../paths";
import { type Finding, problem, type Step } from "../problems";
import type { Estate, Nic } from "../schema";

/** An address that somebody has, and where the description says so. */
interface Claim {
  readonly path: readonly Step[];
  readonly address: string;
}

/** Mistakes in addresses: outside their network, given twice, networks that overlap. */
export function checkAddresses(estate: Estate): Finding[] {
  return [
    ...overlappingNetworks(estate),
    ...vpcSize(estate),
    ...gatewaysOutside(estate),
    ...nodesOutside(estate),
    ...guestsOutside(estate),
    ...twiceGiven(estate),
  ];
}

function overlappingNetworks(estate: Estate): Finding[] {
  const networks = Object.entries(estate.networks).map(([name, { cidr }]) => ({
    path: ["networks", name, "cidr"],
    name: `network ${name}`,
    cidr,
  }));
  for (const [vnet, { subnets }] of Object.entries(estate.vnets)) {
    for (const cidr of Object.keys(subnets)) {
      networks.push({ path: ["vnets", vnet, "subnets", cidr], name: `subnet of ${vnet}`, cidr });
    }
  }
  if (estate.aws) {
    networks.push({ path: ["aws", "network", "cidr"], name: "the VPC", cidr: estate.aws.network.cidr });
  }
  return networks.flatMap((later, index) =>
    networks
      .slice(0, index)
      .filter((earlier) => overlap(earlier.cidr, later.cidr))
      .map((earlier) =>
        problem(later.path, later.cidr, `a network that does not overlap ${earlier.name} (${earlier.cidr})`, [
          earlier.path,
        ]),
      ),
  );
}

/** AWS has VPCs from /16 and subnets down to /28, and a subnet here is a sixteenth of its VPC. */
function vpcSize({ aws }: Estate): Finding[] {
  if (aws === undefined) return [];
  const prefix = prefixLength(aws.network.cidr);
  return prefix >= 16 && prefix <= 24
    ? []
    : [problem(["aws", "network", "cidr"], aws.network.cidr, "a network from /16 to /24")];
}

function gatewaysOutside(estate: Estate): Finding[] {
  return Object.entries(estate.networks).flatMap(([name, { cidr, gateway }]) =>
    gateway !== undefined && !isHostAddress(cidr, gateway)
      ? [
          problem(["networks", name, "gateway"], gateway, `a host address in ${cidr}`, [
            ["networks", name, "cidr"],
          ]),
        ]
      : [],
  );
}

function nodesOutside(estate: Estate): Finding[] {
  return Object.entries(estate.nodes).flatMap(([node, { addresses }]) =>
    Object.entries(addresses).flatMap(([network, address]) => {
      const cidr = entry(estate.networks, network)?.cidr;
      return cidr !== undefined && !isHostAddress(cidr, address)
        ? [
            problem(
              ["nodes", node, "addresses", network],
              address,
              `a host address in ${network} (${cidr})`,
              [["networks", network, "cidr"]],
            ),
          ]
        : [];
    }),
  );
}

function guestsOutside(estate: Estate): Finding[] {
  return staticNics(estate).flatMap(({ path, nic }) => {
    const network = networkOf(estate, nic);
    if (network === undefined) return [];
    const { address, prefix } = splitInterface(nic.address);
    const fits = isHostAddress(network.cidr, address) && prefix === prefixLength(network.cidr);
    return fits
      ? []
      : [
          problem(path, nic.address, `a host address in ${network.cidr}, with its prefix length, or dhcp`, [
            [...path.slice(0, -1), "bridge"],
            [...path.slice(0, -1), "vlan"],
            ...networksAt(estate, nic).map(({ path: where }) => where),
            ["networks", "*", "bridge"],
            ["networks", "*", "vlan"],
          ]),
        ];
  });
}

function twiceGiven(estate: Estate): Finding[] {
  const claims: Claim[] = [
    ...Object.entries(estate.networks).flatMap(([name, { gateway }]) =>
      gateway === undefined ? [] : [{ path: ["networks", name, "gateway"], address: gateway }],
    ),
    ...Object.entries(estate.vnets).flatMap(([vnet, { subnets }]) =>
      Object.entries(subnets).flatMap(([cidr, { gateway }]) =>
        gateway === undefined
          ? []
          : [{ path: ["vnets", vnet, "subnets", cidr, "gateway"], address: gateway }],
      ),
    ),
    ...Object.entries(estate.nodes).flatMap(([node, { addresses }]) =>
      Object.entries(addresses).map(([network, address]) => ({
        path: ["nodes", node, "addresses", network],
        address,
      })),
    ),
    ...Object.entries(estate.nfsServers).map(([name, { address }]) => ({
      path: ["nfsServers", name, "address"],
      address,
    })),
    ...staticNics(estate).map(({ path, nic }) => ({ path, address: splitInterface(nic.address).address })),
  ];
  const holders = new Map<string, Claim>();
  return claims.flatMap((claim) => {
    const holder = holders.get(claim.address);
    if (holder === undefined) {
      holders.set(claim.address, claim);
      return [];
    }
    return [
      problem(
        claim.path,
        claim.address,
        `an address that nobody else has (${pathText(holder.path)} has it)`,
        [holder.path],
      ),
    ];
  });
}

function staticNics(estate: Estate): { path: Step[]; nic: Nic }[] {
  return Object.entries(estate.guests).flatMap(([guest, { nics }]) =>
    Object.entries(nics)
      .filter(([, nic]) => nic.address !== "dhcp")
      .map(([slot, nic]) => ({ path: ["guests", guest, "nics", slot, "address"], nic })),
  );
}

/** A network that guests may be in: one of the site, or a subnet of a virtual network. */
interface GuestNetwork {
  readonly path: readonly Step[];
  readonly cidr: string;
  readonly gateway: string | undefined;
}

/** What the places of networks are read from. */
type Networks = Pick<Estate, "networks" | "vnets">;

/** The network that an interface is in, by its bridge and VLAN; undefined where none is declared there. */
export function networkOf(
  estate: Networks,
  nic: Pick<Nic, "bridge" | "vlan" | "address">,
): GuestNetwork | undefined {
  const candidates = networksAt(estate, nic);
  if (nic.address === "dhcp") return candidates[0];
  const { address } = splitInterface(nic.address);
  // A bridge may carry several untagged networks: the one that holds the address is meant.
  return candidates.find((network) => contains(network.cidr, address)) ?? candidates[0];
}

function networksAt(
  { networks, vnets }: Networks,
  { bridge, vlan }: Pick<Nic, "bridge" | "vlan">,
): GuestNetwork[] {
  const ofSite = Object.entries(networks)
    .filter(([, network]) => network.bridge === bridge && network.vlan === vlan)
    .map(([name, { cidr, gateway }]) => ({ path: ["networks", name, "cidr"], cidr, gateway }));
  // A tag of a guest's own on a virtual network is another network.
  const subnets = vlan === undefined ? Object.entries(entry(vnets, bridge)?.subnets ?? {}) : [];
  const ofVnet = subnets.map(([cidr, { gateway }]) => ({
    path: ["vnets", bridge, "subnets", cidr],
    cidr,
    gateway,
  }));
  return [...ofSite, ...ofVnet];
}
