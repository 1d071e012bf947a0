import { planOf, type RunbookSettings } from "./plan";
import { call, choice, each, expression, type Json, type State, type States } from "./states";

/** Tag of an image: the moment that its data is of (ISO 8601). Without it, the moment that the image was made. */
export const POINT_TAG = "hybrid-estate:point";

/**
 * The first stages of every runbook: what to work on. Input: `guests`, a list of names; all where absent.
 * Variables afterwards: `began` (milliseconds), `execution`, `selected` (guests of the plan), `asked` (their names).
 */
export function selectionStages(settings: RunbookSettings, next: string): States {
  return {
    Plan: {
      Type: "Pass",
      Comment: "What this estate recovers, in which order",
      Assign: {
        plan: planOf(settings),
        input: expression("$states.input"),
        began: expression("$toMillis($states.context.Execution.StartTime)"),
        execution: expression("$states.context.Execution.Name"),
      },
      Next: "Selection",
    },
    Selection: {
      Type: "Pass",
      Assign: {
        asked: expression(
          "$exists($input.guests) and $count($input.guests) > 0 ? [$input.guests] : [$plan.name]",
        ),
      },
      Next: "Known",
    },
    Known: choice("UnknownGuest", [
      "$count($filter($asked, function($one) { $not($one in $plan.name) })) = 0",
      "Selected",
    ]),
    UnknownGuest: {
      Type: "Fail",
      Error: "UnknownGuest",
      Cause: expression(
        "'Found: ' & $join($filter($asked, function($one) { $not($one in $plan.name) }), ', ') & '; allowed: ' & $join($plan.name, ', ')",
      ),
    },
    Selected: {
      Type: "Pass",
      Assign: { selected: expression("[$filter($plan, function($one) { $one.name in $asked })]") },
      Next: next,
    },
  };
}

/**
 * The newest recoverable point of each selected guest. Variable afterwards: `points`, the guests with `recoverable`,
 * and either `image`, `point` (ISO 8601), `age` and `imported` (seconds), or `why` there is none.
 */
export function pointsStage(next: string): State {
  return each(
    "$selected",
    { guest: expression("$states.context.Map.Item.Value") },
    "Candidate",
    {
      Candidate: {
        Type: "Pass",
        Assign: { guest: expression("$states.input.guest") },
        Next: "Template",
      },
      Template: call(
        "ec2:describeLaunchTemplateVersions",
        { LaunchTemplateId: expression("$guest.launchTemplate"), Versions: ["$Latest"] },
        {
          Output: {
            image: expression("$states.result.LaunchTemplateVersions[0].LaunchTemplateData.ImageId"),
          },
          onError: "NoPoint",
          Next: "Image",
        },
      ),
      Image: call(
        "ec2:describeImages",
        { ImageIds: [expression("$states.input.image")] },
        {
          Assign: {
            image: expression("$states.result.Images[0].ImageId"),
            point: expression(
              `$exists($states.result.Images[0].Tags[Key='${POINT_TAG}']) ? $states.result.Images[0].Tags[Key='${POINT_TAG}'].Value : $states.result.Images[0].CreationDate`,
            ),
            state: expression("$states.result.Images[0].State"),
          },
          onError: "NoPoint",
          Next: "Usable",
        },
      ),
      Usable: choice("Unusable", ["$state = 'available'", "Point"]),
      Unusable: {
        Type: "Pass",
        Assign: { why: expression("'its newest image ' & $image & ' is ' & $state") },
        Next: "NoPoint",
      },
      Point: {
        Type: "Pass",
        Output: expression(
          "$merge([$guest, {'recoverable': true, 'image': $image, 'point': $point, 'age': $floor(($millis() - $toMillis($point)) / 1000), 'imported': $floor(($millis() - $began) / 1000)}])",
        ),
        End: true,
      },
      NoPoint: {
        Type: "Pass",
        Comment: "The others go on",
        Output: expression("$merge([$guest, {'recoverable': false, 'why': $why}])"),
        End: true,
      },
    },
    {
      Comment: "The newest recoverable point of each guest",
      concurrency: 10,
      Assign: { points: expression("$states.result"), wave: 0, results: [] },
      Next: next,
    },
  );
}

/** One turn after the other: `states` for each guest of the turn. Variable afterwards: `results`, one a guest. */
export function waveStages(
  { guests }: RunbookSettings,
  { name, start, states, next }: { name: string; start: string; states: States; next: string },
): States {
  const turns = Math.max(0, ...guests.map(({ wave }) => wave)) + 1;
  return {
    TurnsLeft: choice(next, [`$wave < ${turns}`, name]),
    [name]: each(
      "[$filter($points, function($one) { $one.wave = $wave })]",
      {
        guest: expression("$states.context.Map.Item.Value"),
        missing: expression(
          "[$filter($states.context.Map.Item.Value.after, function($one) { $one in $asked and $not($one in [$filter($results, function($done) { $done.ok }).name]) })]",
        ),
      },
      "Guest",
      {
        Guest: {
          Type: "Pass",
          Assign: {
            guest: expression("$states.input.guest"),
            missing: expression("$states.input.missing"),
            started: expression("$millis()"),
            deadline: expression("$millis() + $states.input.guest.timeLimit * 1000"),
          },
          Next: "Recoverable",
        },
        Recoverable: choice(
          start,
          ["$not($guest.recoverable)", "NoPointToBoot"],
          ["$count($missing) > 0", "NeedsOthers"],
        ),
        NoPointToBoot: {
          Type: "Pass",
          Output: failed("'point'", "$guest.why"),
          End: true,
        },
        NeedsOthers: {
          Type: "Pass",
          Output: failed("'order'", "'needs ' & $join($missing, ', ') & ', which did not come up'"),
          End: true,
        },
        ...states,
      },
      {
        concurrency: 0,
        Assign: { results: expression("$append($results, $states.result)"), wave: expression("$wave + 1") },
        Next: "TurnsLeft",
      },
    ),
  };
}

/** What a guest's states say when it did not come up, and at which stage. */
export function failed(stage: string, why: string): Json {
  return expression(`{'name': $guest.name, 'ok': false, 'stage': ${stage}, 'why': ${why}}`);
}

/** Asks `addresses` whether the application works, until it does or the guest's time is over. */
export function probeStages(
  { probeFunction, pollSeconds }: RunbookSettings,
  { next, late, onError }: { next: string; late: string; onError: string },
): States {
  return {
    Probe: call(
      "lambda:invoke",
      {
        FunctionName: probeFunction,
        Payload: { addresses: expression("$addresses"), probe: expression("$guest.probe") },
      },
      {
        Assign: {
          working: expression("$states.result.Payload.ok = true"),
          why: expression(
            "$exists($states.result.Payload.why) ? $states.result.Payload.why : 'the probe said nothing'",
          ),
        },
        onError,
        Next: "Working",
      },
    ),
    Working: choice("ProbeAgain", ["$working", next], ["$millis() > $deadline", late]),
    ProbeAgain: { Type: "Wait", Seconds: pollSeconds, Next: "Probe" },
  };
}

/** A metric of a guest as PutMetricData takes it. */
export function metric(
  { estate }: RunbookSettings,
  name: string,
  guest: string,
  value: string,
  unit = "Seconds",
): string {
  return `{'MetricName': '${name}', 'Dimensions': [{'Name': 'Estate', 'Value': '${estate}'}, {'Name': 'Guest', 'Value': ${guest}}], 'Value': ${value}, 'Unit': '${unit}'}`;
}
