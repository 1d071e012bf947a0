import { subnets } from "../../../estate/addresses";
import { RecoveryNetwork } from "../recovery-network";
import type { SecondSite } from "./context";

/** Prefix bits that a subnet has more than its VPC: 16 subnets of a sixteenth each, room for what comes later. */
const SUBNET_BITS = 4;

export function createNetwork({ name, aws: { region, network }, parent }: SecondSite): RecoveryNetwork {
  const blocks = subnets(network.cidr, SUBNET_BITS, network.zones.length);
  const privateSubnets = Object.fromEntries(network.zones.map((zone, index) => [zone, blocks[index] ?? ""]));
  return new RecoveryNetwork(name, { region, cidr: network.cidr, privateSubnets }, { parent });
}
