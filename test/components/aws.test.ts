import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { BackupBucket } from "../../components/aws/backup-bucket";
import { NodeIdentity } from "../../components/aws/node-identity";
import { PilotLight, type PilotLightArgs } from "../../components/aws/pilot-light";
import { type Declared, declare, only, settled } from "../support/declared";

/** The inputs of the only resource of a type. */
const inputs = (resources: readonly Declared[], type: string, name?: string) =>
  only(resources, type, name).inputs;

describe("components: BackupBucket", () => {
  const args = { bucketName: "example-backups", noncurrentDays: 30 };

  async function bucket(more: object = {}) {
    const { resources } = await declare(() => new BackupBucket("b", { ...args, ...more }));
    return resources;
  }

  it("is kept when the stack goes, and so is the key without which nothing can be read", async () => {
    const resources = await bucket();
    assert.deepEqual(inputs(resources, "aws:s3/bucket:Bucket", "b"), {
      bucket: "example-backups",
      forceDestroy: false,
    });
    assert.equal(only(resources, "aws:s3/bucket:Bucket").options.protect, true);
    assert.equal(only(resources, "aws:kms/key:Key").options.protect, true);
    assert.equal(inputs(resources, "aws:kms/key:Key").deletionWindowInDays, 30);
  });

  it("is private in every way that S3 has", async () => {
    const resources = await bucket();
    assert.deepEqual(inputs(resources, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "b"), {
      bucket: "example-backups",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.deepEqual(inputs(resources, "aws:s3/bucketOwnershipControls:BucketOwnershipControls", "b"), {
      bucket: "example-backups",
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
  });

  it("answers over TLS only", async () => {
    const resources = await bucket();
    const policy = only(resources, "aws:s3/bucketPolicy:BucketPolicy", "b");
    assert.deepEqual(JSON.parse(String(policy.inputs.policy)), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: ["arn:aws:s3:::example-backups", "arn:aws:s3:::example-backups/*"],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
    assert.deepEqual(policy.options.dependsOn, ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock b"]);
  });

  it("is encrypted with a key of its own that rotates and that the account administers", async () => {
    const resources = await bucket();
    assert.deepEqual(
      inputs(
        resources,
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "b",
      ),
      {
        bucket: "example-backups",
        rules: [
          {
            applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:aws:::b" },
            bucketKeyEnabled: true,
          },
        ],
      },
    );
    const key = inputs(resources, "aws:kms/key:Key", "b");
    assert.equal(key.enableKeyRotation, true);
    const [statement, ...others] = JSON.parse(String(key.policy)).Statement;
    assert.deepEqual(others, []);
    assert.deepEqual(statement.Principal, { AWS: "arn:aws:iam::123456789012:root" });
    assert.deepEqual(inputs(resources, "aws:kms/alias:Alias", "b"), {
      name: "alias/example-backups",
      targetKeyId: "b-key",
    });
  });

  it("keeps versions, tidies them up, and does no more where no more is asked for", async () => {
    const resources = await bucket();
    assert.deepEqual(inputs(resources, "aws:s3/bucketVersioning:BucketVersioning", "b"), {
      bucket: "example-backups",
      versioningConfiguration: { status: "Enabled" },
    });
    const lifecycle = only(
      resources,
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "b",
    );
    assert.deepEqual(lifecycle.inputs, {
      bucket: "example-backups",
      rules: [
        {
          id: "tidy",
          status: "Enabled",
          filter: { prefix: "" },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          noncurrentVersionExpiration: { noncurrentDays: 30 },
        },
      ],
    });
    assert.deepEqual(lifecycle.options.dependsOn, ["aws:s3/bucketVersioning:BucketVersioning b"]);
  });

  it("moves and expires objects where that is asked for", async () => {
    const resources = await bucket({ infrequentAccessDays: 45, expireDays: 400 });
    const { rules } = inputs(resources, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
    assert.ok(Array.isArray(rules));
    assert.deepEqual(rules.slice(1), [
      {
        id: "infrequent-access",
        status: "Enabled",
        filter: { prefix: "" },
        transitions: [{ days: 45, storageClass: "STANDARD_IA" }],
      },
      { id: "expire", status: "Enabled", filter: { prefix: "" }, expiration: { days: 400 } },
    ]);
  });
});

describe("components: NodeIdentity", () => {
  async function identity(...keys: string[]) {
    return declare(
      () =>
        new NodeIdentity("nodes", {
          userName: "example-nodes",
          buckets: [{ bucketArn: "arn:aws:s3:::example", keyArn: "arn:aws:kms:::key/1" }],
          keys,
          metricNamespace: "Example",
        }),
    );
  }

  it("is a user of its own with one inline policy", async () => {
    const { resources } = await identity("a");
    assert.deepEqual(inputs(resources, "aws:iam/user:User", "nodes"), {
      name: "example-nodes",
      path: "/hybrid-estate/",
    });
    const policy = inputs(resources, "aws:iam/userPolicy:UserPolicy", "nodes");
    const { Statement } = JSON.parse(String(policy.policy));
    assert.deepEqual(
      Statement.map(({ Sid, Effect, Resource }: Record<string, unknown>) => [Sid, Effect, Resource]),
      [
        ["List", "Allow", ["arn:aws:s3:::example"]],
        ["Copy", "Allow", ["arn:aws:s3:::example/*"]],
        ["Encrypt", "Allow", ["arn:aws:kms:::key/1"]],
        ["Tell", "Allow", "*"],
        ["NeverDelete", "Deny", "*"],
      ],
    );
  });

  it("hands out the newest of its keys, whose secrets stay secret, while the older still works", async () => {
    const { resources, result } = await identity("2026-10", "2026-11");
    for (const slot of ["2026-10", "2026-11"]) {
      const { options, inputs: key } = only(resources, "aws:iam/accessKey:AccessKey", `nodes-${slot}`);
      assert.deepEqual(key, { user: "example-nodes" });
      for (const output of ["secret", "sesSmtpPasswordV4"]) {
        assert.ok(options.additionalSecretOutputs.includes(output), output);
      }
    }
    assert.equal(await settled(result.credentials.secret), "nodes-2026-11-secret");
    assert.equal(await settled(result.credentials.id), "nodes-2026-11-id");
  });
});

describe("components: PilotLight", () => {
  const args: PilotLightArgs = {
    vpcId: "vpc-1",
    siteNetworks: ["192.168.137.0/24"],
    endpointsGroupId: "sg-endpoints",
    subnetIds: ["subnet-1", "subnet-2"],
    s3PrefixListId: "pl-1",
    image: { owner: "136693071363", name: "debian-13-amd64-20260101" },
    instanceType: "t3.small",
    volumeSize: 16,
    ports: [22, 443],
    maxInstances: 2,
    running: 0,
    targetGroupArns: [],
    reaches: { "db-5432": { address: "192.168.1.30", port: 5432 } },
    tags: { team: "infra" },
  };

  it("costs nothing while it waits, and an up in the middle of a failover does not switch it off", async () => {
    const { resources } = await declare(() => new PilotLight("web", args));
    const group = only(resources, "aws:autoscaling/group:Group", "web");
    assert.deepEqual(group.inputs, {
      minSize: 0,
      maxSize: 2,
      desiredCapacity: 0,
      vpcZoneIdentifiers: ["subnet-1", "subnet-2"],
      launchTemplate: { id: "web-id", version: "$Latest" },
      healthCheckType: "EC2",
      targetGroupArns: [],
      tags: [
        { key: "team", value: "infra", propagateAtLaunch: false },
        { key: "Name", value: "web", propagateAtLaunch: false },
      ],
    });
    assert.deepEqual(group.options.ignoreChanges, ["desiredCapacity"]);
  });

  it("boots an encrypted copy of one exact image, with IMDSv2 only", async () => {
    const { resources } = await declare(() => new PilotLight("web", args));
    const tags = { team: "infra", Name: "web" };
    assert.deepEqual(inputs(resources, "aws:ec2/launchTemplate:LaunchTemplate", "web"), {
      imageId: "ami-136693071363-debian-13-amd64-20260101",
      instanceType: "t3.small",
      updateDefaultVersion: true,
      vpcSecurityGroupIds: ["web-id"],
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: { volumeSize: 16, volumeType: "gp3", encrypted: "true", deleteOnTermination: "true" },
        },
      ],
      tagSpecifications: [
        { resourceType: "instance", tags },
        { resourceType: "volume", tags },
      ],
      tags: { Name: "web" },
    });
  });

  it("lets in the first site on its ports, and reaches S3, services of AWS and what it is to reach", async () => {
    const { resources } = await declare(() => new PilotLight("web", args));
    const ingress = resources.filter(({ type }) => type.endsWith(":SecurityGroupIngressRule"));
    assert.deepEqual(
      ingress.map(({ name, inputs: { description, ...rule } }) => ({ name, ...rule })),
      [22, 443].map((port) => ({
        name: `web-${port}-192.168.137.0/24`,
        securityGroupId: "web-id",
        cidrIpv4: "192.168.137.0/24",
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
      })),
    );
    const egress = resources.filter(({ type }) => type.endsWith(":SecurityGroupEgressRule"));
    assert.deepEqual(
      egress.map(({ name, inputs: { description, ...rule } }) => ({ name, ...rule })),
      [
        {
          name: "web-s3",
          securityGroupId: "web-id",
          prefixListId: "pl-1",
          ipProtocol: "tcp",
          fromPort: 443,
          toPort: 443,
        },
        {
          name: "web-endpoints",
          securityGroupId: "web-id",
          referencedSecurityGroupId: "sg-endpoints",
          ipProtocol: "tcp",
          fromPort: 443,
          toPort: 443,
        },
        {
          name: "web-db-5432",
          securityGroupId: "web-id",
          cidrIpv4: "192.168.1.30/32",
          ipProtocol: "tcp",
          fromPort: 5432,
          toPort: 5432,
        },
      ],
    );
  });

  it("gives its group's and template's names to the contract", async () => {
    const { result } = await declare(() => new PilotLight("web", args));
    assert.equal(await settled(result.group.name), "web-group");
    assert.ok(pulumi.Output.isInstance(result.launchTemplate.id));
  });
});
