import assert from "node:assert/strict";
import { imageDefinition } from "../../components/aws/images/definition";
import { type AwsResult, type EdgeAnswer, type EdgeRequest, type EdgeStub, Moto } from "../support/moto";
import { KeptImages, refusal } from "../support/moto/images";
import { quick } from "../support/runbooks";

const BUCKET = "example-exports";
const POINT = "2026-11-21T02:00:00Z";
const OLD = "2026-11-20T02:00:00Z";
const key = (point = POINT) => `images/web/${point.replace(/[-:]/g, "")}/manifest.json`;

/** EC2's answers about imports, which moto lacks: a stub at its HTTP edge gives them. */
const importing = (task: string): EdgeAnswer => ({
  body: `<ImportSnapshotResponse><importTaskId>${task}</importTaskId></ImportSnapshotResponse>`,
});
const imported = (status: string, snapshot: string, message = ""): EdgeAnswer => ({
  body: `<DescribeImportSnapshotTasksResponse><importSnapshotTaskSet><item><snapshotTaskDetail><status>${status}</status><statusMessage>${message}</statusMessage><snapshotId>${snapshot}</snapshotId><diskImageSize>10737418240.0</diskImageSize></snapshotTaskDetail></item></importSnapshotTaskSet></DescribeImportSnapshotTasksResponse>`,
});
const refuse =
  (action: string): EdgeStub =>
  (one) =>
    one.action === action ? refusal("UnauthorizedOperation", "not you") : undefined;

interface Tagged {
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}

describe("images of exported disks, by the real state machine (imports and images stubbed: moto lacks them)", function () {
  this.timeout(120_000);
  let aws: Moto;
  let template: string;
  let topic: string;
  /** Snapshots that imports can come to. */
  let free: string[];
  /** Snapshots that they came to, by `POINT/SLOT`. */
  let snapshots: Map<string, string>;
  let kept: KeptImages;
  before(async () => {
    aws = await Moto.start();
  });
  after(() => aws.stop());

  beforeEach(async () => {
    await aws.reset();
    await aws.call("s3", "create_bucket", { Bucket: BUCKET });
    topic = String((await aws.call("sns", "create_topic", { Name: "alerts" })).TopicArn);
    snapshots = new Map();
    kept = new KeptImages();
    free = [];
    const { VolumeId } = await aws.call("ec2", "create_volume", { AvailabilityZone: "us-east-1a", Size: 1 });
    for (let made = 0; made < 8; made += 1) {
      free.push(String((await aws.call("ec2", "create_snapshot", { VolumeId })).SnapshotId));
    }
    const { LaunchTemplate } = await aws.call("ec2", "create_launch_template", {
      LaunchTemplateName: "web",
      LaunchTemplateData: {
        ImageId: "ami-12345678",
        InstanceType: "t3.small",
        BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { VolumeSize: 8 } }],
      },
    });
    template = (LaunchTemplate as { LaunchTemplateId: string }).LaunchTemplateId;
    await manifest();
  });

  function put(name: string, text: string): Promise<AwsResult> {
    const Body = { base64: Buffer.from(text).toString("base64") };
    return aws.call("s3", "put_object", { Bucket: BUCKET, Key: name, Body });
  }

  function manifest(changes: { readonly point?: string; readonly [key: string]: unknown } = {}) {
    const { point = POINT } = changes;
    const folder = key(point).replace("manifest.json", "");
    const disks = ["scsi0", "scsi1"].map((slot) => ({ slot, key: `${folder}${slot}.raw` }));
    return put(key(point), JSON.stringify({ guest: "web", point, bootMode: "uefi", disks, ...changes }));
  }

  /** Imports that take two looks; one token, one task, as with EC2. `states` says how those of a slot end. */
  function imports(states: Readonly<Record<string, string>> = {}): void {
    const tasks = new Map<string, { readonly disk: string; looks: number }>();
    aws.stub(({ action, parameters }) => {
      if (action === "ImportSnapshot") {
        const token = String(parameters.ClientToken);
        const disk = /([^/]+\/[^/]+)\.raw$/.exec(String(parameters.Description))?.[1] ?? "";
        if (!tasks.has(token)) {
          tasks.set(token, { disk, looks: 0 });
          snapshots.set(disk, free.shift() ?? "");
        }
        return importing(token);
      }
      if (action === "CancelImportTask") return { body: "<CancelImportTaskResponse/>" };
      if (action !== "DescribeImportSnapshotTasks") return undefined;
      const task = tasks.get(String(parameters["ImportTaskId.1"])) ?? assert.fail();
      task.looks += 1;
      const state = task.looks < 2 ? "active" : (states[task.disk.split("/")[1] ?? ""] ?? "completed");
      const message = state === "deleted" ? "ClientError: Unknown OS" : "";
      return imported(state, state === "completed" ? (snapshots.get(task.disk) ?? "") : "", message);
    });
  }

  const made = (point = POINT) =>
    ["scsi0", "scsi1"].map((slot) => snapshots.get(`${point.replace(/[-:]/g, "")}/${slot}`));
  const asked = (action: string): EdgeRequest[] => aws.seen.filter((one) => one.action === action);
  const told = () => asked("Publish").map(({ parameters }) => `${parameters.Subject}: ${parameters.Message}`);
  const deleted = () => asked("DeleteSnapshot").map(({ parameters }) => String(parameters.SnapshotId));

  async function run(point = POINT, settings: object = {}, version = "version-1") {
    aws.stub(kept.answer);
    const definition = imageDefinition({
      cluster: "example",
      guests: [{ name: "web", launchTemplate: template }],
      importRole: "example-vmimport",
      topic,
      keep: 2,
      pollSeconds: 1,
      importSeconds: 3600,
      tags: { environment: "test" },
      ...settings,
    });
    const { stateMachineArn } = await aws.call("stepfunctions", "create_state_machine", {
      name: `images-${Math.random().toString(36).slice(2)}`,
      roleArn: `arn:aws:iam::${aws.account}:role/images`,
      definition: JSON.stringify(quick(definition)),
    });
    const ended = await aws.execute(String(stateMachineArn), { bucket: BUCKET, key: key(point), version });
    return {
      status: String(ended.status),
      cause: String(ended.cause ?? ""),
      output: ended.output === undefined ? {} : JSON.parse(String(ended.output)),
    };
  }

  /** What an instance would boot. */
  async function booted(version = "$Latest"): Promise<Record<string, unknown>> {
    const { LaunchTemplateVersions } = await aws.call("ec2", "describe_launch_template_versions", {
      LaunchTemplateId: template,
      Versions: [version],
    });
    const [made] = LaunchTemplateVersions as { LaunchTemplateData: Record<string, unknown> }[];
    return made?.LaunchTemplateData ?? assert.fail();
  }

  it("imports the disks, registers the image and has the template boot it", async () => {
    imports();
    const { status, output, cause } = await run();
    assert.equal(status, "SUCCEEDED", cause);
    assert.equal(output.version, "2");
    const [start, other] = asked("ImportSnapshot");
    assert.equal(start?.parameters.RoleName, "example-vmimport");
    assert.equal(start?.parameters["DiskContainer.Format"], "RAW");
    assert.equal(start?.parameters["DiskContainer.UserBucket.S3Bucket"], BUCKET);
    assert.equal(start?.parameters.Encrypted, "true");
    assert.match(String(start?.parameters.ClientToken), /^[0-9a-f]{64}$/);
    assert.notEqual(start?.parameters.ClientToken, other?.parameters.ClientToken);
    const { parameters } = asked("RegisterImage")[0] ?? assert.fail();
    assert.equal(parameters.Name, "example-web-2026-11-21T020000Z");
    assert.equal(parameters.Architecture, "x86_64");
    assert.equal(parameters.BootMode, "uefi");
    assert.equal(parameters.EnaSupport, "true");
    assert.equal(parameters.ImdsSupport, "v2.0");
    assert.equal(parameters.RootDeviceName, "/dev/xvda");
    const devices = [1, 2].map((one) => [
      parameters[`BlockDeviceMapping.${one}.DeviceName`],
      parameters[`BlockDeviceMapping.${one}.Ebs.SnapshotId`],
    ]);
    assert.deepEqual(devices, [
      ["/dev/xvda", made()[0]],
      ["/dev/sdf", made()[1]],
    ]);
    const { Snapshots } = await aws.call("ec2", "describe_snapshots", { SnapshotIds: made() });
    const wanted = {
      Name: "example-web-2026-11-21T020000Z",
      environment: "test",
      "hybrid-estate:cluster": "example",
      "hybrid-estate:guest": "web",
      "hybrid-estate:point": POINT,
    };
    const labels = (Snapshots as Tagged[]).map(({ Tags }) => Tags);
    for (const Tags of [...labels, ...kept.all.map(({ tags }) => tags)]) {
      assert.deepEqual(Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])), wanted);
    }
    const data = await booted("$Default");
    assert.equal(data.ImageId, output.image);
    // What else the template says stays; moto leaves it out of the new version.
    assert.equal(asked("CreateLaunchTemplateVersion")[0]?.parameters.SourceVersion, "$Latest");
    // The disk is larger than what the template had.
    assert.match(JSON.stringify(data.BlockDeviceMappings), /"VolumeSize": ?"?10\b/);
    assert.deepEqual([deleted(), told()], [[], []]);
  });

  it("makes one image of events that come twice, one after the other and at the same time", async () => {
    imports();
    const both = await Promise.all([run(), run()]);
    assert.deepEqual(
      both.map(({ status, cause }) => [status, cause]),
      [
        ["SUCCEEDED", ""],
        ["SUCCEEDED", ""],
      ],
    );
    const { status, output } = await run();
    assert.deepEqual([status, output.already], ["SUCCEEDED", true]);
    assert.equal(new Set(asked("ImportSnapshot").map((one) => one.parameters.ClientToken)).size, 2);
    assert.deepEqual([deleted(), told()], [[], []]);
    assert.equal((await booted()).ImageId, kept.all[0]?.id);
  });

  it("goes on with its own image where the answer to the registration was lost", async () => {
    imports();
    aws.stub((request) =>
      request.action === "RegisterImage" && kept.answer(request)
        ? refusal("InternalError", "lost")
        : undefined,
    );
    const { status, output, cause } = await run();
    assert.equal(status, "SUCCEEDED", cause);
    assert.equal(output.image, kept.all[0]?.id);
    assert.equal((await booted()).ImageId, kept.all[0]?.id);
    assert.deepEqual([deleted(), told()], [[], []]);
  });

  it("takes back its snapshots where another one made the image from its own", async () => {
    imports();
    aws.stub(({ action, parameters }) => {
      // Somebody else's comes in between.
      if (action === "RegisterImage" && kept.all.length === 0) kept.add(String(parameters.Name), ["snap-0"]);
      return undefined;
    });
    const { status, output, cause } = await run();
    assert.equal(status, "SUCCEEDED", cause);
    assert.equal(output.already, true);
    assert.deepEqual(deleted().sort(), made().sort());
    assert.equal((await booted()).ImageId, "ami-12345678");
  });

  it("keeps as many images as asked, and none but the newest points", async () => {
    imports();
    const points = ["2026-11-18T02:00:00Z", "2026-11-19T02:00:00Z", OLD, POINT];
    for (const point of points.slice(0, 2)) {
      await manifest({ point });
      assert.equal((await run(point)).status, "SUCCEEDED");
    }
    // An operator went back to the oldest one: it stays, whatever its age.
    await aws.call("ec2", "modify_launch_template", { LaunchTemplateId: template, DefaultVersion: "2" });
    const goneBack: EdgeStub = ({ action }) =>
      action === "ModifyLaunchTemplate" ? { body: "<ModifyLaunchTemplateResponse/>" } : undefined;
    aws.stub(goneBack);
    for (const point of points.slice(2)) {
      await manifest({ point });
      assert.equal((await run(point)).status, "SUCCEEDED");
    }
    const names = kept.all.map(({ name }) => name).sort();
    assert.deepEqual(
      names,
      [points[0], OLD, POINT].map((point) => `example-web-${point?.replaceAll(":", "")}`),
    );
    assert.deepEqual(deleted().sort(), made(points[1]).sort());
  });

  it("never has an older point take the place of a newer one", async () => {
    imports();
    assert.equal((await run()).status, "SUCCEEDED");
    const { ImageId } = await booted();
    await manifest({ point: OLD });
    const { status, output } = await run(OLD);
    assert.deepEqual([status, output.superseded], ["SUCCEEDED", true]);
    assert.equal((await booted()).ImageId, ImageId);
    assert.equal(asked("ImportSnapshot").length, 2);
  });

  it("does not count images of others, nor removes them", async () => {
    imports();
    const Tags = (guest: string, cluster: string) => [
      { Key: "hybrid-estate:guest", Value: guest },
      { Key: "hybrid-estate:cluster", Value: cluster },
    ];
    kept.add("golden", []);
    kept.add("another-guest", [], Tags("db", "example"));
    kept.add("another-estate", [], Tags("web", "other"));
    assert.equal((await run(POINT, { keep: 1 })).status, "SUCCEEDED");
    assert.equal(kept.all.length, 4);
  });

  it("says so when a disk can't be imported, and removes the other one's snapshot", async () => {
    imports({ scsi1: "deleted" });
    const { status, cause } = await run();
    assert.equal(status, "FAILED");
    assert.match(cause, /ImportFailed: .*scsi1.raw: ClientError: Unknown OS/);
    assert.deepEqual(deleted(), [made()[0]]);
    assert.match(told().join(), /no new image of a guest: No image was made .*Unknown OS/);
    assert.equal(asked("RegisterImage").length, 0);
  });

  it("gives up an import that takes too long, and cancels it", async () => {
    imports({ scsi0: "active" });
    const { status, cause } = await run(POINT, { importSeconds: 2 });
    assert.equal(status, "FAILED");
    assert.match(cause, /scsi0.raw: not done after/);
    const [start] = asked("ImportSnapshot").filter((one) =>
      String(one.parameters.Description).includes("scsi0"),
    );
    const cancelled = asked("CancelImportTask").map(({ parameters }) => parameters.ImportTaskId);
    assert.ok(cancelled.includes(start?.parameters.ClientToken));
    assert.equal(told().length, 1);
  });

  // What is refused; how many snapshots and images are removed again; whether the guest has its new image.
  for (const [action, removed, withdrawn, booting] of [
    ["ImportSnapshot", 0, 0, false],
    ["DescribeImportSnapshotTasks", 0, 0, false],
    ["CreateTags", 0, 0, false],
    ["DescribeImages", 0, 0, false],
    ["DescribeLaunchTemplateVersions", 2, 0, false],
    ["RegisterImage", 2, 0, false],
    ["CreateLaunchTemplateVersion", 2, 1, false],
    ["ModifyLaunchTemplate", 0, 0, true],
  ] as const) {
    it(`tells people when ${action} is refused, and leaves nothing behind that no template boots`, async () => {
      aws.stub(refuse(action));
      imports();
      const { status, cause } = await run();
      assert.equal(status, "FAILED");
      assert.match(cause, /not you/);
      const [message = "", ...more] = told();
      assert.equal(more.length, 0);
      assert.match(message, booting ? /but not all is done: Image example-web/ : /No image was made/);
      assert.match(message, /not you/);
      assert.deepEqual([deleted().length, asked("DeregisterImage").length], [removed, withdrawn]);
    });
  }

  it("tells that old images stay, when they can't be removed; the guest has its new one", async () => {
    imports();
    aws.stub(refuse("DeregisterImage"));
    await manifest({ point: OLD });
    assert.equal((await run(OLD)).status, "SUCCEEDED");
    await manifest();
    const { status } = await run(POINT, { keep: 1 });
    assert.equal(status, "FAILED");
    assert.match(
      told().join(),
      /Image example-web-2026-11-21T020000Z was made, and the guest comes back from it/,
    );
    assert.equal((await booted()).ImageId, kept.all.find(({ name }) => name.includes("11-21"))?.id);
  });

  it("says what it could not clean up", async () => {
    imports({ scsi1: "deleted" });
    aws.stub(refuse("DeleteSnapshot"));
    const { cause } = await run();
    assert.match(cause, /Unknown OS; .*not you/);
    assert.match(told().join(), /cleaning up failed: .*not you/);
  });

  it("fails, and says why, when nobody can be told", async () => {
    imports({ scsi1: "deleted" });
    // SNS words its refusals in a form of its own.
    aws.stub(({ action }) =>
      action === "Publish"
        ? {
            status: 403,
            body: "<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>not you</Message></Error><RequestId>edge</RequestId></ErrorResponse>",
          }
        : undefined,
    );
    const { status, cause } = await run();
    assert.equal(status, "FAILED");
    assert.match(cause, /Unknown OS/);
  });

  for (const [what, changes] of Object.entries({
    "of a guest without a template": { guest: "db" },
    "that asks for a disk elsewhere": { disks: [{ slot: "scsi0", key: "dump/secret.raw" }] },
    "that asks for another guest's disk": { disks: [{ slot: "scsi0", key: `images/db/x/${key()}` }] },
    "without disks": { disks: [] },
    "of an unknown boot mode": { bootMode: "coreboot" },
    "of no moment": { point: "yesterday" },
  })) {
    it(`makes nothing of a manifest ${what}`, async () => {
      imports();
      await put(key(), "");
      const { point, ...others } = { point: POINT, ...changes };
      await manifest(others);
      if (point !== POINT)
        await put(
          key(),
          JSON.stringify({
            guest: "web",
            point,
            bootMode: "uefi",
            disks: [{ key: "images/web/20261121T020000Z/a.raw" }],
          }),
        );
      const { status, cause } = await run();
      assert.equal(status, "FAILED");
      assert.match(cause, /UnsoundManifest/);
      assert.equal(asked("ImportSnapshot").length, 0);
      assert.equal(told().length, 1);
    });
  }

  it("tells people of a manifest that is none, or gone", async () => {
    imports();
    await put(key(), "{ not JSON");
    assert.equal((await run()).status, "FAILED");
    assert.equal((await run(OLD)).status, "FAILED");
    assert.equal(told().length, 2);
  });
});
