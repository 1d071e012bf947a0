import { mapValues } from "../../records";
import { PilotLight } from "../pilot-light";
import type { RecoveryNetwork } from "../recovery-network";
import type { SecondSite } from "./context";

/** What waits for a failover, by guest. */
export type PilotLights = Readonly<Record<string, PilotLight>>;

export function createPilotLights({ aws, parent }: SecondSite, network: RecoveryNetwork): PilotLights {
  return mapValues(
    aws.recovery,
    ({ volume, ...recovery }, guest) =>
      new PilotLight(
        guest,
        {
          ...recovery,
          vpcId: network.vpc.id,
          vpcCidr: aws.network.cidr,
          subnetIds: Object.values(network.privateSubnets).map((subnet) => subnet.id),
          s3PrefixListId: network.s3Endpoint.prefixListId,
          volumeSize: volume,
          tags: { ...aws.tags, "hybrid-estate:guest": guest },
        },
        { parent },
      ),
  );
}
