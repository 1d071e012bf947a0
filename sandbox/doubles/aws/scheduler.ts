import type { Behaviour, Operation } from "../behaviour";
import { anything, flag, json, number, object, text } from "../schema";
import { arn, awsRefusal, mergeTags, placeOf, regional, tagged } from "./account";
import { requireRole } from "./iam";
import { isStateMachine } from "./states";

/** What EventBridge Scheduler reads: once, at an interval, or by the calendar. */
const EXPRESSION =
  /^(at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)|rate\([1-9]\d* (minutes?|hours?|days?)\)|cron\(\S+( \S+){5}\))$/;

const schedule: Behaviour = {
  type: "aws:scheduler/schedule:Schedule",
  schema: {
    ...regional,
    name: text.computed.replaces,
    namePrefix: text.computed.replaces,
    actionAfterCompletion: text.computed.oneOf("DELETE", "NONE"),
    description: text,
    endDate: text,
    flexibleTimeWindow: object({
      maximumWindowInMinutes: number.between(1, 1440),
      mode: text.required.oneOf("FLEXIBLE", "OFF"),
    }).required,
    groupName: text.computed.replaces,
    kmsKeyArn: text,
    scheduleExpression: text.required.matching(EXPRESSION, "an at, rate or cron expression"),
    scheduleExpressionTimezone: text.default("UTC"),
    startDate: text,
    state: text.default("ENABLED").oneOf("DISABLED", "ENABLED"),
    target: object({
      arn: text.required,
      deadLetterConfig: anything,
      ecsParameters: anything,
      eventbridgeParameters: anything,
      input: json,
      kinesisParameters: anything,
      retryPolicy: object({
        maximumEventAgeInSeconds: number.default(86_400).between(60, 86_400),
        maximumRetryAttempts: number.default(185).between(0, 185),
      }),
      roleArn: text.required,
      sagemakerPipelineParameters: anything,
      sqsParameters: anything,
    }).required,
    arn: text.output,
  },
  autoname: { property: "name" },
  id: ({ inputs }) => `${inputs.optionalText("groupName") ?? "default"}/${inputs.text("name")}`,
  taken: (_, id) =>
    awsRefusal(
      `creating EventBridge Scheduler Schedule (${id})`,
      "Scheduler.CreateSchedule",
      "ConflictException",
      `Schedule ${id.split("/")[1]} already exists.`,
    ).message,
  outputs: (operation, id) => ({
    arn: arn(placeOf(operation), "scheduler", `schedule/${id}`),
    actionAfterCompletion: operation.inputs.optionalText("actionAfterCompletion") ?? "NONE",
    groupName: operation.inputs.optionalText("groupName") ?? "default",
    namePrefix: operation.inputs.optionalText("namePrefix") ?? "",
    region: placeOf(operation).region,
  }),
  create: (operation) => {
    refuse(operation, "creating", "Scheduler.CreateSchedule");
    return [];
  },
  update: (operation) => {
    refuse(operation, "updating", "Scheduler.UpdateSchedule");
    return [];
  },
};

function refuse({ world, inputs }: Operation, verb: string, call: string): void {
  const doing = `${verb} EventBridge Scheduler Schedule (${inputs.optionalText("name") ?? ""})`;
  const target = inputs.object("target");
  const targetArn = target?.text("arn") ?? "";
  requireRole(world, target?.text("roleArn") ?? "", doing, call, "ValidationException");
  if (/:states:[^:]*:\d+:stateMachine:/.test(targetArn) && !isStateMachine(world, targetArn)) {
    throw awsRefusal(doing, call, "ValidationException", `The target ${targetArn} does not exist.`);
  }
}

const eventRule: Behaviour = {
  type: "aws:cloudwatch/eventRule:EventRule",
  schema: {
    ...regional,
    ...tagged,
    name: text.computed.replaces,
    namePrefix: text.computed.replaces,
    description: text,
    eventBusName: text.default("default").replaces,
    eventPattern: json,
    forceDestroy: flag.default(false),
    isEnabled: flag,
    roleArn: text,
    scheduleExpression: text,
    state: text
      .default("ENABLED")
      .oneOf("DISABLED", "ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"),
    arn: text.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  check: (inputs) =>
    inputs.has("eventPattern") || inputs.has("scheduleExpression")
      ? []
      : [
          {
            property: "eventPattern",
            reason: "one of `event_pattern,schedule_expression` must be specified",
          },
        ],
  id: ({ inputs }) => inputs.text("name"),
  // PutRule writes over a rule of that name.
  overwrites: true,
  outputs: (operation, id) => ({
    arn: arn(placeOf(operation), "events", `rule/${id}`),
    namePrefix: operation.inputs.optionalText("namePrefix") ?? "",
    region: placeOf(operation).region,
  }),
  remove: ({ world, object: { id }, olds }) => {
    const targets = world.list(TARGET).filter(({ inputs }) => inputs.rule === id);
    if (targets.length > 0 && !olds.flag("forceDestroy")) {
      throw awsRefusal(
        `deleting EventBridge Rule (${id})`,
        "EventBridge.DeleteRule",
        "ValidationException",
        "Rule can't be deleted since it has targets.",
      );
    }
    return targets.map(({ type, key }) => ({ remove: { type, key } }));
  },
};

const TARGET = "aws:cloudwatch/eventTarget:EventTarget";

const eventTarget: Behaviour = {
  type: TARGET,
  schema: {
    ...regional,
    appsyncTarget: anything,
    arn: text.required,
    batchTarget: anything,
    deadLetterConfig: anything,
    ecsTarget: anything,
    eventBusName: text.default("default").replaces,
    forceDestroy: flag.default(false),
    httpTarget: anything,
    input: text,
    inputPath: text,
    inputTransformer: object({ inputPaths: anything, inputTemplate: text.required }),
    kinesisTarget: anything,
    redshiftTarget: anything,
    retryPolicy: anything,
    roleArn: text,
    rule: text.required.replaces,
    runCommandTargets: anything,
    sagemakerPipelineTarget: anything,
    sqsTarget: anything,
    targetId: text.computed.replaces,
  },
  autoname: { property: "targetId" },
  id: ({ inputs }) => `${inputs.text("rule")}-${inputs.text("targetId")}`,
  overwrites: true,
  outputs: (operation) => ({ region: placeOf(operation).region }),
  create: ({ world, inputs }) => {
    const [rule, target] = [inputs.text("rule"), inputs.text("arn")];
    const doing = `creating EventBridge Target (${rule}-${inputs.text("targetId")})`;
    if (!world.find("aws:cloudwatch/eventRule:EventRule", rule)) {
      throw awsRefusal(
        doing,
        "EventBridge.PutTargets",
        "ResourceNotFoundException",
        `Rule ${rule} does not exist on EventBus default.`,
      );
    }
    if (/:states:/.test(target)) {
      // EventBridge takes a role for every state machine, as those have no policies of their own.
      if (!inputs.has("roleArn")) {
        throw awsRefusal(
          doing,
          "EventBridge.PutTargets",
          "ValidationException",
          `RoleArn is required for target ${target}.`,
        );
      }
      requireRole(world, inputs.text("roleArn"), doing, "EventBridge.PutTargets", "ValidationException");
    }
    return [];
  },
};

export const schedulerBehaviours: readonly Behaviour[] = [schedule, eventRule, eventTarget];
