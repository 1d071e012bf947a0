import { raisedRecoveries, recoveredConnections } from "../../../estate/recovery";
import { GroupAccess, type Party } from "../group-access";
import type { LoadBalancer } from "../load-balancer";
import type { ProbeFunction } from "../probe-function";
import type { SecondSite } from "./context";
import type { PilotLights } from "./recovery";

/** Recovered guests let each other in where one needs the other, and the load balancers that lead to them. */
export function createAccess(
  { aws, estate, parent }: SecondSite,
  pilotLights: PilotLights,
  balancers: Readonly<Record<string, LoadBalancer>>,
): void {
  for (const { from, to, ports } of recoveredConnections(estate)) {
    const [one, other] = [partyOf(pilotLights, from), partyOf(pilotLights, to)];
    if (one && other) new GroupAccess(`${from}.to.${to}`, { from: one, to: other, ports }, { parent });
  }
  for (const [name, balancer] of Object.entries(balancers)) {
    const traffic = aws.traffic[name];
    const target = traffic?.recovery;
    const to = target === undefined ? undefined : partyOf(pilotLights, target);
    if (!traffic || !to) continue;
    new GroupAccess(
      `${name}.to.${target}`,
      {
        from: { groupId: balancer.securityGroup.id, what: `load balancer ${name}` },
        to,
        ports: [traffic.targetPort],
      },
      { parent: balancer },
    );
  }
}

/** Recovered guests let in what asks whether they work, on the port that it asks. */
export function createProbeAccess(
  { estate }: SecondSite,
  pilotLights: PilotLights,
  probe: ProbeFunction,
): void {
  for (const [name, recovery] of Object.entries(raisedRecoveries(estate))) {
    const to = partyOf(pilotLights, name);
    if (!to) continue;
    new GroupAccess(
      `probe.to.${name}`,
      { from: { groupId: probe.securityGroup.id, what: "the probe" }, to, ports: [recovery.probe.port] },
      { parent: probe },
    );
  }
}

function partyOf(pilotLights: PilotLights, name: string): Party | undefined {
  const light = pilotLights[name];
  return light && { groupId: light.securityGroup.id, what: `recovered guest ${name}` };
}
