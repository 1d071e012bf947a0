import { subnets } from "./addresses";
import type { Aws } from "./schema";

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
