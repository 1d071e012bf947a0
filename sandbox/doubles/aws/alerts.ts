import { type Behaviour, type Operation, uniqueUuid } from "../behaviour";
import { anything, flag, json, number, set, text } from "../schema";
import { arn, awsRefusal, mergeTags, opaque, placeOf, regional, tagged } from "./account";

const TOPIC = "aws:sns/topic:Topic";

const feedback = Object.fromEntries(
  ["application", "firehose", "http", "lambda", "sqs"].flatMap((kind) => [
    [`${kind}FailureFeedbackRoleArn`, text],
    [`${kind}SuccessFeedbackRoleArn`, text],
    [`${kind}SuccessFeedbackSampleRate`, number],
  ]),
);

const topic: Behaviour = {
  type: TOPIC,
  schema: {
    ...regional,
    ...tagged,
    ...feedback,
    name: text.computed.replaces,
    namePrefix: text.computed.replaces,
    archivePolicy: json,
    contentBasedDeduplication: flag.default(false),
    deliveryPolicy: json,
    displayName: text,
    fifoThroughputScope: text.computed,
    fifoTopic: flag.default(false).replaces,
    kmsMasterKeyId: text,
    policy: json.computed,
    signatureVersion: number.computed,
    tracingConfig: text.computed.oneOf("Active", "PassThrough"),
    arn: text.output,
    beginningArchiveTime: text.output,
    owner: text.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  id: (operation) => arn(placeOf(operation), "sns", operation.inputs.text("name")),
  // CreateTopic answers with the topic that is there.
  overwrites: true,
  outputs: (operation, id) => ({
    arn: id,
    beginningArchiveTime: "",
    fifoThroughputScope: operation.inputs.optionalText("fifoThroughputScope") ?? "",
    namePrefix: operation.inputs.optionalText("namePrefix") ?? "",
    owner: placeOf(operation).account,
    policy: operation.inputs.values.policy ?? "",
    region: placeOf(operation).region,
    signatureVersion: operation.inputs.optionalNumber("signatureVersion") ?? 1,
    tracingConfig: operation.inputs.optionalText("tracingConfig") ?? "PassThrough",
  }),
};

function requireTopic({ world }: Operation, topicArn: string, doing: string, call: string): void {
  if (!world.find(TOPIC, topicArn)) throw awsRefusal(doing, call, "NotFound", "Topic does not exist");
}

const topicPolicy: Behaviour = {
  type: "aws:sns/topicPolicy:TopicPolicy",
  schema: { ...regional, arn: text.required.replaces, policy: json.required, owner: text.output },
  id: ({ inputs }) => inputs.text("arn"),
  overwrites: true,
  outputs: (operation) => ({ owner: placeOf(operation).account, region: placeOf(operation).region }),
  create: (operation) => {
    requireTopic(
      operation,
      operation.inputs.text("arn"),
      "creating SNS Topic Policy",
      "SNS.SetTopicAttributes",
    );
    return [];
  },
};

const topicSubscription: Behaviour = {
  type: "aws:sns/topicSubscription:TopicSubscription",
  schema: {
    ...regional,
    confirmationTimeoutInMinutes: number.default(1),
    deliveryPolicy: json,
    endpoint: text.required.replaces,
    endpointAutoConfirms: flag.default(false),
    filterPolicy: json,
    filterPolicyScope: text.computed,
    protocol: text.required.replaces.oneOf(
      "application",
      "email",
      "email-json",
      "firehose",
      "http",
      "https",
      "lambda",
      "sms",
      "sqs",
    ),
    rawMessageDelivery: flag.default(false),
    redrivePolicy: json,
    replayPolicy: json,
    subscriptionRoleArn: text,
    topic: text.required.replaces,
    arn: text.output,
    confirmationWasAuthenticated: flag.output,
    ownerId: text.output,
    pendingConfirmation: flag.output,
  },
  id: (operation) => `${operation.inputs.text("topic")}:${uniqueUuid(operation)}`,
  outputs: (operation, id) => ({
    arn: id,
    confirmationWasAuthenticated: false,
    filterPolicyScope: operation.inputs.optionalText("filterPolicyScope") ?? "",
    ownerId: placeOf(operation).account,
    // A person has to follow the link in a mail.
    pendingConfirmation: operation.inputs.text("protocol").startsWith("email"),
    region: placeOf(operation).region,
  }),
  create: (operation) => {
    requireTopic(
      operation,
      operation.inputs.text("topic"),
      "creating SNS Topic Subscription",
      "SNS.Subscribe",
    );
    return [];
  },
};

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

/** Seconds that CloudWatch looks at in all: a day, or a week for periods of an hour and more. */
const [DAY, WEEK] = [86_400, 7 * 86_400];

const metricAlarm: Behaviour = {
  type: ALARM,
  schema: {
    ...regional,
    ...tagged,
    ...opaque("evaluationCriteria", "metricQueries", "warmUpConfiguration"),
    name: text.computed.replaces,
    actionsEnabled: flag.default(true),
    alarmActions: set(text),
    alarmDescription: text,
    comparisonOperator: text.oneOf(
      "GreaterThanOrEqualToThreshold",
      "GreaterThanThreshold",
      "GreaterThanUpperThreshold",
      "LessThanLowerOrGreaterThanUpperThreshold",
      "LessThanLowerThreshold",
      "LessThanOrEqualToThreshold",
      "LessThanThreshold",
    ),
    datapointsToAlarm: number,
    dimensions: anything,
    evaluateLowSampleCountPercentiles: text.computed,
    evaluationInterval: number,
    evaluationPeriods: number,
    extendedStatistic: text,
    insufficientDataActions: set(text),
    metricName: text,
    namespace: text,
    okActions: set(text),
    period: number,
    statistic: text.oneOf("Average", "Maximum", "Minimum", "SampleCount", "Sum"),
    threshold: number,
    thresholdMetricId: text,
    treatMissingData: text.default("missing").oneOf("breaching", "ignore", "missing", "notBreaching"),
    unit: text,
    arn: text.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  check: (inputs) =>
    inputs.has("metricName") && inputs.has("metricQueries")
      ? [{ property: "metricName", reason: '"metric_name": conflicts with metric_query' }]
      : [],
  id: ({ inputs }) => inputs.text("name"),
  // PutMetricAlarm writes over an alarm of that name.
  overwrites: true,
  outputs: (operation, id) => ({
    arn: arn(placeOf(operation), "cloudwatch", `alarm:${id}`),
    evaluateLowSampleCountPercentiles:
      operation.inputs.optionalText("evaluateLowSampleCountPercentiles") ?? "",
    region: placeOf(operation).region,
  }),
  create: (operation) => {
    refuseAlarm(operation, "creating");
    return [];
  },
  update: (operation) => {
    refuseAlarm(operation, "updating");
    return [];
  },
};

function refuseAlarm({ inputs }: Operation, verb: string): void {
  const invalid = (message: string) =>
    awsRefusal(
      `${verb} CloudWatch Metric Alarm (${inputs.text("name")})`,
      "CloudWatch.PutMetricAlarm",
      "ValidationError",
      message,
    );
  const period = inputs.optionalNumber("period");
  const periods = inputs.optionalNumber("evaluationPeriods") ?? 1;
  if (period === undefined) return;
  if (![1, 5, 10, 20, 30].includes(period) && period % 60 !== 0) {
    throw invalid("Period must be 10, 20, 30 or a multiple of 60");
  }
  const [limit, words] = period >= 3600 ? [WEEK, "week"] : [DAY, "day"];
  if (period * periods > limit) {
    throw invalid(
      `Metrics cannot be checked across more than a ${words} (EvaluationPeriods * Period must be <= ${limit})`,
    );
  }
  if ((inputs.optionalNumber("datapointsToAlarm") ?? 1) > periods) {
    throw invalid("DatapointsToAlarm must not be greater than EvaluationPeriods");
  }
  for (const action of [...inputs.texts("alarmActions"), ...inputs.texts("okActions")]) {
    if (!action.startsWith("arn:")) throw invalid(`Invalid action ARN: ${action}`);
  }
}

export const alertBehaviours: readonly Behaviour[] = [topic, topicPolicy, topicSubscription, metricAlarm];
/** The type of alarms, for what hangs on one. */
export const METRIC_ALARM = ALARM;
