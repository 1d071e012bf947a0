import { getPartitionOutput } from "@pulumi/aws/getPartition";
import * as pulumi from "@pulumi/pulumi";
import { raisedRecoveries } from "../../../estate/recovery";
import { DrillGround } from "../drill-ground";
import { DrillSchedule } from "../drill-schedule";
import { ProbeFunction } from "../probe-function";
import { RecoveryAlarms } from "../recovery-alarms";
import { Runbook } from "../runbook";
import { type DrillSettings, drillDefinition } from "../runbooks/drill";
import { failbackDefinition } from "../runbooks/failback";
import { failoverDefinition } from "../runbooks/failover";
import { type RunbookGuest, waves } from "../runbooks/plan";
import {
  drillRights,
  failbackRights,
  failoverRights,
  type RunbookResources,
  watchRights,
} from "../runbooks/rights";
import { watchDefinition } from "../runbooks/watch";
import { createProbeAccess } from "./access";
import type { SecondSite } from "./context";
import type { PilotLights, RecoveryParts } from "./recovery";

/** What raises guests, and what proves that it would. */
export interface Runbooks {
  readonly failover: Runbook;
  readonly failback: Runbook;
  readonly drill: Runbook;
  readonly watch: Runbook;
}

/** Seconds between two looks of a runbook at something that is not ready yet. */
const POLL_SECONDS = 15;

/** The runbooks of the site; none where nothing comes back by itself. */
export function createRunbooks(
  site: SecondSite,
  parts: RecoveryParts,
  pilotLights: PilotLights,
): Runbooks | undefined {
  if (Object.keys(pilotLights).length === 0) return undefined;
  const { name, aws, parent } = site;
  const { network, alerts } = parts;
  const vpcId = network.vpc.id;
  // Where nothing leads in or out.
  const subnetIds = Object.values(network.isolatedSubnets).map((subnet) => subnet.id);
  const probe = new ProbeFunction(
    `${name}-probe`,
    {
      program: "probe",
      description: "Asks recovered guests whether they work",
      vpcId,
      subnetIds,
    },
    { parent },
  );
  const ground = new DrillGround(
    `${name}-drill`,
    { vpcId, probeGroupId: probe.securityGroup.id, ports: probePorts(site) },
    { parent },
  );
  createProbeAccess(site, pilotLights, probe);
  const partition = getPartitionOutput({}, { parent }).partition;

  const settings: pulumi.Output<DrillSettings> = pulumi
    .all([
      pulumi.all(runbookGuests(site, parts, pilotLights)),
      probe.function.arn,
      alerts.topic.arn,
      pulumi.all(subnetIds),
      ground.securityGroup.id,
    ])
    .apply(
      ([guests, probeFunction, topic, subnets, securityGroup]): DrillSettings => ({
        estate: site.estate.cluster.name,
        guests,
        probeFunction,
        topic,
        pollSeconds: POLL_SECONDS,
        subnets,
        securityGroup,
        detect: aws.drills.detect * 60,
        declare: aws.drills.declare * 60,
        tags: { ...aws.tags, "hybrid-estate:cluster": site.estate.cluster.name },
      }),
    );
  const resources: pulumi.Output<RunbookResources> = pulumi
    .all([
      settings,
      partition,
      alerts.key.arn,
      pulumi.all(Object.values(pilotLights).map(({ group }) => group.arn)),
    ])
    .apply(
      ([
        { guests, probeFunction, topic, subnets, securityGroup },
        home,
        topicKey,
        groups,
      ]): RunbookResources => ({
        ec2: `arn:${home}:ec2:${aws.region}:${aws.account}`,
        groups,
        groupNames: guests.map(({ group }) => group),
        guests: guests.map(({ name: guest }) => guest),
        launchTemplates: guests.map(({ launchTemplate }) => launchTemplate),
        probeFunction,
        topic,
        topicKey,
        drillSubnets: subnets,
        drillSecurityGroup: securityGroup,
      }),
    );
  const runbook = (
    what: string,
    definition: (from: DrillSettings) => ReturnType<typeof drillDefinition>,
    rights: (to: RunbookResources) => ReturnType<typeof drillRights>,
  ) =>
    new Runbook(
      `${name}-${what}`,
      { account: aws.account, definition: settings.apply(definition), rights: resources.apply(rights) },
      { parent },
    );
  const runbooks = {
    failover: runbook("failover", failoverDefinition, failoverRights),
    failback: runbook("failback", failbackDefinition, failbackRights),
    drill: runbook("drill", drillDefinition, drillRights),
    watch: runbook("watch", watchDefinition, watchRights),
  };
  const { schedule, timeZone, enabled } = aws.drills;
  new DrillSchedule(
    `${name}-schedule`,
    {
      account: aws.account,
      drill: runbooks.drill.stateMachine.arn,
      watch: runbooks.watch.stateMachine.arn,
      schedule,
      timeZone,
      enabled,
    },
    { parent },
  );
  createAlarms(site, parts);
  return runbooks;
}

function probePorts({ estate }: SecondSite): number[] {
  const ports = Object.values(raisedRecoveries(estate)).map(({ probe }) => probe.port);
  return [...new Set(ports)].sort((one, other) => one - other);
}

function createAlarms({ estate, parent }: SecondSite, { alerts }: RecoveryParts): void {
  for (const [guest, { rpo, rto }] of Object.entries(raisedRecoveries(estate))) {
    new RecoveryAlarms(
      guest,
      { estate: estate.cluster.name, guest, rpo, rto, topic: alerts.topic.arn },
      { parent },
    );
  }
}

function runbookGuests(
  { estate }: SecondSite,
  { targetGroups }: RecoveryParts,
  pilotLights: PilotLights,
): pulumi.Output<RunbookGuest>[] {
  const recoveries = raisedRecoveries(estate);
  const turns = waves(Object.entries(recoveries).map(([name, { order, after }]) => ({ name, order, after })));
  return Object.entries(pilotLights).flatMap(([name, { group, launchTemplate }]) => {
    const recovery = recoveries[name];
    if (!recovery) return [];
    const { instances, running, probe, after, timeLimit, rpo, rto } = recovery;
    return [
      pulumi
        .all([group.name, launchTemplate.id, pulumi.all([...(targetGroups[name] ?? [])])])
        .apply(([groupName, templateId, arns]) => ({
          name,
          launchTemplate: templateId,
          group: groupName,
          instances,
          running,
          targetGroups: arns,
          probe: {
            port: probe.port,
            tls: probe.tls,
            ...(probe.path === undefined ? {} : { path: probe.path }),
          },
          after,
          wave: turns.get(name) ?? 0,
          timeLimit: timeLimit * 60,
          ...(rpo === undefined ? {} : { rpo: rpo * 60 }),
          ...(rto === undefined ? {} : { rto: rto * 60 }),
        })),
    ];
  });
}
