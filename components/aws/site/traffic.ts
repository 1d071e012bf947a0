import type * as pulumi from "@pulumi/pulumi";
import { listenPort, targetAddresses } from "../../../estate/traffic";
import { present } from "../../records";
import { LoadBalancer } from "../load-balancer";
import type { RecoveryNetwork } from "../recovery-network";
import type { SecondSite } from "./context";

/** How users reach both sites. */
export interface TrafficParts {
  /** By entry of `aws.traffic`. */
  readonly balancers: Readonly<Record<string, LoadBalancer>>;
  /** ARNs of the target groups that a recovery's instances are put into, by entry of `aws.recovery`. */
  readonly targetGroups: Readonly<Record<string, readonly pulumi.Output<string>[]>>;
}

export function createTraffic(site: SecondSite, network: RecoveryNetwork): TrafficParts {
  const { aws } = site;
  const balancers = Object.fromEntries(
    Object.keys(aws.traffic).flatMap((name): [string, LoadBalancer][] => {
      const balancer = createBalancer(site, network, name);
      return balancer ? [[name, balancer]] : [];
    }),
  );
  const targetGroups = Object.fromEntries(
    Object.keys(aws.recovery).map((recovery) => [
      recovery,
      present(
        Object.entries(aws.traffic).map(([name, traffic]) =>
          traffic.recovery === recovery ? balancers[name]?.instanceGroup : undefined,
        ),
      ),
    ]),
  );
  return { balancers, targetGroups };
}

function createBalancer(
  { aws, estate, parent }: SecondSite,
  network: RecoveryNetwork,
  name: string,
): LoadBalancer | undefined {
  const traffic = aws.traffic[name];
  if (!traffic) return undefined;
  const { certificate, guests, health, recovery, record, weights } = traffic;
  const addresses = Object.fromEntries(
    Object.entries(targetAddresses(estate, guests ?? [])).flatMap(([guest, address]): [string, string][] =>
      address === undefined ? [] : [[guest, address]],
    ),
  );
  return new LoadBalancer(
    name,
    {
      kind: traffic.kind,
      internal: traffic.scheme === "internal",
      vpcId: network.vpc.id,
      subnetIds: Object.values(
        traffic.scheme === "internet" ? network.publicSubnets : network.privateSubnets,
      ).map((subnet) => subnet.id),
      from: traffic.from,
      port: listenPort(traffic),
      targetPort: traffic.targetPort,
      health: {
        intervalSeconds: health.intervalSeconds,
        healthy: health.healthy,
        unhealthy: health.unhealthy,
        ...(health.path === undefined ? {} : { path: health.path }),
      },
      ...(recovery === undefined ? {} : { instances: { weight: weights?.recovery ?? 1 } }),
      ...(guests === undefined ? {} : { addresses: { weight: weights?.guests ?? 1, of: addresses } }),
      ...(certificate === undefined
        ? {}
        : {
            certificate: {
              ...(certificate.arn === undefined ? {} : { arn: certificate.arn }),
              ...(certificate.domain === undefined ? {} : { domain: certificate.domain }),
            },
          }),
      ...(record === undefined
        ? {}
        : {
            record: {
              zone: record.zone,
              name: record.name,
              ...(record.failover === undefined ? {} : { failover: record.failover }),
            },
          }),
    },
    { parent },
  );
}
