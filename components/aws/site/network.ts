import { subnetPlan } from "../../../estate/aws-network";
import { RecoveryNetwork } from "../recovery-network";
import type { SecondSite } from "./context";

export function createNetwork({
  name,
  aws: { account, region, network },
  parent,
}: SecondSite): RecoveryNetwork {
  const { cidr, nat, endpoints, flowLogs } = network;
  return new RecoveryNetwork(
    name,
    { account, region, cidr, subnets: subnetPlan(network), nat, endpoints, flowLogs },
    { parent },
  );
}
