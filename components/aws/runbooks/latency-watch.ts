import { call, choice, type Definition, expression } from "./states";

/** Namespace of what is measured of the ways between the sites; apart, as who writes there writes nowhere else. */
export const LINK_NAMESPACE = "HybridEstate/Links";

/** Milliseconds of a round trip from the VPC to the other site, with the dimension `Estate`. */
export const LATENCY_METRIC = "Latency";

export interface LatencySettings {
  /** Value of the dimension `Estate`: the cluster's name. */
  readonly estate: string;
  /** ARN of the function that measures. */
  readonly latencyFunction: string;
  /** What it asks at the other site: an address, and a TCP port that answers or refuses. */
  readonly address: string;
  readonly port: number;
}

/** Within the five minutes until the next measure. */
const TIME_LIMIT = 240;

/**
 * Measures how long the way to the other site is. Where nobody answers there is no measure, which the alarm takes for
 * the worst one, and the execution fails with the reason.
 */
export function latencyDefinition(settings: LatencySettings): Definition {
  const { estate, latencyFunction, address, port } = settings;
  return {
    Comment: `Latency between the sites of ${estate}`,
    QueryLanguage: "JSONata",
    TimeoutSeconds: TIME_LIMIT,
    StartAt: "Measure",
    States: {
      Measure: call(
        "lambda:invoke",
        { FunctionName: latencyFunction, Payload: { address, port } },
        { Output: expression("$states.result.Payload"), Next: "Answered" },
      ),
      Answered: choice("NoAnswer", ["$type($states.input.ms) = 'number'", "Write"]),
      Write: call(
        "cloudwatch:putMetricData",
        {
          Namespace: LINK_NAMESPACE,
          MetricData: [
            {
              MetricName: LATENCY_METRIC,
              Dimensions: [{ Name: "Estate", Value: estate }],
              Value: expression("$states.input.ms"),
              Unit: "Milliseconds",
            },
          ],
        },
        { Output: { ms: expression("$states.input.ms") }, End: true },
      ),
      NoAnswer: {
        Type: "Fail",
        Error: "NoAnswer",
        Cause: expression(
          "$exists($states.input.why) ? $states.input.why : 'the function that measures said nothing'",
        ),
      },
    },
  };
}
