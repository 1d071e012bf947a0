import { METRIC_NAMESPACE, type RunbookSettings } from "./plan";
import { failed, metric, pointsStage, probeStages, selectionStages, waveStages } from "./stages";
import {
  call,
  caught,
  choice,
  type Definition,
  ERROR_WORDS,
  each,
  expression,
  PATIENT_RETRY,
  type State,
  type States,
} from "./states";

/** What a drill works with besides. */
export interface DrillSettings extends RunbookSettings {
  /** Ids of subnets without a way out, that instances are booted in by turns. */
  readonly subnets: readonly string[];
  /** Id of the security group that only the probe gets into. */
  readonly securityGroup: string;
  /** Seconds from a disaster until somebody is told: what no drill measures. */
  readonly detect: number;
  /** Seconds from then until somebody has decided to fail over. */
  readonly declare: number;
  /** Tags of the instances and volumes, besides the drill's own. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Tag of everything that a drill makes; its value is the name of the execution. */
export const DRILL_TAG = "hybrid-estate:drill";

/** An execution that takes longer is ended by AWS, and swept up after by one of its own. */
const TIME_LIMIT = 6 * 3600;
/** Seconds that instances may take to go. */
const CLEAN_UP_LIMIT = 1800;
const LEFT_STATES = ["pending", "running", "shutting-down", "stopping", "stopped"];

/**
 * The drill: boots the newest recoverable point of each guest where nothing else can be reached, asks its
 * application whether it works, measures each stage, and removes what it made, however it went.
 *
 * Input: `guests` (names; all where absent), `disruptedAt` and `declaredAt` (ISO 8601, where people took part: detection
 * and decision are then measured too), or only `sweep`: the name of an execution that was cut off, to clean up after.
 */
export function drillDefinition(settings: DrillSettings): Definition {
  return {
    Comment: `Recovery drill of ${settings.estate}: boot, probe, measure, remove`,
    QueryLanguage: "JSONata",
    TimeoutSeconds: TIME_LIMIT,
    StartAt: "Purpose",
    States: {
      Purpose: choice("Plan", ["$exists($states.input.sweep)", "Sweep"]),
      Sweep: {
        Type: "Pass",
        Assign: {
          began: expression("$millis()"),
          execution: expression("$states.input.sweep"),
          outcomes: [],
          failure: expression("''"),
          until: expression(`$millis() + ${CLEAN_UP_LIMIT * 1000}`),
        },
        Next: "Left",
      },
      ...selectionStages(settings, "Attempt"),
      Attempt: {
        Type: "Parallel",
        Comment: "Whatever goes wrong in here is cleaned up after",
        Branches: [{ StartAt: "Points", States: attempt(settings) }],
        Assign: cleanUpVariables("$states.result[0].results", "''"),
        Catch: [{ ...caught("Left"), Assign: cleanUpVariables("[]", ERROR_WORDS) }],
        Next: "Left",
      },
      ...cleanUpStages(settings),
      ...reportStages(settings),
    },
  };
}

function cleanUpVariables(results: string, failure: string): Record<string, string> {
  return {
    outcomes: expression(results),
    failure: expression(failure),
    until: expression(`$millis() + ${CLEAN_UP_LIMIT * 1000}`),
  };
}

function attempt(settings: DrillSettings): States {
  return {
    Points: pointsStage("TurnsLeft"),
    ...waveStages(settings, {
      name: "Boot",
      start: "Launch",
      states: bootStages(settings),
      next: "Results",
    }),
    Results: { Type: "Pass", Output: { results: expression("$results") }, End: true },
  };
}

/** From a launch template to an application that answers. */
function bootStages(settings: DrillSettings): States {
  return {
    Launch: launch(settings),
    NotLaunched: { Type: "Pass", Output: failed("'launch'", "$why"), End: true },
    Checks: call(
      "ec2:describeInstanceStatus",
      { InstanceIds: [expression("$id")], IncludeAllInstances: true },
      {
        Assign: {
          passed: expression(
            "$states.result.InstanceStatuses[0].InstanceStatus.Status = 'ok' and $states.result.InstanceStatuses[0].SystemStatus.Status = 'ok'",
          ),
          state: expression("$states.result.InstanceStatuses[0].InstanceState.Name"),
        },
        onError: "NotBooted",
        Next: "Booted",
      },
    ),
    Booted: choice(
      "ChecksAgain",
      ["$passed", "BootTime"],
      ["$state in ['shutting-down', 'terminated', 'stopping', 'stopped']", "Died"],
      ["$millis() > $deadline", "NotBootedInTime"],
    ),
    ChecksAgain: { Type: "Wait", Seconds: settings.pollSeconds, Next: "Checks" },
    Died: { Type: "Pass", Output: failed("'boot'", "'the instance is ' & $state"), End: true },
    NotBootedInTime: {
      Type: "Pass",
      Output: failed(
        "'boot'",
        "'its status checks have not passed after ' & $string($guest.timeLimit) & ' s'",
      ),
      End: true,
    },
    NotBooted: { Type: "Pass", Output: failed("'boot'", "$why"), End: true },
    BootTime: { Type: "Pass", Assign: { booted: expression("$millis()") }, Next: "Probe" },
    ...probeStages(settings, { next: "Works", late: "NotWorking", onError: "NotWorking" }),
    NotWorking: { Type: "Pass", Output: failed("'probe'", "$why"), End: true },
    Works: {
      Type: "Pass",
      Assign: {
        detect: expression(
          `$exists($input.disruptedAt) and $exists($input.declaredAt) ? $floor(($toMillis($input.declaredAt) - $toMillis($input.disruptedAt)) / 1000) : ${settings.detect}`,
        ),
        // Measured together with the detection where both moments are given.
        declare: expression(
          `$exists($input.declaredAt) ? $floor(($began - $toMillis($input.declaredAt)) / 1000) : ${settings.declare}`,
        ),
        lost: expression(
          "$max([0, $floor((($exists($input.disruptedAt) ? $toMillis($input.disruptedAt) : $began) - $toMillis($guest.point)) / 1000)])",
        ),
        healthy: expression("$millis()"),
      },
      Next: "Result",
    },
    Result: {
      Type: "Pass",
      Assign: { took: expression("$detect + $declare + $floor(($healthy - $began) / 1000)") },
      Next: "Measures",
    },
    Measures: {
      Type: "Pass",
      Output: expression(
        "{'name': $guest.name, 'ok': true, 'instance': $id, 'image': $guest.image, 'point': $guest.point, 'detect': $detect, 'declare': $declare, 'import': $guest.imported, 'boot': $floor(($booted - $started) / 1000), 'healthy': $floor(($healthy - $booted) / 1000), 'rpo': $lost, 'rto': $took, 'met': ($exists($guest.rto) ? $took <= $guest.rto : true) and ($exists($guest.rpo) ? $lost <= $guest.rpo : true)}",
      ),
      End: true,
    },
  };
}

function launch(settings: DrillSettings): State {
  const tags = [
    ...Object.entries(settings.tags).map(([Key, Value]) => ({ Key, Value })),
    { Key: DRILL_TAG, Value: expression("$execution") },
    { Key: "hybrid-estate:guest", Value: expression("$guest.name") },
    { Key: "Name", Value: expression("$guest.name & '-drill'") },
  ];
  return call(
    "ec2:runInstances",
    {
      LaunchTemplate: { LaunchTemplateId: expression("$guest.launchTemplate"), Version: "$Latest" },
      // The image that the point was read from, should a newer one come in meanwhile.
      ImageId: expression("$guest.image"),
      MinCount: 1,
      MaxCount: 1,
      // A retry after a lost answer starts no second one.
      ClientToken: expression("$guest.token & '-' & $substring($execution, -56)"),
      SubnetId: expression(
        `${JSON.stringify(settings.subnets)}[($exists($states.context.State.RetryCount) ? $states.context.State.RetryCount : 0) % ${Math.max(1, settings.subnets.length)}]`,
      ),
      SecurityGroupIds: [settings.securityGroup],
      InstanceInitiatedShutdownBehavior: "terminate",
      TagSpecifications: ["instance", "volume"].map((ResourceType) => ({ ResourceType, Tags: tags })),
    },
    {
      Assign: {
        id: expression("$states.result.Instances[0].InstanceId"),
        addresses: expression("[$states.result.Instances[0].PrivateIpAddress]"),
      },
      onError: "NotLaunched",
      Next: "Checks",
    },
  );
}

/** Removes every instance that bears the execution's tag, also one whose id was lost, and waits until it is gone. */
function cleanUpStages({ pollSeconds }: DrillSettings): States {
  const patient = { retry: PATIENT_RETRY, onError: "NotCleanedUp", reason: "problem" } as const;
  return {
    Left: call(
      "ec2:describeInstances",
      {
        Filters: [
          { Name: `tag:${DRILL_TAG}`, Values: [expression("$execution")] },
          { Name: "instance-state-name", Values: LEFT_STATES },
        ],
      },
      {
        ...patient,
        Assign: {
          left: expression("[$states.result.Reservations.Instances.InstanceId]"),
          running: expression(
            "[$states.result.Reservations.Instances[State.Name != 'shutting-down'].InstanceId]",
          ),
        },
        Next: "AnyLeft",
      },
    ),
    AnyLeft: choice(
      "Wait",
      ["$count($left) = 0", "Measured"],
      ["$millis() > $until", "StillThere"],
      ["$count($running) > 0", "Terminate"],
    ),
    Terminate: call(
      "ec2:terminateInstances",
      { InstanceIds: expression("$running") },
      { ...patient, Next: "Wait" },
    ),
    Wait: { Type: "Wait", Seconds: pollSeconds, Next: "Left" },
    StillThere: {
      Type: "Pass",
      Assign: { problem: expression("$join($left, ', ') & ' would not go'") },
      Next: "NotCleanedUp",
    },
    NotCleanedUp: {
      Type: "Pass",
      Assign: {
        failure: expression(
          `'CLEAN-UP FAILED (' & $problem & '): terminate what has the tag ${DRILL_TAG}=' & $execution & ($failure = '' ? '' : '. Before that: ' & $failure)`,
        ),
      },
      Next: "Measured",
    },
  };
}

function reportStages(settings: DrillSettings): States {
  const stage = (name: string, field: string) => metric(settings, name, "$one.name", `$one.${field}`);
  const stages = [
    stage("DetectTime", "detect"),
    stage("DeclareTime", "declare"),
    stage("ImportTime", "import"),
    stage("BootTime", "boot"),
    stage("HealthyTime", "healthy"),
    stage("RecoveryPoint", "rpo"),
    stage("RecoveryTime", "rto"),
  ];
  return {
    Measured: choice("Metrics", ["$count($outcomes) = 0", "Outcome"]),
    Metrics: each(
      "$outcomes",
      { one: expression("$states.context.Map.Item.Value") },
      "Guest's measures",
      {
        "Guest's measures": {
          Type: "Pass",
          Assign: { one: expression("$states.input.one") },
          Next: "Record",
        },
        Record: call(
          "cloudwatch:putMetricData",
          {
            Namespace: METRIC_NAMESPACE,
            MetricData: expression(
              `[${metric(settings, "DrillFailed", "$one.name", "$one.ok ? 0 : 1", "Count")}, $one.ok ? [${stages.join(", ")}] : []]`,
            ),
          },
          { Output: expression("$one.name"), End: true },
        ),
      },
      {
        concurrency: 5,
        onError: "NotRecorded",
        reason: "problem",
        Next: "Outcome",
      },
    ),
    NotRecorded: {
      Type: "Pass",
      Assign: {
        failure: expression(
          "($failure = '' ? '' : $failure & '; ') & 'the measures were not recorded: ' & $problem",
        ),
      },
      Next: "Outcome",
    },
    Outcome: {
      Type: "Pass",
      Assign: {
        bad: expression(
          "[$failure = '' ? [] : $failure, $map($filter($outcomes, function($one) { $not($one.ok) }), function($one) { $one.name & ' (' & $one.stage & '): ' & $one.why }), $map($filter($outcomes, function($one) { $one.ok and $not($one.met) }), function($one) { $one.name & ' missed its objective: ' & $string($one.rpo) & ' s of data, ' & $string($one.rto) & ' s to service' })]",
        ),
      },
      Next: "Good",
    },
    Good: choice("Alert", ["$count($bad) = 0", "Passed"]),
    Passed: { Type: "Succeed", Output: { guests: expression("$outcomes") } },
    Alert: call(
      "sns:publish",
      {
        TopicArn: settings.topic,
        Subject: `Recovery drill of ${settings.estate} failed`,
        Message: expression("$string({'execution': $execution, 'failures': $bad, 'guests': $outcomes})"),
      },
      { onError: "Failed", reason: "problem", Next: "Failed" },
    ),
    Failed: {
      Type: "Fail",
      Error: "DrillFailed",
      Cause: expression("$join($bad, '; ')"),
    },
  };
}
