import { METRIC_NAMESPACE, type RunbookSettings } from "./plan";
import { metric, pointsStage, selectionStages } from "./stages";
import { call, type Definition, each, expression } from "./states";

const TIME_LIMIT = 600;

/**
 * Measures how old each guest's newest recoverable point is. A guest without a point has no measure, which its
 * alarm takes for too old.
 */
export function watchDefinition(settings: RunbookSettings): Definition {
  return {
    Comment: `Age of the newest recoverable points of ${settings.estate}`,
    QueryLanguage: "JSONata",
    TimeoutSeconds: TIME_LIMIT,
    StartAt: "Plan",
    States: {
      ...selectionStages(settings, "Points"),
      Points: pointsStage("Ages"),
      Ages: each(
        "[$filter($points, function($one) { $one.recoverable })]",
        { one: expression("$states.context.Map.Item.Value") },
        "Age",
        {
          Age: call(
            "cloudwatch:putMetricData",
            {
              Namespace: METRIC_NAMESPACE,
              MetricData: expression(
                `[${metric(settings, "PointAge", "$states.input.one.name", "$states.input.one.age")}]`,
              ),
            },
            { Output: expression("$states.input.one.name"), End: true },
          ),
        },
        { concurrency: 5, Next: "Measured" },
      ),
      Measured: { Type: "Succeed", Output: { guests: expression("$points") } },
    },
  };
}
