import assert from "node:assert/strict";
import { ImportRole } from "../../components/aws/import-role";
import { ImportedImage } from "../../components/aws/imported-image";
import { PilotLight } from "../../components/aws/pilot-light";
import { valueAt } from "../../estate/paths";
import { type Declared, declare, only } from "../support/declared";
import { type Change, devDescription } from "../support/description";
import { declareEstate } from "../support/program";

/** The dev estate with changes, declared. */
async function dev(...changes: Change[]): Promise<readonly Declared[]> {
  return (await declareEstate(devDescription(...changes))).resources;
}

const role = () =>
  new ImportRole("import", {
    roleName: "example-vmimport",
    account: "123456789012",
    region: "eu-west-1",
    partition: "aws",
    sources: [{ bucketArn: "arn:aws:s3:::example", keyArn: "arn:aws:kms:::key/1", objects: ["once/a.vmdk"] }],
  });

describe("components: ImportedImage", () => {
  async function image() {
    const { resources } = await declare(
      () =>
        new ImportedImage("one", {
          imageName: "example-one",
          bucket: "example",
          key: "once/a.vmdk",
          format: "vmdk",
          bootMode: "uefi",
          importRole: role(),
          tags: { environment: "test" },
        }),
    );
    return resources;
  }

  it("imports the disk encrypted, by the role and once it may", async () => {
    const snapshot = only(await image(), "aws:ebs/snapshotImport:SnapshotImport");
    assert.deepEqual(snapshot.inputs, {
      description: "example/once/a.vmdk",
      encrypted: true,
      roleName: "example-vmimport",
      diskContainer: {
        description: "once/a.vmdk",
        format: "VMDK",
        userBucket: { s3Bucket: "example", s3Key: "once/a.vmdk" },
      },
      tags: { environment: "test", Name: "example-one" },
    });
    assert.equal(snapshot.options.protect, true);
    assert.deepEqual(snapshot.options.dependsOn, ["aws:iam/rolePolicy:RolePolicy import"]);
  });

  it("registers it with boot mode and ENA, as an image that is kept", async () => {
    const ami = only(await image(), "aws:ec2/ami:Ami");
    assert.deepEqual(ami.inputs, {
      name: "example-one",
      description: "Made once of example/once/a.vmdk",
      architecture: "x86_64",
      virtualizationType: "hvm",
      bootMode: "uefi",
      enaSupport: true,
      imdsSupport: "v2.0",
      rootDeviceName: "/dev/xvda",
      ebsBlockDevices: [
        { deviceName: "/dev/xvda", snapshotId: "one-id", volumeType: "gp3", deleteOnTermination: true },
      ],
      tags: { environment: "test", Name: "example-one" },
    });
    assert.equal(ami.options.protect, true);
  });

  it("trusts VM Import alone, with the id that it says, for imports of this account", async () => {
    const inputs = only(await image(), "aws:iam/role:Role").inputs;
    assert.equal(inputs.name, "example-vmimport");
    assert.deepEqual(JSON.parse(String(inputs.assumeRolePolicy)).Statement, [
      {
        Effect: "Allow",
        Principal: { Service: "vmie.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012", "sts:ExternalId": "vmimport" },
          ArnLike: { "aws:SourceArn": "arn:*:vmie:*:123456789012:*" },
        },
      },
    ]);
  });
});

describe("components: ImagePipeline, in the dev estate", () => {
  it("is started by the manifests that the nodes write, and by nothing else", async () => {
    const resources = await dev();
    assert.deepEqual(only(resources, "aws:s3/bucketNotification:BucketNotification").inputs, {
      bucket: "blckpink-clstr-dev-exports",
      eventbridge: true,
    });
    const { eventPattern, state } = only(
      resources,
      "aws:cloudwatch/eventRule:EventRule",
      "aws-images",
    ).inputs;
    assert.equal(state, "ENABLED");
    assert.deepEqual(JSON.parse(String(eventPattern)), {
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: {
        bucket: { name: ["blckpink-clstr-dev-exports"] },
        object: { key: [{ wildcard: "images/*/manifest.json" }] },
      },
    });
    const target = only(resources, "aws:cloudwatch/eventTarget:EventTarget", "aws-images");
    assert.deepEqual(target.inputs, {
      rule: "aws-images",
      arn: "arn:aws:::aws-images",
      roleArn: "arn:aws:::aws-images-start",
      inputTransformer: {
        inputPaths: {
          bucket: "$.detail.bucket.name",
          key: "$.detail.object.key",
          version: "$.detail.object.version-id",
        },
        inputTemplate: '{"bucket": <bucket>, "key": <key>, "version": <version>}',
      },
    });
    assert.deepEqual(target.options.dependsOn, ["aws:iam/rolePolicy:RolePolicy aws-images-start"]);
  });

  it("tells people of an execution that AWS ended without a word", async () => {
    const resources = await dev();
    const { eventPattern } = only(
      resources,
      "aws:cloudwatch/eventRule:EventRule",
      "aws-images-cut-off",
    ).inputs;
    assert.deepEqual(JSON.parse(String(eventPattern)).detail, {
      stateMachineArn: ["arn:aws:::aws-images"],
      status: ["ABORTED", "TIMED_OUT"],
    });
    const target = only(resources, "aws:cloudwatch/eventTarget:EventTarget", "aws-images-cut-off").inputs;
    assert.equal(target.arn, "arn:aws:::aws-alerts");
  });

  it("knows the templates of what is imaged, how many are kept, and the role", async () => {
    const resources = await dev([["aws", "images", "keep"], 7]);
    const machine = only(resources, "aws:sfn/stateMachine:StateMachine", "aws-images");
    const text = String(machine.inputs.definition);
    const { States } = JSON.parse(text);
    assert.deepEqual(States.Asked.Assign.known, [{ name: "alpine", launchTemplate: "alpine-id" }]);
    assert.match(text, /\$index >= 7 /);
    assert.match(text, /"RoleName":"blckpink-clstr-vmimport"/);
    assert.deepEqual(machine.options.dependsOn, ["aws:iam/rolePolicy:RolePolicy aws-images"]);
  });

  it("is not there where no images are asked for, nor what only it needs", async () => {
    const resources = await dev([["aws", "images"], undefined]);
    const types = resources.map(({ type }) => type);
    for (const type of ["hybrid-estate:aws:ImagePipeline", "hybrid-estate:aws:ImportRole"]) {
      assert.ok(!types.includes(type), type);
    }
  });
});

describe("components: images of launch templates", () => {
  const args = {
    vpcId: "vpc-1",
    subnetIds: [],
    s3PrefixListId: "pl-1",
    image: { owner: "1", name: "debian" },
    instanceType: "t3.small",
    volumeSize: 8,
    ports: [],
    reaches: {},
    maxInstances: 1,
    running: 0,
    targetGroupArns: [],
    tags: {},
  };
  const template = (resources: readonly Declared[], name: string) =>
    only(resources, "aws:ec2/launchTemplate:LaunchTemplate", name).inputs;

  it("is the newest own one where there is one: an up never takes a guest back to its first image", async () => {
    const given = { ...args, ownImages: { cluster: "example" } };
    const { resources } = await declare(
      () => new PilotLight("web", given),
      {},
      {
        "aws:ec2/getAmiIds:getAmiIds": { ids: ["ami-new"] },
      },
    );
    assert.equal(template(resources, "web").imageId, "ami-new");
    const { resources: first } = await declare(() => new PilotLight("web", given));
    assert.equal(template(first, "web").imageId, "ami-1-debian");
  });

  it("is the one of the newest point, not the one that was registered last", async () => {
    const POINTS: Readonly<Record<string, string>> = {
      "ami-late": "2026-11-19T02:00:00Z",
      "ami-newest": "2026-11-21T02:00:00Z",
      "ami-old": "2026-11-20T02:00:00Z",
    };
    const found = (asked: unknown) => {
      const id = String(valueAt(asked, ["filters", 0, "values", 0]));
      const point = POINTS[id];
      return point === undefined ? {} : { id, tags: { "hybrid-estate:point": point } };
    };
    for (const ids of [
      ["ami-late", "ami-newest", "ami-old"],
      ["ami-unmarked", "ami-newest"],
      ["ami-newest", "ami-late"],
    ]) {
      const { resources } = await declare(
        () => new PilotLight("web", { ...args, ownImages: { cluster: "example" } }),
        {},
        {
          "aws:ec2/getAmiIds:getAmiIds": { ids },
          "aws:ec2/getAmi:getAmi": (asked: unknown) => ({ id: "ami-1-debian", tags: {}, ...found(asked) }),
        },
      );
      assert.equal(template(resources, "web").imageId, "ami-newest", ids.join());
    }
  });

  it("is an import's where that is named", async () => {
    const resources = await dev(
      [["aws", "imports"], { appliance: { key: "once/a.raw", bootMode: "legacy-bios" } }],
      [["aws", "images"], undefined],
      [["aws", "recovery", "alpine", "image"], undefined],
      [["aws", "recovery", "alpine", "importedImage"], "appliance"],
    );
    assert.equal(template(resources, "alpine").imageId, "aws-appliance-id");
    const [device] = template(resources, "alpine").blockDeviceMappings as { deviceName: string }[];
    assert.equal(device?.deviceName, "/dev/xvda");
    assert.equal(only(resources, "aws:ec2/ami:Ami").inputs.name, "blckpink-clstr-appliance");
  });
});
