import { splitInterface, subnets } from "./addresses";
import { networkOf } from "./checks/addresses";
import { entry } from "./paths";
import type { Aws, Estate } from "./schema";

/** Prefix bits that a subnet has more than its VPC: 16 subnets of a sixteenth each. */
const SUBNET_BITS = 4;

/** First block of each tier: four blocks a tier, of which a zone has one; the last four blocks are free. */
const FIRST_BLOCK = { private: 0, public: 4, isolated: 8 } as const;

/** What a subnet is for: `public` has a way in, `private` a way out at most, `isolated` neither. */
export type Tier = keyof typeof FIRST_BLOCK;

/** CIDR blocks of the subnets, by tier and availability zone. */
export type SubnetPlan = Readonly<Record<Tier, Readonly<Record<string, string>>>>;

/**
 * The subnets of a VPC. A zone's blocks depend on its place in the list alone, so that a zone at the end moves nobody.
 *
 * @example
 * subnetPlan({ cidr: "10.42.0.0/16", zones: ["eu-west-1a"] }).public // { "eu-west-1a": "10.42.64.0/20" }
 */
export function subnetPlan({ cidr, zones }: Pick<Aws["network"], "cidr" | "zones">): SubnetPlan {
  const blocks = subnets(cidr, SUBNET_BITS, 2 ** SUBNET_BITS);
  const tier = (first: number) =>
    Object.fromEntries(zones.map((zone, index) => [zone, blocks[first + index] ?? ""]));
  return {
    private: tier(FIRST_BLOCK.private),
    public: tier(FIRST_BLOCK.public),
    isolated: tier(FIRST_BLOCK.isolated),
  };
}

/**
 * The site's networks that the second site reaches, or those of `names`, in CIDR notation; those of unknown names are
 * left out.
 */
export function onPremisesNetworks(
  { aws, networks, vnets }: Pick<Estate, "aws" | "networks" | "vnets">,
  names: readonly string[] = aws?.onPremises ?? [],
): string[] {
  return names.flatMap((name) => {
    const network = entry(networks, name);
    return network ? [network.cidr] : Object.keys(entry(vnets, name)?.subnets ?? {});
  });
}

/** The address that a gateway sends from: in one of the networks that the second site reaches, or else its first. */
export function gatewayAddress(estate: Estate, guest: string): string | undefined {
  const nics = Object.values(entry(estate.guests, guest)?.nics ?? {}).filter(
    ({ address }) => address !== "dhcp",
  );
  const reached = onPremisesNetworks(estate);
  const near = nics.find((nic) => reached.includes(networkOf(estate, nic)?.cidr ?? "")) ?? nics[0];
  return near && splitInterface(near.address).address;
}

/**
 * TCP port by which the second site measures the way to a gateway: the gateway refuses it at once, instead of saying
 * nothing as to everything else. Nothing listens there (it was the echo protocol's), and nothing has to.
 */
export const LATENCY_PORT = 7;

/** A TCP port, and whose. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * What the second site asks to learn how long the way to the site is: what is declared for it, or the gateways
 * themselves. Nothing where there is no way.
 */
export function latencyTarget(estate: Estate): Endpoint | undefined {
  const { aws } = estate;
  if (!aws?.vpn && !aws?.directConnect) return undefined;
  if (aws.latency.target) return aws.latency.target;
  const way = wayToAws(estate);
  return way === undefined ? undefined : { address: way, port: LATENCY_PORT };
}

/** Where the site's routers send what is for AWS: the gateways' shared address, or the first one's; if there is a VPN. */
export function wayToAws(estate: Estate): string | undefined {
  const { sharedAddress, gateways = {} } = estate.aws?.vpn ?? {};
  const [first] = Object.values(gateways);
  return sharedAddress
    ? splitInterface(sharedAddress.address).address
    : first && gatewayAddress(estate, first.guest);
}
