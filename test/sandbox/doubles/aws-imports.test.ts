import assert from "node:assert/strict";
import { awsDouble } from "../../../sandbox/doubles/aws";
import { Inputs } from "../../../sandbox/doubles/inputs";
import type { Properties } from "../../../sandbox/world";
import { assertRefused, Site } from "./site";

const SNAPSHOT = "aws:ebs/snapshotImport:SnapshotImport";
const AMI = "aws:ec2/ami:Ami";
const NOTIFICATION = "aws:s3/bucketNotification:BucketNotification";
const TRUST = '{"Version":"2012-10-17","Statement":[]}';

const DISK = { format: "RAW", userBucket: { s3Bucket: "example-exports", s3Key: "once/a.raw" } };
const image = (snapshotId: string, more: Properties = {}): Properties => ({
  name: "example-one",
  virtualizationType: "hvm",
  rootDeviceName: "/dev/xvda",
  ebsBlockDevices: [{ deviceName: "/dev/xvda", snapshotId }],
  ...more,
});

describe("AWS: imported disks", () => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
    site.create("aws:s3/bucket:Bucket", { bucket: "example-exports" }, "exports");
    site.create("aws:iam/role:Role", { name: "example-vmimport", assumeRolePolicy: TRUST }, "import");
  });
  afterEach(() => site.close());

  const snapshot = (more: Properties = {}) =>
    site.create(
      SNAPSHOT,
      { roleName: "example-vmimport", encrypted: true, diskContainer: DISK, ...more },
      "one",
    );

  it("become a snapshot and an image, which launch templates take", () => {
    const made = snapshot();
    assert.match(made.id, /^snap-[0-9a-f]{17}$/);
    const ami = site.create(AMI, image(made.id, { tags: { a: "b" } }), "one");
    assert.match(ami.id, /^ami-[0-9a-f]{17}$/);
    assert.equal(ami.outputs.rootSnapshotId, made.id);
    site.create(
      "aws:ec2/launchTemplate:LaunchTemplate",
      { imageId: ami.id, instanceType: "t3.small" },
      "web",
    );
  });

  it("need a role and a bucket that are there, and one place to come from", () => {
    assertRefused(
      () => snapshot({ roleName: undefined as never }),
      "service role vmimport provided does not exist",
    );
    assertRefused(
      () => snapshot({ diskContainer: { format: "RAW", userBucket: { s3Bucket: "no", s3Key: "a" } } }),
      "S3 bucket does not exist: no",
    );
    assertRefused(() => snapshot({ diskContainer: { format: "RAW" } }), "one of `url,user_bucket`");
    assertRefused(() => snapshot({ diskContainer: { ...DISK, format: "QCOW2" } }), "format");
  });

  it("refuse an image of no snapshot, of a name that is taken, and without its root disk", () => {
    const made = snapshot();
    site.create(AMI, image(made.id), "one");
    assertRefused(() => site.create(AMI, image(made.id), "two"), "InvalidAMIName.Duplicate");
    assertRefused(
      () => site.create(AMI, image("snap-0", { name: "x" }), "three"),
      "InvalidSnapshot.NotFound",
    );
    assertRefused(
      () => site.create(AMI, image(made.id, { name: "y", rootDeviceName: "/dev/sda1" }), "four"),
      "InvalidBlockDeviceMapping",
    );
    assertRefused(() => site.delete(made), "InvalidSnapshot.InUse");
  });

  it("are made anew by any change but those of words and tags", () => {
    const olds = site.checked(AMI, image("snap-1", { bootMode: "uefi", enaSupport: true }));
    assert.deepEqual(site.plan(AMI, olds, { ...olds, bootMode: "legacy-bios", description: "x" }), {
      bootMode: "replace",
      description: "update",
    });
    const import_ = site.checked(SNAPSHOT, { roleName: "example-vmimport", diskContainer: DISK });
    assert.deepEqual(site.plan(SNAPSHOT, import_, { ...import_, encrypted: true, tags: { a: "b" } }), {
      encrypted: "replace",
      tags: "update",
    });
  });

  it("are found by the estate's own tags, and nobody else's", () => {
    const made = snapshot();
    const tags = { "hybrid-estate:guest": "web", "hybrid-estate:point": "2026-11-21T02:00:00Z" };
    const own = site.create(AMI, image(made.id, { tags }), "one");
    const byId = (id: string) =>
      awsDouble.functions["aws:ec2/getAmi:getAmi"]?.({
        world: site.world,
        args: new Inputs({ owners: ["self"], filters: [{ name: "image-id", values: [id] }] }),
        config: {},
      });
    assert.deepEqual([byId(own.id)?.id, byId(own.id)?.tags], [own.id, tags]);
    assertRefused(() => byId("ami-0"), "InvalidAMIID.NotFound");
    const ids = (guest: string, owner = "self") =>
      awsDouble.functions["aws:ec2/getAmiIds:getAmiIds"]?.({
        world: site.world,
        args: new Inputs({
          owners: [owner],
          filters: [{ name: "tag:hybrid-estate:guest", values: [guest] }],
        }),
        config: {},
      }).ids;
    assert.equal((ids("web") as string[]).length, 1);
    assert.deepEqual(ids("db"), []);
    assertRefused(() => ids("web", "amazon"), "the account's own images only");
  });

  it("are told of by a bucket that is there, to EventBridge or not", () => {
    const made = site.create(NOTIFICATION, { bucket: "example-exports", eventbridge: true }, "n");
    assert.equal(made.id, "example-exports");
    assertRefused(() => site.create(NOTIFICATION, { bucket: "no", eventbridge: true }, "m"), "NoSuchBucket");
    const olds = site.checked(NOTIFICATION, { bucket: "example-exports", eventbridge: true });
    assert.deepEqual(site.plan(NOTIFICATION, olds, { ...olds, eventbridge: false }), {
      eventbridge: "update",
    });
  });
});
