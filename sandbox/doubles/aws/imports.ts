import { isProperties, type Properties, type Value } from "../../world";
import { type Behaviour, type Operation, type SiteFunction, uniqueHex } from "../behaviour";
import { anything, flag, list, number, object, text } from "../schema";
import { awsRefusal, mergeTags, opaque, placeOf, regional, tagged } from "./account";
import { BUCKET } from "./bucket-parts";

const SNAPSHOT = "aws:ebs/snapshotImport:SnapshotImport";
export const AMI = "aws:ec2/ami:Ami";

const ROLE = "aws:iam/role:Role";

const snapshotImport: Behaviour = {
  type: SNAPSHOT,
  schema: {
    ...regional,
    ...tagged,
    clientData: object({ comment: text, uploadEnd: text, uploadSize: number, uploadStart: text }).replaces,
    description: text.computed.replaces,
    diskContainer: object({
      description: text,
      format: text.required.oneOf("RAW", "VHD", "VMDK"),
      url: text,
      userBucket: object({ s3Bucket: text.required, s3Key: text.required }),
    }).required.replaces,
    encrypted: flag.replaces,
    kmsKeyId: text.replaces,
    permanentRestore: flag,
    roleName: text.default("vmimport").replaces,
    storageTier: text.computed.oneOf("archive", "standard"),
    temporaryRestoreDays: number,
    arn: text.output,
    dataEncryptionKeyId: text.output,
    outpostArn: text.output,
    ownerAlias: text.output,
    ownerId: text.output,
    volumeId: text.output,
    volumeSize: number.output,
  },
  prepare: mergeTags,
  check: (inputs) => {
    const container = inputs.object("diskContainer");
    // The provider: exactly one of both.
    return container && container.has("url") === container.has("userBucket")
      ? [{ property: "diskContainer", reason: "one of `url,user_bucket` must be specified" }]
      : [];
  },
  id: (operation) => `snap-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const place = placeOf(operation);
    return {
      arn: `arn:${place.partition}:ec2:${place.region}::snapshot/${id}`,
      region: place.region,
      description: operation.inputs.optionalText("description") ?? "",
      dataEncryptionKeyId: "",
      outpostArn: "",
      ownerAlias: "",
      ownerId: place.account,
      storageTier: "standard",
      // A snapshot that no volume was before has this one.
      volumeId: "vol-ffffffff",
      volumeSize: 8,
    };
  },
  create: ({ world, inputs }) => {
    const doing = "creating EBS Snapshot Import";
    const role = inputs.text("roleName");
    if (!world.list(ROLE).some((one) => one.inputs.name === role)) {
      throw awsRefusal(
        doing,
        "EC2.ImportSnapshot",
        "InvalidParameter",
        `The service role ${role} provided does not exist or does not have sufficient permissions`,
      );
    }
    const bucket = inputs.object("diskContainer")?.object("userBucket")?.text("s3Bucket");
    if (bucket !== undefined && !world.find(BUCKET, bucket)) {
      throw awsRefusal(
        doing,
        "EC2.ImportSnapshot",
        "InvalidParameter",
        `S3 bucket does not exist: ${bucket}`,
      );
    }
    return [];
  },
  remove: ({ world, object: { id } }) => {
    const user = world
      .list(AMI)
      .find(({ inputs }) => listed(inputs.ebsBlockDevices).some((device) => device.snapshotId === id));
    if (user) {
      throw awsRefusal(
        `deleting EBS Snapshot (${id})`,
        "EC2.DeleteSnapshot",
        "InvalidSnapshot.InUse",
        `The snapshot ${id} is currently in use by ${user.id}`,
      );
    }
    return [];
  },
};

const ami: Behaviour = {
  type: AMI,
  schema: {
    ...regional,
    ...tagged,
    architecture: text.default("x86_64").replaces,
    bootMode: text.replaces.oneOf("legacy-bios", "uefi", "uefi-preferred"),
    deprecationTime: text,
    description: text,
    ebsBlockDevices: list(
      object({
        deleteOnTermination: flag.default(true),
        deviceName: text.required,
        encrypted: flag.computed,
        iops: number,
        outpostArn: text,
        snapshotId: text,
        throughput: number.computed,
        volumeSize: number.computed,
        volumeType: text.default("standard"),
      }),
    ).computed.replaces,
    enaSupport: flag.replaces,
    ephemeralBlockDevices: list(anything).computed.replaces,
    imageLocation: text.computed.replaces,
    imdsSupport: text.replaces.oneOf("v2.0"),
    name: text.computed.replaces,
    ramdiskId: text.replaces,
    rootDeviceName: text.replaces,
    sriovNetSupport: text.default("simple").replaces,
    tpmSupport: text.replaces.oneOf("v2.0"),
    virtualizationType: text.default("paravirtual").replaces.oneOf("hvm", "paravirtual"),
    ...opaque("kernelId", "uefiData"),
    arn: text.output,
    hypervisor: text.output,
    imageOwnerAlias: text.output,
    imageType: text.output,
    lastLaunchedTime: text.output,
    manageEbsSnapshots: flag.output,
    ownerId: text.output,
    platform: text.output,
    platformDetails: text.output,
    public: flag.output,
    rootSnapshotId: text.output,
    usageOperation: text.output,
  },
  autoname: { property: "name" },
  prepare: mergeTags,
  id: (operation) => `ami-${uniqueHex(operation, 17)}`,
  outputs: (operation, id) => {
    const { inputs } = operation;
    const { partition, region, account } = placeOf(operation);
    const [root] = inputs.objects("ebsBlockDevices");
    return {
      arn: `arn:${partition}:ec2:${region}::image/${id}`,
      region,
      hypervisor: "xen",
      imageLocation: `${account}/${inputs.text("name")}`,
      imageOwnerAlias: "",
      imageType: "machine",
      lastLaunchedTime: "",
      manageEbsSnapshots: false,
      ownerId: account,
      platform: "",
      platformDetails: "Linux/UNIX",
      public: false,
      rootSnapshotId: root?.optionalText("snapshotId") ?? "",
      usageOperation: "RunInstances",
      ephemeralBlockDevices: [],
    };
  },
  create: (operation) => {
    refuseImage(operation);
    return [];
  },
};

/** A name that is taken, a snapshot that there is not, a root device without a disk. */
function refuseImage({ world, inputs }: Operation): void {
  const name = inputs.text("name");
  const doing = `creating EC2 AMI (${name})`;
  const call = "EC2.RegisterImage";
  if (world.list(AMI).some((other) => other.inputs.name === name)) {
    throw awsRefusal(doing, call, "InvalidAMIName.Duplicate", `AMI name ${name} is already in use`);
  }
  const devices = inputs.objects("ebsBlockDevices");
  for (const device of devices) {
    const snapshot = device.optionalText("snapshotId");
    if (snapshot !== undefined && !world.find(SNAPSHOT, snapshot)) {
      throw awsRefusal(doing, call, "InvalidSnapshot.NotFound", `The snapshot '${snapshot}' does not exist.`);
    }
  }
  const root = inputs.optionalText("rootDeviceName");
  if (root !== undefined && !devices.some((device) => device.text("deviceName") === root)) {
    throw awsRefusal(
      doing,
      call,
      "InvalidBlockDeviceMapping",
      `The device '${root}' is the root device, and has no snapshot.`,
    );
  }
}

/** `getAmiIds` finds the account's own images by their tags; the sandbox has no list of all others. */
export const getAmiIds: SiteFunction = ({ world, args, config }) => {
  if (!args.texts("owners").includes("self")) {
    throw awsRefusal(
      "reading EC2 AMI IDs",
      "EC2.DescribeImages",
      "InvalidUserID.Malformed",
      "the sandbox finds the account's own images only",
    );
  }
  const wanted = args.objects("filters").flatMap((filter) => {
    const tag = /^tag:(.*)$/.exec(filter.text("name"))?.[1];
    return tag === undefined ? [] : [{ tag, values: filter.texts("values") }];
  });
  const ids = world
    .list(AMI)
    .filter(({ inputs: { tagsAll } }) =>
      wanted.every(({ tag, values }) => isProperties(tagsAll) && values.includes(String(tagsAll[tag]))),
    )
    .map(({ id }) => id);
  const { region } = placeOf({ world, config });
  return { id: "own", ids, region, owners: args.texts("owners") };
};

/** One of the account's own images, by its id. */
export function ownImage({ world, config }: Parameters<SiteFunction>[0], id: string): Properties {
  const found = world.find(AMI, id);
  if (!found) {
    throw awsRefusal(
      "reading EC2 AMIs",
      "EC2.DescribeImages",
      "InvalidAMIID.NotFound",
      `The image id '[${id}]' does not exist`,
    );
  }
  const { tagsAll = {} } = found.inputs;
  return {
    ...found.inputs,
    ...found.outputs,
    id,
    imageId: id,
    region: placeOf({ world, config }).region,
    tags: tagsAll,
  };
}

function listed(value: Value | undefined): Properties[] {
  return Array.isArray(value) ? value.filter((one: Value) => isProperties(one)) : [];
}

export const importBehaviours: readonly Behaviour[] = [snapshotImport, ami];
