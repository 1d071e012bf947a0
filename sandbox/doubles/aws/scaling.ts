import type { Value, World } from "../../world";
import { type Behaviour, type Operation, uniqueHex, uniqueUuid } from "../behaviour";
import { anything, flag, list, number, object, set, text } from "../schema";
import { arn, awsRefusal, opaque, placeOf, regional } from "./account";
import { LAUNCH_TEMPLATE, requireSubnet, SCALING_GROUP, SUBNET } from "./ec2";

export const scalingGroup: Behaviour = {
  type: SCALING_GROUP,
  schema: {
    ...regional,
    ...opaque(
      "availabilityZoneDistribution",
      "capacityReservationSpecification",
      "instanceLifecyclePolicy",
      "instanceMaintenancePolicy",
      "instanceRefresh",
      "warmPool",
    ),
    name: text.computed.replaces,
    namePrefix: text.computed.replaces,
    availabilityZones: set(text).computed,
    capacityRebalance: flag,
    context: text,
    defaultCooldown: number.computed,
    defaultInstanceWarmup: number,
    desiredCapacity: number.computed,
    desiredCapacityType: text,
    enabledMetrics: set(text),
    forceDelete: flag.default(false),
    forceDeleteWarmPool: flag.default(false),
    healthCheckGracePeriod: number.default(300),
    healthCheckType: text.computed,
    ignoreFailedScalingActivities: flag.default(false),
    initialLifecycleHooks: set(anything).replaces,
    launchConfiguration: text,
    launchTemplate: object({ id: text.computed, name: text.computed, version: text.computed }),
    loadBalancers: set(text).computed,
    maxInstanceLifetime: number,
    maxSize: number.required,
    metricsGranularity: text.default("1Minute"),
    minElbCapacity: number,
    minSize: number.required,
    mixedInstancesPolicy: anything,
    placementGroup: text,
    protectFromScaleIn: flag.default(false),
    serviceLinkedRoleArn: text.computed,
    suspendedProcesses: set(text),
    tags: set(object({ key: text.required, propagateAtLaunch: flag.required, value: text.required })),
    targetGroupArns: set(text).computed,
    terminationPolicies: list(text),
    trafficSources: set(anything).computed,
    vpcZoneIdentifiers: set(text).computed,
    waitForCapacityTimeout: text.default("10m"),
    waitForElbCapacity: number,
    arn: text.output,
    predictedCapacity: number.output,
    warmPoolSize: number.output,
  },
  autoname: { property: "name" },
  id: (operation) => {
    const { inputs } = operation;
    return inputs.optionalText("name") ?? `${inputs.text("namePrefix")}${uniqueHex(operation, 26)}`;
  },
  taken: (_, id) =>
    awsRefusal(
      `creating Auto Scaling Group (${id})`,
      "Auto Scaling.CreateAutoScalingGroup",
      "AlreadyExists",
      "AutoScalingGroup by this name already exists - A group with the name already exists",
    ).message,
  outputs: (operation, id, previous) => {
    const { world, inputs } = operation;
    const place = placeOf(operation);
    const subnets = inputs.texts("vpcZoneIdentifiers");
    return {
      arn:
        previous?.optionalText("arn") ??
        arn(place, "autoscaling", `autoScalingGroup:${uniqueUuid(operation)}:autoScalingGroupName/${id}`),
      region: place.region,
      name: id,
      namePrefix: inputs.optionalText("namePrefix") ?? "",
      availabilityZones: subnets.length > 0 ? zonesOf(world, subnets) : inputs.texts("availabilityZones"),
      defaultCooldown: inputs.optionalNumber("defaultCooldown") ?? 300,
      desiredCapacity:
        inputs.optionalNumber("desiredCapacity") ??
        previous?.optionalNumber("desiredCapacity") ??
        inputs.number("minSize"),
      healthCheckType: inputs.optionalText("healthCheckType") ?? "EC2",
      loadBalancers: inputs.texts("loadBalancers"),
      targetGroupArns: inputs.texts("targetGroupArns"),
      trafficSources: inputs.list("trafficSources"),
      predictedCapacity: 0,
      warmPoolSize: 0,
      serviceLinkedRoleArn: arn(
        place,
        "iam",
        "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
        true,
      ),
      vpcZoneIdentifiers: subnets,
    };
  },
  create: (operation) => {
    refuse(operation, "creating", "Auto Scaling.CreateAutoScalingGroup");
    return [];
  },
  update: (operation) => {
    refuse(operation, "updating", "Auto Scaling.UpdateAutoScalingGroup");
    return [];
  },
};

/** Zones of subnets that are there. */
function zonesOf(world: World, subnets: readonly string[]): Value[] {
  return [...new Set(subnets.flatMap((id) => world.find(SUBNET, id)?.outputs.availabilityZone ?? []))].sort();
}

function refuse(operation: Operation, verb: string, call: string): void {
  const { world, inputs } = operation;
  const doing = `${verb} Auto Scaling Group (${inputs.optionalText("name") ?? ""})`;
  const invalid = (message: string) => awsRefusal(doing, call, "ValidationError", message);
  const [min, max, desired] = [
    inputs.number("minSize"),
    inputs.number("maxSize"),
    inputs.optionalNumber("desiredCapacity"),
  ];
  if (min > max) throw invalid(`Min bound, ${min}, must be less than or equal to max bound, ${max}`);
  if (desired !== undefined && (desired < min || desired > max)) {
    throw invalid(
      `Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`,
    );
  }
  const template = inputs.object("launchTemplate");
  const [id, name] = [template?.optionalText("id"), template?.optionalText("name")];
  const found = world
    .list(LAUNCH_TEMPLATE)
    .some((one) => (id === undefined ? one.outputs.name === name : one.id === id));
  if (template && !found) {
    throw invalid(
      `You must use a valid fully-formed launch template. The specified launch template, with template ${id === undefined ? `name ${name}` : `ID ${id}`}, does not exist.`,
    );
  }
  const sources = ["launchTemplate", "launchConfiguration", "mixedInstancesPolicy"];
  if (!sources.some((source) => inputs.has(source))) {
    throw invalid(
      "Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.",
    );
  }
  for (const subnet of inputs.texts("vpcZoneIdentifiers")) requireSubnet(world, subnet, doing, call);
}
