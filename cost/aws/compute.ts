import type { DeclaredResource } from "../../policy/facts/declared";
import { flag, get, isKnown, items, text, UNKNOWN, whole } from "../../policy/facts/read";
import { all, type Circumstances, type Costings, free, type Needs } from "../demand";
import { Exact } from "../exact";
import type { Meter } from "../meters";
import { gap, hourly, monthly, snapshots } from "./amounts";

const TEMPLATES = ["aws:ec2/launchTemplate:LaunchTemplate"];

/** Our tag on groups that AWS sets to zero at a moment: test environments. */
const EXPIRES_TAG = "hybrid-estate:expires";

/** Digits after the point of a part of a month. */
const FRACTION = 12;

/** IOPS and MB/s that every gp3 volume has. */
const GP3_IOPS = 3000;
const GP3_THROUGHPUT = 125;

/** Instances, the volumes that come with them, images and snapshots. */
export const computeCostings: Costings = {
  "aws:ec2/instance:Instance": costInstance,
  "aws:autoscaling/group:Group": costGroup,
  "aws:ebs/volume:Volume": ({ properties }, { hours }) =>
    volume(get(properties, "type") === undefined ? "gp2" : text(properties, "type"), properties, ["size"], {
      hours,
      month: hours,
    }),
  "aws:ec2/launchTemplate:LaunchTemplate": free("its instances cost, not the template"),
  "aws:autoscaling/policy:Policy": free("scaling policies are free"),
  "aws:autoscaling/lifecycleHook:LifecycleHook": free("lifecycle hooks are free"),
  "aws:autoscaling/schedule:Schedule": free("scheduled actions are free"),
  "aws:autoscaling/notification:Notification": free("notifications are free; SNS counts for itself"),
  "aws:autoscaling/attachment:Attachment": free("attachments are free"),
  "aws:ec2/ami:Ami": free("its snapshots cost, not the image"),
  "aws:ec2/amiCopy:AmiCopy": (_, { usage }) => snapshots(usage),
  "aws:ebs/snapshot:Snapshot": (_, { usage }) => snapshots(usage),
  "aws:ebs/snapshotCopy:SnapshotCopy": (_, { usage }) => snapshots(usage),
  "aws:ebs/snapshotImport:SnapshotImport": (_, { usage }) => snapshots(usage),
  "aws:ec2/volumeAttachment:VolumeAttachment": free("attachments are free"),
  "aws:ec2/keyPair:KeyPair": free("key pairs are free"),
  "aws:ec2/placementGroup:PlacementGroup": free("placement groups are free"),
  "aws:ebs/encryptionByDefault:EncryptionByDefault": free("a setting"),
  "aws:ebs/defaultKmsKey:DefaultKmsKey": free("a setting"),
};

/** How long something runs of a month, in hours. */
interface Time {
  readonly hours: Exact;
  readonly month: Exact;
}

function costInstance({ properties }: DeclaredResource, { hours }: Circumstances): Needs {
  const time = { hours, month: hours };
  const address = flag(properties, "associatePublicIpAddress");
  return all(
    instances(text(properties, "instanceType"), Exact.one, time, ""),
    get(properties, "instanceMarketOptions") === undefined
      ? {}
      : gap("spot price", "spot prices change by the hour: the line is the price on demand"),
    rootVolume(properties, Exact.one, time),
    ...items(properties, "ebsBlockDevices").map((device) =>
      volume(text(device, "volumeType") ?? "gp2", device, ["volumeSize"], time),
    ),
    address === true ? hourly("ec2.publicIpv4", hours) : {},
  );
}

function rootVolume(properties: unknown, count: Exact, time: Time): Needs {
  const device = get(properties, "rootBlockDevice");
  if (device === undefined || device === UNKNOWN) {
    return gap("root volume", "its size is the image's; state rootBlockDevice");
  }
  return volume(text(device, "volumeType"), device, ["volumeSize"], time, count);
}

function costGroup(resource: DeclaredResource, circumstances: Circumstances): Needs {
  const { properties } = resource;
  const { hours, usage, failedOver } = circumstances;
  const reference = get(properties, "launchTemplate");
  if (reference === undefined) {
    return gap("instances", "the group has no launch template of its own, and other kinds are not priced");
  }
  const template = circumstances.links.named(
    resource,
    get(reference, "id") ?? get(reference, "name"),
    "launchTemplate",
    TEMPLATES,
  );
  const [least, most] = [whole(properties, "minSize"), whole(properties, "maxSize")];
  const size = failedOver ? most : (whole(properties, "desiredCapacity") ?? least);
  if (typeof size !== "number") return gap("instances", "the group's size is not known");
  const isTest = items(properties, "tags").some((tag) => text(tag, "key") === EXPIRES_TAG);
  if (isTest) {
    // For all of the month where nobody says how long: never less than it may be.
    const stated = usage.testHours;
    const time = { hours: stated === undefined ? hours : Exact.of(stated), month: hours };
    const needs = of(template, Exact.of(size), time, `${size} x ${time.hours} h`);
    const demands = needs.demands?.map((demand) => ({ ...demand, setting: "testHours" })) ?? [];
    return { ...needs, demands };
  }
  const running = of(template, Exact.of(size), { hours, month: hours }, `${size} x ${hours} h`);
  const drills = usage.drills;
  if (size > 0 || drills === undefined) return running;
  const drilled = Exact.of(drills.count).times(Exact.of(drills.hours));
  const basis = `${drills.count} drills x ${drills.hours} h`;
  const drill = of(template, Exact.one, { hours: drilled, month: hours }, basis);
  const demands = drill.demands?.map((demand) => ({ ...demand, setting: "drills" })) ?? [];
  return all(running, { ...drill, demands });
}

/** Instances of a launch template, with their volumes. */
function of(template: DeclaredResource | undefined, count: Exact, time: Time, basis: string): Needs {
  if (template === undefined) {
    return count.isZero()
      ? {}
      : gap("instances", "the launch template is not part of the program, or not known yet");
  }
  const { properties } = template;
  const needs = instances(text(properties, "instanceType"), count, time, basis);
  if (count.isZero()) return needs;
  const devices = items(properties, "blockDeviceMappings").map((mapping) => get(mapping, "ebs"));
  const volumes = devices.filter((device) => device !== undefined);
  return all(
    needs,
    volumes.length === 0 ? gap("root volume", "its size is the image's") : {},
    ...volumes.map((device) => volume(text(device, "volumeType"), device, ["volumeSize"], time, count)),
    ...items(properties, "networkInterfaces").map((network) =>
      flag(network, "associatePublicIpAddress") === true ? hourly("ec2.publicIpv4", time.hours, count) : {},
    ),
  );
}

function instances(type: ReturnType<typeof text>, count: Exact, { hours }: Time, basis: string): Needs {
  if (type === undefined || type === UNKNOWN) {
    return count.isZero() ? {} : gap("instances", "the instance type is not known");
  }
  return { demands: [{ meter: `ec2.instance.${type}`, quantity: count.times(hours), basis }] };
}

/** A volume for a part of the month: GB-months, and what a gp3 volume has beyond its free share. */
function volume(
  type: ReturnType<typeof text>,
  device: unknown,
  [sizeKey]: readonly [string],
  { hours, month }: Time,
  count: Exact = Exact.one,
): Needs {
  const size = whole(device, sizeKey);
  if (type === undefined) return gap("volume", "its type is the image's; state one");
  if (type === UNKNOWN || size === UNKNOWN || size === undefined) {
    return gap("volume", "its size or type is not known");
  }
  const part = hours.dividedBy(month, FRACTION).times(count);
  const allMonth = hours.compare(month) === 0;
  const meter: Meter = `ebs.volume.${type}`;
  const many = count.compare(Exact.one) === 0 ? "" : `${count} x `;
  const basis = `${many}${size} GB${allMonth ? "" : ` for ${hours} h`}`;
  return all(
    { demands: [{ meter, quantity: Exact.of(size).times(part), basis }] },
    beyond(device, "iops", GP3_IOPS, "ebs.gp3.iops", type, part),
    beyond(device, "throughput", GP3_THROUGHPUT, "ebs.gp3.throughput", type, part),
  );
}

function beyond(
  device: unknown,
  key: "iops" | "throughput",
  included: number,
  meter: Meter,
  type: string,
  part: Exact,
): Needs {
  const value = whole(device, key);
  if (value === undefined || value === 0) return {};
  if (type !== "gp3") return gap(`${type} ${key}`, "only gp3 has a price for it here");
  if (!isKnown(value)) return gap(`gp3 ${key}`, "not known yet");
  return value <= included ? {} : monthly(meter, Exact.of(value - included).times(part), `${value} in all`);
}
