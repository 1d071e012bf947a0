import type { DeclaredResource } from "../facts/declared";
import { flag, get, items, type Known, UNKNOWN } from "../facts/read";
import { EBS_ENCRYPTED } from "./frameworks";
import { answer, type ResourceRule } from "./rule";

/** For each volume that a resource makes, whether it is encrypted. */
const READERS: Readonly<Record<string, (properties: unknown) => readonly Known<boolean>[]>> = {
  "aws:ebs/volume:Volume": (properties) => [encrypted(properties)],
  "aws:ebs/snapshotImport:SnapshotImport": (properties) => [encrypted(properties)],
  "aws:ebs/snapshotCopy:SnapshotCopy": (properties) => [encrypted(properties)],
  "aws:ec2/instance:Instance": (properties) => [
    encrypted(get(properties, "rootBlockDevice")),
    ...items(properties, "ebsBlockDevices").map(encrypted),
  ],
  "aws:ec2/launchTemplate:LaunchTemplate": (properties) =>
    items(properties, "blockDeviceMappings")
      .map((device) => get(device, "ebs"))
      .filter((ebs) => ebs !== undefined)
      .map(encrypted),
};

export const volumesEncrypted: ResourceRule = {
  id: "volumes-encrypted",
  title: "Volumes of instances are encrypted",
  description:
    "A recovered guest's disk holds what the guest held; unencrypted, its snapshots can be read by whoever they are shared with.",
  severity: "high",
  level: "mandatory",
  framework: EBS_ENCRYPTED,
  url: "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html",
  tags: ["aws", "security"],
  remediation:
    "Set encrypted: true on the volume, or in each block device of the instance or its launch template.",
  scope: "resource",
  types: Object.keys(READERS),
  check: (resource) => {
    const states = volumesOf(resource);
    const wrong = states.includes(false) ? true : states.includes(UNKNOWN) ? UNKNOWN : false;
    return answer(resource, wrong, {
      wrong: `${resource.name} has a volume that is not encrypted. Set encrypted: true for each.`,
      open: `Whether every volume of ${resource.name} is encrypted is not known yet.`,
    });
  },
};

function volumesOf({ type, properties }: DeclaredResource): readonly Known<boolean>[] {
  return READERS[type]?.(properties) ?? [];
}

function encrypted(volume: unknown): Known<boolean> {
  return flag(volume, "encrypted") ?? false;
}
