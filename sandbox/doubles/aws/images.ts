import { hex, type SiteFunction } from "../behaviour";
import { awsRefusal, placeOf } from "./account";
import { ownImage } from "./imports";

/** The id of an AMI from its owner and name. Its last digits are a checksum, so that an id tells whether it exists. */
function imageId(owner: string, name: string): string {
  const digits = hex(`${owner} ${name}`, 14);
  return `ami-${digits}${checksum(digits)}`;
}

function checksum(digits: string): string {
  return hex(`ami ${digits}`, 3);
}

/** Whether an AMI of that id exists: the ids that `getAmi` gives do. */
export function isImage(id: string): boolean {
  const digits = /^ami-([0-9a-f]{17})$/.exec(id)?.[1];
  return digits !== undefined && checksum(digits.slice(0, 14)) === digits.slice(14);
}

/**
 * `getAmi` finds the account's own images by their id, and any other image that is asked for by one owner and a name:
 * the sandbox has no list of all AMIs.
 */
export const getAmi: SiteFunction = (call) => {
  const { world, args, config } = call;
  const [owner = ""] = args.texts("owners");
  const filters = args.objects("filters");
  const [own] = filters.find((filter) => filter.text("name") === "image-id")?.texts("values") ?? [];
  if (owner === "self" && own !== undefined) return ownImage(call, own);
  const [name] = filters.find((filter) => filter.text("name") === "name")?.texts("values") ?? [];
  const asked = name ?? args.optionalText("nameRegex");
  if (owner === "" || asked === undefined) {
    throw awsRefusal(
      "reading EC2 AMIs",
      "EC2.DescribeImages",
      "InvalidAMI.NotFound",
      "the sandbox finds images by an owner and a name only",
    );
  }
  const id = imageId(owner, asked);
  const { region, partition } = placeOf({ world, config });
  return {
    id,
    imageId: id,
    arn: `arn:${partition}:ec2:${region}::image/${id}`,
    architecture: /arm64|aarch64/.test(asked) ? "arm64" : "x86_64",
    bootMode: /uefi/.test(asked) ? "uefi" : "legacy-bios",
    blockDeviceMappings: [],
    creationDate: "2026-01-01T00:00:00.000Z",
    deprecationTime: "",
    description: asked,
    enaSupport: true,
    filters: filters.map(({ values }) => values),
    hypervisor: "xen",
    imageLocation: `${owner}/${asked}`,
    imageType: "machine",
    name: asked,
    owners: args.texts("owners"),
    ownerId: owner,
    platform: "",
    platformDetails: "Linux/UNIX",
    productCodes: [],
    public: true,
    region,
    rootDeviceName: /alpine|debian|ubuntu/i.test(asked) ? "/dev/xvda" : "/dev/sda1",
    rootDeviceType: "ebs",
    rootSnapshotId: `snap-${hex(id, 17)}`,
    sriovNetSupport: "simple",
    state: "available",
    stateReason: {},
    tags: {},
    virtualizationType: "hvm",
  };
};
