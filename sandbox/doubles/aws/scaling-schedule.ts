import { type Behaviour, type Operation, uniqueUuid } from "../behaviour";
import { number, text } from "../schema";
import { arn, awsRefusal, placeOf, regional } from "./account";
import { SCALING_GROUP } from "./ec2";

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** A group's sizes at a moment or by the calendar. Nothing happens then: the sandbox has no clock of its own. */
export const scalingSchedule: Behaviour = {
  type: "aws:autoscaling/schedule:Schedule",
  schema: {
    ...regional,
    autoscalingGroupName: text.required.replaces,
    scheduledActionName: text.required.replaces,
    desiredCapacity: number.computed,
    endTime: text.computed.matching(MOMENT, "a moment such as 2027-01-31T00:00:00Z"),
    maxSize: number.computed,
    minSize: number.computed,
    recurrence: text.computed,
    startTime: text.computed.matching(MOMENT, "a moment such as 2027-01-31T00:00:00Z"),
    timeZone: text.computed,
    arn: text.output,
  },
  id: ({ inputs }) => inputs.text("scheduledActionName"),
  // The provider's id is the action's name, which every group may have.
  key: (id, properties) => `${properties.text("autoscalingGroupName")}/${id}`,
  // PutScheduledUpdateGroupAction writes over an action of that name.
  overwrites: true,
  outputs: (operation, id, previous) => ({
    arn:
      previous?.optionalText("arn") ??
      arn(
        placeOf(operation),
        "autoscaling",
        `scheduledUpdateGroupAction:${uniqueUuid(operation)}:autoScalingGroupName/${operation.inputs.text("autoscalingGroupName")}:scheduledActionName/${id}`,
      ),
    region: placeOf(operation).region,
    // What is absent is -1: the action leaves it as it is.
    desiredCapacity: operation.inputs.optionalNumber("desiredCapacity") ?? 0,
    maxSize: operation.inputs.optionalNumber("maxSize") ?? 0,
    minSize: operation.inputs.optionalNumber("minSize") ?? 0,
    recurrence: operation.inputs.optionalText("recurrence") ?? "",
    timeZone: operation.inputs.optionalText("timeZone") ?? "",
  }),
  create: (operation) => {
    refuse(operation, "creating");
    return [];
  },
  update: (operation) => {
    refuse(operation, "updating");
    return [];
  },
};

function refuse({ world, inputs }: Operation, verb: string): void {
  const [group, name] = [inputs.text("autoscalingGroupName"), inputs.text("scheduledActionName")];
  const invalid = (message: string) =>
    awsRefusal(
      `${verb} Auto Scaling Scheduled Action (${name})`,
      "Auto Scaling.PutScheduledUpdateGroupAction",
      "ValidationError",
      message,
    );
  if (!world.find(SCALING_GROUP, group)) {
    throw invalid(`AutoScalingGroup name not found - AutoScalingGroup ${group} not found`);
  }
  const start = inputs.optionalText("startTime");
  if (start !== undefined && Date.parse(start) <= Date.now()) {
    throw invalid("Given start time is in the past");
  }
  const [min, max] = [inputs.optionalNumber("minSize") ?? 0, inputs.optionalNumber("maxSize") ?? 0];
  if (max >= 0 && min > max) {
    throw invalid(`Min bound, ${min}, must be less than or equal to max bound, ${max}`);
  }
}
