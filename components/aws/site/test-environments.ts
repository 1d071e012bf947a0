import * as pulumi from "@pulumi/pulumi";
import { testEnvironments } from "../../../estate/test-environments";
import { mapValues } from "../../records";
import type { RecoveryNetwork } from "../recovery-network";
import { TestAccess } from "../test-access";
import { TestEnvironment } from "../test-environment";
import type { SecondSite } from "./context";
import type { PilotLights } from "./recovery";

/** Test environments that have time left, by name; of the others it says so. */
export function createTestEnvironments(
  { name: site, aws, estate, parent }: SecondSite,
  network: RecoveryNetwork,
  pilotLights: PilotLights,
): Readonly<Record<string, TestEnvironment>> {
  const { live, over } = testEnvironments(estate, new Date());
  for (const [name, expires] of Object.entries(over)) {
    void pulumi.log.warn(
      `aws.testEnvironments.${name}: its time is over (${expires}). It is left out; take it out of the file, or give it a later moment.`,
      parent,
    );
  }
  const vpcId = network.vpc.id;
  const subnetIds = Object.values(network.isolatedSubnets).map((subnet) => subnet.id);
  const [subnetId] = subnetIds;
  if (Object.keys(live).length === 0 || subnetId === undefined) return {};
  const access = new TestAccess(`${site}-test-access`, { vpcId, subnetId }, { parent });
  return mapValues(
    live,
    ({ instances, instanceType, expires, recoveries }, name) =>
      new TestEnvironment(
        name,
        {
          vpcId,
          subnetIds,
          accessGroupId: access.securityGroup.id,
          instances,
          expires,
          guests: Object.fromEntries(
            Object.entries(recoveries).flatMap(([entry, recovery]) => {
              const light = pilotLights[entry];
              return light
                ? [
                    [
                      entry,
                      {
                        launchTemplate: light.launchTemplate.id,
                        instanceType: instanceType ?? recovery.instanceType,
                        volumeSize: recovery.volume,
                      },
                    ],
                  ]
                : [];
            }),
          ),
          tags: { ...aws.tags, "hybrid-estate:cluster": estate.cluster.name },
        },
        { parent },
      ),
  );
}
