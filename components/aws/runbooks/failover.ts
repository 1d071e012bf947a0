import { METRIC_NAMESPACE, type RunbookSettings } from "./plan";
import { failed, metric, pointsStage, probeStages, selectionStages, waveStages } from "./stages";
import { call, choice, type Definition, each, expression, type States } from "./states";

/** An operator who watches a failover for longer than this has taken over by hand. */
const TIME_LIMIT = 12 * 3600;

/**
 * The failover: raises what is lost, in order, and says what came up. It never lowers anything and takes nothing
 * back when a part fails; running it again goes on where it stopped. It changes no DNS record: records that are
 * there already follow the health of what comes up.
 *
 * Input: `guests` (names; all where absent), `disruptedAt` (ISO 8601: when the site was lost, for the recovery time).
 */
export function failoverDefinition(settings: RunbookSettings): Definition {
  return {
    Comment: `Failover of ${settings.estate}: raise its guests in AWS`,
    QueryLanguage: "JSONata",
    TimeoutSeconds: TIME_LIMIT,
    StartAt: "Plan",
    States: {
      ...selectionStages(settings, "Points"),
      Points: pointsStage("TurnsLeft"),
      ...waveStages(settings, {
        name: "Raise",
        start: "Group",
        states: raiseStages(settings),
        next: "Metrics",
      }),
      Metrics: call(
        "cloudwatch:putMetricData",
        {
          Namespace: METRIC_NAMESPACE,
          MetricData: expression(
            `[$map($results, function($one) { ${metric(settings, "FailoverFailed", "$one.name", "$one.ok ? 0 : 1", "Count")} }), $map($filter($results, function($one) { $one.ok }), function($one) { ${metric(settings, "FailoverTime", "$one.name", "$one.recovered")} })]`,
          ),
        },
        // What is up stays up, and somebody waits for the report.
        { Assign: { problem: expression("''") }, onError: "Report", reason: "problem", Next: "Report" },
      ),
      Report: call(
        "sns:publish",
        {
          TopicArn: settings.topic,
          Subject: expression(
            `$count($filter($results, function($one) { $not($one.ok) })) = 0 ? 'Failover of ${settings.estate}: all is up' : 'Failover of ${settings.estate}: not all is up'`,
          ),
          Message: expression(
            "$string($merge([{'execution': $execution, 'guests': $results}, $problem = '' ? {} : {'notRecorded': $problem}]))",
          ),
        },
        { onError: "Verdict", reason: "problem", Next: "Verdict" },
      ),
      Verdict: choice("Incomplete", [
        "$count($filter($results, function($one) { $not($one.ok) })) = 0",
        "Recovered",
      ]),
      Recovered: { Type: "Succeed", Output: { guests: expression("$results") } },
      Incomplete: {
        Type: "Fail",
        Error: "Incomplete",
        Cause: expression(
          "$join($map($filter($results, function($one) { $not($one.ok) }), function($one) { $one.name & ' (' & $one.stage & '): ' & $one.why }), '; ')",
        ),
      },
    },
  };
}

/** From the group's capacity to an application that answers and takes part in its load balancers. */
function raiseStages(settings: RunbookSettings): States {
  const groupName = { AutoScalingGroupNames: [expression("$guest.group")] };
  return {
    Group: call("autoscaling:describeAutoScalingGroups", groupName, {
      Assign: { desired: expression("$states.result.AutoScalingGroups[0].DesiredCapacity") },
      onError: "NotRaised",
      Next: "Capacity",
    }),
    Capacity: call(
      "autoscaling:updateAutoScalingGroup",
      {
        AutoScalingGroupName: expression("$guest.group"),
        // Somebody may have raised it further already.
        DesiredCapacity: expression("$max([$desired, $guest.instances])"),
      },
      { onError: "NotRaised", Next: "Instances" },
    ),
    NotRaised: { Type: "Pass", Output: failed("'raise'", "$why"), End: true },
    Instances: call("autoscaling:describeAutoScalingGroups", groupName, {
      Assign: {
        ids: expression(
          "[$states.result.AutoScalingGroups[0].Instances[LifecycleState='InService' and HealthStatus='Healthy'].InstanceId]",
        ),
      },
      onError: "NotHealthy",
      Next: "Healthy",
    }),
    Healthy: choice(
      "LookAgain",
      ["$count($ids) >= $guest.instances", "Addresses"],
      ["$millis() > $deadline", "NotHealthyInTime"],
    ),
    LookAgain: { Type: "Wait", Seconds: settings.pollSeconds, Next: "Instances" },
    NotHealthyInTime: {
      Type: "Pass",
      Output: failed(
        "'healthy'",
        "$string($count($ids)) & ' of ' & $string($guest.instances) & ' instances are healthy after ' & $string($guest.timeLimit) & ' s'",
      ),
      End: true,
    },
    NotHealthy: { Type: "Pass", Output: failed("'healthy'", "$why"), End: true },
    Addresses: call(
      "ec2:describeInstances",
      { InstanceIds: expression("$ids") },
      {
        Assign: { addresses: expression("[$states.result.Reservations.Instances.PrivateIpAddress]") },
        onError: "NotVerified",
        Next: "Probe",
      },
    ),
    ...probeStages(settings, { next: "Targets", late: "NotVerified", onError: "NotVerified" }),
    Targets: each(
      "$guest.targetGroups",
      { targetGroup: expression("$states.context.Map.Item.Value") },
      "TargetHealth",
      {
        TargetHealth: call(
          "elasticloadbalancingv2:describeTargetHealth",
          { TargetGroupArn: expression("$states.input.targetGroup") },
          {
            Output: expression(
              "$count($states.result.TargetHealthDescriptions[TargetHealth.State='healthy' and Target.Id in $ids])",
            ),
            End: true,
          },
        ),
      },
      {
        concurrency: 0,
        Assign: { healthyTargets: expression("$states.result") },
        onError: "NotVerified",
        Next: "TargetsHealthy",
      },
    ),
    TargetsHealthy: choice(
      "TargetsAgain",
      ["$count($filter($healthyTargets, function($one) { $one < $guest.instances })) = 0", "Up"],
      ["$millis() > $deadline", "TargetsLate"],
    ),
    TargetsAgain: { Type: "Wait", Seconds: settings.pollSeconds, Next: "Targets" },
    TargetsLate: {
      Type: "Pass",
      Assign: { why: "its load balancer does not call it healthy" },
      Next: "NotVerified",
    },
    NotVerified: { Type: "Pass", Output: failed("'verify'", "$why"), End: true },
    Up: {
      Type: "Pass",
      Output: expression(
        "{'name': $guest.name, 'ok': true, 'instances': $ids, 'image': $guest.image, 'point': $guest.point, 'raised': $floor(($millis() - $started) / 1000), 'recovered': $floor(($millis() - ($exists($input.disruptedAt) ? $toMillis($input.disruptedAt) : $began)) / 1000)}",
      ),
      End: true,
    },
  };
}
