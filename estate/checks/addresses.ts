import { contains, isHostAddress, overlap, prefixLength, splitInterface } from "../addresses";
import { type Problem, problem, type Step } from "../problems";
import type { Estate, Network, Nic } from "../schema";

/** An address that somebody has, and where the description says so. */
interface Claim {
  readonly path: readonly Step[];
  readonly address: string;
}

/** Mistakes in addresses: outside their network, given twice, networks that overlap. */
export function checkAddresses(estate: Estate): Problem[] {
  return [
    ...overlappingNetworks(estate),
    ...gatewaysOutside(estate),
    ...nodesOutside(estate),
    ...guestsOutside(estate),
    ...twiceGiven(estate),
  ];
}

function overlappingNetworks(estate: Estate): Problem[] {
  const networks = Object.entries(estate.networks).map(([name, { cidr }]) => ({
    path: ["networks", name, "cidr"],
    name: `network ${name}`,
    cidr,
  }));
  if (estate.aws) {
    networks.push({ path: ["aws", "network", "cidr"], name: "the VPC", cidr: estate.aws.network.cidr });
  }
  return networks.flatMap((later, index) =>
    networks
      .slice(0, index)
      .filter((earlier) => overlap(earlier.cidr, later.cidr))
      .map((earlier) =>
        problem(later.path, later.cidr, `a network that does not overlap ${earlier.name} (${earlier.cidr})`),
      ),
  );
}

function gatewaysOutside(estate: Estate): Problem[] {
  return Object.entries(estate.networks).flatMap(([name, { cidr, gateway }]) =>
    gateway !== undefined && !isHostAddress(cidr, gateway)
      ? [problem(["networks", name, "gateway"], gateway, `a host address in ${cidr}`)]
      : [],
  );
}

function nodesOutside(estate: Estate): Problem[] {
  return Object.entries(estate.nodes).flatMap(([node, { addresses }]) =>
    Object.entries(addresses).flatMap(([network, address]) => {
      const cidr = estate.networks[network]?.cidr;
      return cidr !== undefined && !isHostAddress(cidr, address)
        ? [problem(["nodes", node, "addresses", network], address, `a host address in ${network} (${cidr})`)]
        : [];
    }),
  );
}

function guestsOutside(estate: Estate): Problem[] {
  return staticNics(estate).flatMap(({ path, nic }) => {
    const network = networkOf(estate, nic);
    if (network === undefined) return [];
    const { address, prefix } = splitInterface(nic.address);
    const fits = isHostAddress(network.cidr, address) && prefix === prefixLength(network.cidr);
    return fits
      ? []
      : [problem(path, nic.address, `a host address in ${network.cidr}, with its prefix length, or dhcp`)];
  });
}

function twiceGiven(estate: Estate): Problem[] {
  const claims: Claim[] = [
    ...Object.entries(estate.networks).flatMap(([name, { gateway }]) =>
      gateway === undefined ? [] : [{ path: ["networks", name, "gateway"], address: gateway }],
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
      problem(claim.path, claim.address, `an address that nobody else has (${holder.path.join(".")} has it)`),
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

/** The network that an interface is in, by its bridge and VLAN; undefined where none is declared there. */
export function networkOf(
  estate: Pick<Estate, "networks">,
  nic: Pick<Nic, "bridge" | "vlan" | "address">,
): Network | undefined {
  const candidates = Object.values(estate.networks).filter(
    (network) => network.bridge === nic.bridge && network.vlan === nic.vlan,
  );
  if (nic.address === "dhcp") return candidates[0];
  const { address } = splitInterface(nic.address);
  // A bridge may carry several untagged networks: the one that holds the address is meant.
  return candidates.find((network) => contains(network.cidr, address)) ?? candidates[0];
}
