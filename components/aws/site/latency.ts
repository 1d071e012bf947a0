import { latencyTarget } from "../../../estate/aws-network";
import type { AlertTopic } from "../alert-topic";
import { LinkLatency } from "../link-latency";
import type { RecoveryNetwork } from "../recovery-network";
import type { SecondSite } from "./context";

/** Measures the way between the sites; nothing where there is none. */
export function createLatency(
  { name, aws, estate, parent }: SecondSite,
  network: RecoveryNetwork,
  alerts: AlertTopic,
): void {
  const target = latencyTarget(estate);
  if (!target) return;
  new LinkLatency(
    `${name}-latency`,
    {
      account: aws.account,
      estate: estate.cluster.name,
      vpcId: network.vpc.id,
      subnetIds: Object.values(network.privateSubnets).map(({ id }) => id),
      target,
      limitMs: aws.latency.limitMs,
      topic: alerts.topic.arn,
    },
    { parent },
  );
}
