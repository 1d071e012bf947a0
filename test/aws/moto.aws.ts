import assert from "node:assert/strict";
import { AwsError, Moto } from "../support/moto";

describe("AWS for tests", () => {
  let aws: Moto;
  before(async () => {
    aws = await Moto.start();
  });
  beforeEach(() => aws.reset());
  after(() => aws.stop());

  it("keeps objects, says no as AWS does, and forgets all on reset", async () => {
    await aws.call("s3", "create_bucket", { Bucket: "example" });
    await aws.call("s3", "put_object", { Bucket: "example", Key: "a", Body: { base64: "aGVsbG8=" } });
    assert.equal((await aws.call("s3", "get_object", { Bucket: "example", Key: "a" })).Body, "aGVsbG8=");
    await assert.rejects(
      aws.call("s3", "get_object", { Bucket: "example", Key: "b" }),
      (error) => error instanceof AwsError && error.code === "NoSuchKey",
    );
    await aws.reset();
    assert.deepEqual((await aws.call("s3", "list_buckets")).Buckets, []);
  });

  it("runs state machines, whose calls a stub can answer, and others moto", async () => {
    const { stateMachineArn } = await aws.call("stepfunctions", "create_state_machine", {
      name: "example",
      roleArn: `arn:aws:iam::${aws.account}:role/example`,
      definition: JSON.stringify({
        StartAt: "Import",
        States: {
          Import: {
            Type: "Task",
            Resource: "arn:aws:states:::aws-sdk:ec2:importSnapshot",
            Parameters: { Description: "an example" },
            ResultPath: "$.import",
            Next: "Regions",
          },
          Regions: {
            Type: "Task",
            Resource: "arn:aws:states:::aws-sdk:ec2:describeRegions",
            Parameters: { RegionNames: ["eu-west-1"] },
            ResultSelector: { "names.$": "$.Regions[*].RegionName" },
            ResultPath: "$.regions",
            End: true,
          },
        },
      }),
    });
    aws.stub(({ service, action, parameters }) =>
      service === "ec2" && action === "ImportSnapshot"
        ? {
            body: `<ImportSnapshotResponse><importTaskId>import-snap-1</importTaskId><description>${parameters.Description}</description></ImportSnapshotResponse>`,
          }
        : undefined,
    );
    const { status, output, cause } = await aws.execute(String(stateMachineArn), { given: 1 });
    assert.equal(status, "SUCCEEDED", String(cause));
    assert.deepEqual(JSON.parse(String(output)), {
      given: 1,
      import: { ImportTaskId: "import-snap-1", Description: "an example" },
      regions: { names: ["eu-west-1"] },
    });
    assert.deepEqual(
      aws.seen.filter(({ service }) => service === "ec2").map(({ action }) => action),
      ["ImportSnapshot", "DescribeRegions"],
    );
  });

  it("fails a state machine whose call is refused or cut off", async () => {
    const { stateMachineArn } = await aws.call("stepfunctions", "create_state_machine", {
      name: "refused",
      roleArn: `arn:aws:iam::${aws.account}:role/example`,
      definition: JSON.stringify({
        StartAt: "Describe",
        States: {
          Describe: {
            Type: "Task",
            Resource: "arn:aws:states:::aws-sdk:ec2:describeRegions",
            Parameters: {},
            End: true,
          },
        },
      }),
    });
    aws.stub(({ action }) =>
      action === "DescribeRegions"
        ? {
            status: 403,
            body: "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>",
          }
        : undefined,
    );
    assert.equal((await aws.execute(String(stateMachineArn), {})).status, "FAILED");
    await assert.rejects(aws.call("ec2", "describe_regions"), /no/);
    aws.stub(({ service }) => (service === "s3" ? "drop" : undefined));
    await assert.rejects(aws.call("s3", "list_buckets"), /Connection/);
  });
});
