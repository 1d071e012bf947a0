import type { RunbookSettings } from "./plan";
import { failed, POINT_TAG, selectionStages } from "./stages";
import { call, choice, type Definition, each, expression, PATIENT_RETRY, type States } from "./states";

/** Tag of the snapshots that a failback makes: the name of its execution. */
export const FAILBACK_TAG = "hybrid-estate:failback";

/**
 * What Auto Scaling must not do to an instance that is stopped: it would end it as unhealthy, and its disk with it, and
 * start a fresh one from an old image.
 */
export const HELD_PROCESSES = ["AZRebalance", "HealthCheck", "Launch", "ReplaceUnhealthy", "Terminate"];

/** Large volumes take hours to copy. */
const TIME_LIMIT = 24 * 3600;
/** Seconds that a guest's snapshots may take, and between two looks at them: an execution has 25,000 events at most. */
const COPY_LIMIT = 12 * 3600;
const COPY_POLL = 120;

/**
 * The AWS half of the way back. Input: `guests` (names; all where absent) and `action`:
 *
 * - `stop` (where absent): ends writes and keeps what was written. In the reverse order of the failover it holds each
 *   group, shuts its instances down, and copies their volumes as snapshots. What fails is undone for all: a service
 *   that cannot come home goes on here.
 * - `resume`: starts what was stopped, where it turned out that the cluster cannot take it yet.
 * - `release`: lowers groups to what they are on ordinary days, which deletes instances and volumes. Refused for what
 *   still runs, and for what has a volume without a snapshot of a failback.
 */
export function failbackDefinition(settings: RunbookSettings): Definition {
  const last = Math.max(0, ...settings.guests.map(({ wave }) => wave));
  return {
    Comment: `Failback of ${settings.estate}: bring its guests home`,
    QueryLanguage: "JSONata",
    TimeoutSeconds: TIME_LIMIT,
    StartAt: "Plan",
    States: {
      ...selectionStages(settings, "Begin"),
      Begin: {
        Type: "Pass",
        Assign: {
          action: expression("$exists($input.action) ? $input.action : 'stop'"),
          wave: last,
          results: [],
          problem: expression("''"),
        },
        Next: "Action",
      },
      Action: choice(
        "UnknownAction",
        ["$action = 'stop'", "TurnsLeft"],
        ["$action = 'resume'", "Resume"],
        ["$action = 'release'", "Release"],
      ),
      UnknownAction: {
        Type: "Fail",
        Error: "UnknownAction",
        Cause: expression("'Found: ' & $string($action) & '; allowed: stop, resume, release'"),
      },
      // What failed goes on here, and with it what had been stopped before.
      TurnsLeft: choice("Report", [`${FAILURES} > 0`, "Undo"], ["$wave >= 0", "Stop"]),
      Stop: each(
        "[$filter($selected, function($one) { $one.wave = $wave })]",
        { guest: expression("$states.context.Map.Item.Value") },
        "StopGuest",
        stopStages(settings),
        {
          concurrency: 0,
          Assign: {
            results: expression("$append($results, $states.result)"),
            wave: expression("$wave - 1"),
          },
          Next: "TurnsLeft",
        },
      ),
      Undo: {
        Type: "Pass",
        Assign: { kept: expression("$results") },
        Next: "Resume",
      },
      Resume: each(
        "$selected",
        { guest: expression("$states.context.Map.Item.Value") },
        "ResumeGuest",
        resumeStages(settings),
        {
          concurrency: 0,
          Assign: {
            // After an undo it is also said what failed; of one guest the undo's own failure counts more.
            results: expression(
              "$exists($kept) ? [$map($states.result, function($one) { $one.ok ? ($count($kept[name = $one.name]) > 0 ? $merge([$kept[name = $one.name][0], {'resumed': true}]) : $one) : $one })] : $states.result",
            ),
          },
          Next: "Report",
        },
      ),
      Release: each(
        "$selected",
        { guest: expression("$states.context.Map.Item.Value") },
        "ReleaseGuest",
        releaseStages(),
        { concurrency: 0, Assign: { results: expression("$states.result") }, Next: "Report" },
      ),
      Report: call(
        "sns:publish",
        {
          TopicArn: settings.topic,
          Subject: expression(
            `'Failback of ${settings.estate} (' & $action & '): ' & (${FAILURES} = 0 ? 'done' : 'not all is done')`,
          ),
          Message: expression("$string({'execution': $execution, 'action': $action, 'guests': $results})"),
        },
        { onError: "Verdict", reason: "problem", Next: "Verdict" },
      ),
      Verdict: choice("Incomplete", [`${FAILURES} = 0`, "Done"]),
      Done: { Type: "Succeed", Output: { action: expression("$action"), guests: expression("$results") } },
      Incomplete: {
        Type: "Fail",
        Error: "Incomplete",
        Cause: expression(
          "$join($map($filter($results, function($one) { $not($one.ok) }), function($one) { $one.name & ' (' & $one.stage & '): ' & $one.why & ($one.resumed = true ? '; it goes on in AWS' : '') }), '; ')",
        ),
      },
    },
  };
}

const FAILURES = "$count($filter($results, function($one) { $not($one.ok) }))";

const GROUP = { AutoScalingGroupNames: [expression("$guest.group")] };
const HELD = { AutoScalingGroupName: expression("$guest.group"), ScalingProcesses: HELD_PROCESSES };
const IDS = expression("[$states.result.AutoScalingGroups[0].Instances.InstanceId]");
/** Ids of instances that are in another state than that. */
const notIn = (state: string) =>
  expression(`[$states.result.Reservations.Instances[State.Name != '${state}'].InstanceId]`);

/** From a group that runs to snapshots of all its volumes. */
function stopStages({ pollSeconds }: RunbookSettings): States {
  return {
    StopGuest: {
      Type: "Pass",
      Assign: {
        guest: expression("$states.input.guest"),
        deadline: expression("$millis() + $states.input.guest.timeLimit * 1000"),
        copyDeadline: expression(`$millis() + ${COPY_LIMIT * 1000}`),
        stage: "hold",
      },
      Next: "StopGroup",
    },
    StopGroup: call("autoscaling:describeAutoScalingGroups", GROUP, {
      Assign: { ids: IDS },
      onError: "NotStopped",
      Next: "AnythingHere",
    }),
    AnythingHere: choice("Hold", ["$count($ids) = 0", "NothingHere"]),
    NothingHere: {
      Type: "Pass",
      Output: expression(
        "{'name': $guest.name, 'ok': true, 'instances': [], 'snapshots': [], 'note': 'nothing of it runs in AWS'}",
      ),
      End: true,
    },
    Hold: call("autoscaling:suspendProcesses", HELD, {
      Assign: { stage: "stop" },
      onError: "NotStopped",
      Next: "ShutDown",
    }),
    ShutDown: call(
      "ec2:stopInstances",
      { InstanceIds: expression("$ids") },
      { onError: "NotStopped", Next: "Stopping" },
    ),
    Stopping: call(
      "ec2:describeInstances",
      { InstanceIds: expression("$ids") },
      { Assign: { left: notIn("stopped") }, onError: "NotStopped", Next: "IsStopped" },
    ),
    IsStopped: choice("StopAgain", ["$count($left) = 0", "Copy"], ["$millis() > $deadline", "StopLate"]),
    StopAgain: { Type: "Wait", Seconds: pollSeconds, Next: "Stopping" },
    StopLate: {
      Type: "Pass",
      Assign: {
        why: expression(
          "$join($left, ', ') & ' did not shut down within ' & $string($guest.timeLimit) & ' s'",
        ),
      },
      Next: "NotStopped",
    },
    Copy: each(
      "$ids",
      { instance: expression("$states.context.Map.Item.Value") },
      "CopyInstance",
      {
        CopyInstance: call(
          "ec2:createSnapshots",
          {
            InstanceSpecification: { InstanceId: expression("$states.input.instance") },
            Description: expression("'Failback of ' & $guest.name"),
            TagSpecifications: [
              {
                ResourceType: "snapshot",
                Tags: [
                  { Key: FAILBACK_TAG, Value: expression("$execution") },
                  { Key: "hybrid-estate:guest", Value: expression("$guest.name") },
                  { Key: POINT_TAG, Value: expression("$now()") },
                ],
              },
            ],
          },
          { Output: expression("[$states.result.Snapshots.SnapshotId]"), End: true },
        ),
      },
      {
        concurrency: 5,
        Assign: {
          snapshots: expression("[$reduce($states.result, $append, [])]"),
          stage: "copy",
          stopped: expression("$now()"),
        },
        onError: "NotCopied",
        Next: "Copying",
      },
    ),
    NotCopied: { Type: "Pass", Assign: { stage: "copy" }, Next: "NotStopped" },
    Copying: call(
      "ec2:describeSnapshots",
      { SnapshotIds: expression("$snapshots") },
      {
        Assign: {
          pending: expression("[$states.result.Snapshots[State != 'completed'].SnapshotId]"),
          broken: expression("[$states.result.Snapshots[State = 'error'].SnapshotId]"),
        },
        onError: "NotStopped",
        Next: "IsCopied",
      },
    ),
    IsCopied: choice(
      "CopyAgain",
      ["$count($broken) > 0", "CopyBroken"],
      ["$count($pending) = 0", "Home"],
      ["$millis() > $copyDeadline", "CopyLate"],
    ),
    CopyAgain: { Type: "Wait", Seconds: Math.min(COPY_POLL, 8 * pollSeconds), Next: "Copying" },
    CopyBroken: {
      Type: "Pass",
      Assign: { why: expression("'AWS could not copy ' & $join($broken, ', ')") },
      Next: "NotStopped",
    },
    CopyLate: {
      Type: "Pass",
      Assign: { why: expression(`$join($pending, ', ') & ' is not copied after ${COPY_LIMIT / 3600} h'`) },
      Next: "NotStopped",
    },
    Home: {
      Type: "Pass",
      Output: expression(
        "{'name': $guest.name, 'ok': true, 'instances': $ids, 'snapshots': $snapshots, 'point': $stopped}",
      ),
      End: true,
    },
    NotStopped: { Type: "Pass", Output: failed("$stage", "$why"), End: true },
  };
}

/** Starts what is stopped, and lets Auto Scaling look after it again once it runs: never before. */
function resumeStages({ pollSeconds }: RunbookSettings): States {
  return {
    ResumeGuest: {
      Type: "Pass",
      Assign: {
        guest: expression("$states.input.guest"),
        deadline: expression("$millis() + $states.input.guest.timeLimit * 1000"),
      },
      Next: "ResumeGroup",
    },
    ResumeGroup: call("autoscaling:describeAutoScalingGroups", GROUP, {
      Assign: { ids: IDS },
      onError: "NotResumed",
      Next: "AnythingToStart",
    }),
    AnythingToStart: choice("Start", ["$count($ids) = 0", "LetGo"]),
    Start: call(
      "ec2:startInstances",
      { InstanceIds: expression("$ids") },
      { retry: PATIENT_RETRY, onError: "NotResumed", Next: "Starting" },
    ),
    Starting: call(
      "ec2:describeInstances",
      { InstanceIds: expression("$ids") },
      { Assign: { left: notIn("running") }, onError: "NotResumed", Next: "IsRunning" },
    ),
    IsRunning: choice("StartAgain", ["$count($left) = 0", "LetGo"], ["$millis() > $deadline", "StartLate"]),
    StartAgain: { Type: "Wait", Seconds: pollSeconds, Next: "Starting" },
    StartLate: {
      Type: "Pass",
      Assign: { why: expression("$join($left, ', ') & ' does not run'") },
      Next: "NotResumed",
    },
    LetGo: call("autoscaling:resumeProcesses", HELD, {
      retry: PATIENT_RETRY,
      onError: "NotResumed",
      Next: "Resumed",
    }),
    Resumed: {
      Type: "Pass",
      Output: expression("{'name': $guest.name, 'ok': true, 'instances': $ids}"),
      End: true,
    },
    NotResumed: {
      Type: "Pass",
      Comment: "Its group stays held: to let go of it would end what is stopped",
      Output: failed("'resume'", "$why & '; its group is held, so nothing of it is deleted'"),
      End: true,
    },
  };
}

/** Lowers a group once everything it wrote is kept. */
function releaseStages(): States {
  return {
    ReleaseGuest: {
      Type: "Pass",
      Assign: { guest: expression("$states.input.guest") },
      Next: "ReleaseGroup",
    },
    ReleaseGroup: call("autoscaling:describeAutoScalingGroups", GROUP, {
      Assign: { ids: IDS },
      onError: "NotReleased",
      Next: "AnythingToRelease",
    }),
    AnythingToRelease: choice("Volumes", ["$count($ids) = 0", "Lower"]),
    Volumes: call(
      "ec2:describeInstances",
      { InstanceIds: expression("$ids") },
      {
        Assign: {
          running: notIn("stopped"),
          volumes: expression("[$states.result.Reservations.Instances.BlockDeviceMappings.Ebs.VolumeId]"),
        },
        onError: "NotReleased",
        Next: "AllStopped",
      },
    ),
    AllStopped: choice("Kept", ["$count($running) > 0", "StillRuns"]),
    StillRuns: {
      Type: "Pass",
      Assign: { why: expression("$join($running, ', ') & ' is not stopped: bring it home first'") },
      Next: "NotReleased",
    },
    Kept: call(
      "ec2:describeSnapshots",
      {
        OwnerIds: ["self"],
        Filters: [
          { Name: "tag-key", Values: [FAILBACK_TAG] },
          { Name: "status", Values: ["completed"] },
          { Name: "volume-id", Values: expression("$volumes") },
        ],
      },
      {
        Assign: {
          lost: expression(
            "($have := [$states.result.Snapshots.VolumeId]; [$filter($volumes, function($one) { $not($one in $have) })])",
          ),
        },
        onError: "NotReleased",
        Next: "AllKept",
      },
    ),
    AllKept: choice("Lower", ["$count($lost) > 0", "NotKept"]),
    NotKept: {
      Type: "Pass",
      Assign: {
        why: expression("$join($lost, ', ') & ' has no snapshot of a failback: bring it home first'"),
      },
      Next: "NotReleased",
    },
    // Lowered while it is held: let go of first, Auto Scaling would replace what is stopped.
    Lower: call(
      "autoscaling:updateAutoScalingGroup",
      { AutoScalingGroupName: expression("$guest.group"), DesiredCapacity: expression("$guest.running") },
      { onError: "NotReleased", Next: "LetGoOfReleased" },
    ),
    LetGoOfReleased: call("autoscaling:resumeProcesses", HELD, { onError: "NotReleased", Next: "Released" }),
    Released: {
      Type: "Pass",
      Output: expression("{'name': $guest.name, 'ok': true, 'instances': $ids, 'running': $guest.running}"),
      End: true,
    },
    NotReleased: { Type: "Pass", Output: failed("'release'", "$why"), End: true },
  };
}
