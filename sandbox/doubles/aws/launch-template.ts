import { type Behaviour, type Operation, type SiteFunction, uniqueHex } from "../behaviour";
import type { Inputs } from "../inputs";
import { anything, flag, list, number, object, set, text } from "../schema";
import { arn, awsRefusal, mergeTags, opaque, placeOf, regional, tagged } from "./account";
import { LAUNCH_TEMPLATE, requireSecurityGroup } from "./ec2";
import { isImage } from "./images";
import { AMI } from "./imports";

/** Families and sizes as AWS names them: `t3.small`, `u-6tb1.112xlarge`. */
const INSTANCE_TYPE = /^[a-z][a-z0-9-]*\.(nano|micro|small|medium|large|\d*xlarge|metal(-\d+xl)?)$/;

export const launchTemplate: Behaviour = {
  type: LAUNCH_TEMPLATE,
  schema: {
    ...regional,
    ...tagged,
    ...opaque(
      "capacityReservationSpecification",
      "cpuOptions",
      "creditSpecification",
      "enclaveOptions",
      "hibernationOptions",
      "instanceMarketOptions",
      "instanceRequirements",
      "licenseSpecifications",
      "maintenanceOptions",
      "monitoring",
      "networkInterfaces",
      "networkPerformanceOptions",
      "placement",
      "privateDnsNameOptions",
      "secondaryInterfaces",
    ),
    name: text.computed.replaces,
    namePrefix: text.computed.replaces,
    blockDeviceMappings: list(
      object({
        deviceName: text,
        ebs: object({
          deleteOnTermination: text,
          encrypted: text,
          iops: number.computed,
          kmsKeyId: text,
          snapshotId: text,
          throughput: number.computed,
          volumeInitializationRate: number,
          volumeSize: number.computed,
          volumeType: text.computed,
        }),
        noDevice: text,
        virtualName: text,
      }),
    ),
    defaultVersion: number.computed,
    description: text,
    disableApiStop: flag,
    disableApiTermination: flag,
    ebsOptimized: text,
    iamInstanceProfile: object({ arn: text, name: text }),
    imageId: text,
    instanceInitiatedShutdownBehavior: text.oneOf("stop", "terminate"),
    instanceType: text,
    kernelId: text,
    keyName: text,
    metadataOptions: object({
      httpEndpoint: text.computed.oneOf("disabled", "enabled"),
      httpProtocolIpv6: text.computed.oneOf("disabled", "enabled"),
      httpPutResponseHopLimit: number.computed,
      httpTokens: text.computed.oneOf("optional", "required"),
      instanceMetadataTags: text.computed.oneOf("disabled", "enabled"),
    }).computed,
    ramDiskId: text,
    securityGroupNames: set(text),
    tagSpecifications: list(object({ resourceType: text, tags: anything })),
    updateDefaultVersion: flag,
    userData: text,
    vpcSecurityGroupIds: set(text),
    arn: text.output,
    latestVersion: number.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  check: (inputs) =>
    INSTANCE_TYPE.test(inputs.optionalText("instanceType") ?? "t3.small")
      ? []
      : [{ property: "instanceType", reason: "expected an instance type such as t3.small" }],
  id: (operation) => `lt-${uniqueHex(operation, 17)}`,
  volatile: ["latestVersion", "defaultVersion"],
  outputs: (operation, id, previous) => {
    const { inputs } = operation;
    const place = placeOf(operation);
    // Every change but one of the template's own tags makes a version.
    const latestVersion = (previous?.number("latestVersion") ?? 0) + 1;
    return {
      arn: arn(place, "ec2", `launch-template/${id}`),
      region: place.region,
      name: inputs.optionalText("name") ?? `${inputs.optionalText("namePrefix") ?? ""}${id}`,
      namePrefix: inputs.optionalText("namePrefix") ?? "",
      latestVersion,
      defaultVersion: defaultVersion(inputs, latestVersion, previous),
      metadataOptions: {
        httpEndpoint: "enabled",
        httpProtocolIpv6: "disabled",
        httpPutResponseHopLimit: 1,
        httpTokens: "optional",
        instanceMetadataTags: "disabled",
        ...inputs.object("metadataOptions")?.values,
      },
    };
  },
  create: (operation) => {
    const { world, inputs } = operation;
    const name = inputs.optionalText("name");
    if (name !== undefined && world.list(LAUNCH_TEMPLATE).some((other) => other.inputs.name === name)) {
      throw awsRefusal(
        `creating EC2 Launch Template (${name})`,
        "EC2.CreateLaunchTemplate",
        "InvalidLaunchTemplateName.AlreadyExistsException",
        "Launch template name already in use.",
      );
    }
    requireParts(operation, "creating", "EC2.CreateLaunchTemplate");
    return [];
  },
  update: (operation) => {
    requireParts(operation, "updating", "EC2.CreateLaunchTemplateVersion");
    return [];
  },
};

function defaultVersion(inputs: Inputs, latest: number, previous: Inputs | undefined): number {
  if (inputs.flag("updateDefaultVersion")) return latest;
  return inputs.optionalNumber("defaultVersion") ?? previous?.optionalNumber("defaultVersion") ?? 1;
}

function requireParts({ world, inputs }: Operation, verb: string, call: string): void {
  const doing = `${verb} EC2 Launch Template (${inputs.optionalText("name") ?? ""})`;
  const image = inputs.optionalText("imageId");
  if (
    image !== undefined &&
    !image.startsWith("resolve:ssm:") &&
    !isImage(image) &&
    !world.find(AMI, image)
  ) {
    throw awsRefusal(doing, call, "InvalidAMIID.NotFound", `The image id '[${image}]' does not exist`);
  }
  for (const group of inputs.texts("vpcSecurityGroupIds")) requireSecurityGroup(world, group, doing, call);
}

/** The newest version of a template, by its id. */
export const getLaunchTemplate: SiteFunction = ({ world, args }) => {
  const id = args.optionalText("id") ?? "";
  const found = world.find(LAUNCH_TEMPLATE, id);
  if (!found) {
    throw awsRefusal(
      "reading EC2 Launch Template",
      "EC2.DescribeLaunchTemplates",
      "InvalidLaunchTemplateId.NotFound",
      `The specified launch template, with template ID ${id}, does not exist.`,
    );
  }
  const { inputs, outputs } = found;
  return {
    id,
    arn: outputs.arn ?? "",
    name: outputs.name ?? "",
    region: outputs.region ?? "",
    latestVersion: outputs.latestVersion ?? 1,
    defaultVersion: outputs.defaultVersion ?? 1,
    imageId: inputs.imageId ?? "",
    instanceType: inputs.instanceType ?? "",
    blockDeviceMappings: inputs.blockDeviceMappings ?? [],
    vpcSecurityGroupIds: inputs.vpcSecurityGroupIds ?? [],
    tags: inputs.tags ?? {},
  };
};
