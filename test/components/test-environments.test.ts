import assert from "node:assert/strict";
import { only, settled } from "../support/declared";
import { devDescription } from "../support/description";
import { declareEstate } from "../support/program";

const EXPIRES = "2099-01-31T18:00:00Z";
const PATH = ["aws", "testEnvironments"];
const GROUP = "aws:autoscaling/group:Group";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

const declaring = (environments: object) => declareEstate(devDescription([PATH, environments]));

describe("components: TestEnvironment", () => {
  it("has copies of the newest image in the isolated subnets, and AWS ends them at their moment", async () => {
    const { resources } = await declaring({
      upgrade: { recovery: ["alpine"], instances: 2, instanceType: "t3.large", expires: EXPIRES },
    });
    const name = "test-upgrade.alpine";
    const isolated = resources
      .filter((one) => one.type === "aws:ec2/subnet:Subnet" && one.name.startsWith("aws-isolated-"))
      .map((one) => `${one.name}-id`);
    assert.ok(isolated.length > 1);
    const { inputs: group } = only(resources, GROUP, name);
    assert.deepEqual(
      [group.minSize, group.maxSize, group.desiredCapacity, group.vpcZoneIdentifiers],
      [0, 2, 2, isolated],
    );
    assert.deepEqual(group.launchTemplate, { id: `${name}-id`, version: "$Latest" });
    const { inputs: end } = only(resources, "aws:autoscaling/schedule:Schedule", name);
    assert.deepEqual(end, {
      autoscalingGroupName: end.autoscalingGroupName,
      scheduledActionName: "expires",
      startTime: EXPIRES,
      minSize: 0,
      maxSize: 0,
      desiredCapacity: 0,
    });
    const template = only(resources, "aws:ec2/launchTemplate:LaunchTemplate", name);
    assert.equal(template.inputs.imageId, "ami-newest");
    assert.equal(template.inputs.instanceType, "t3.large");
    assert.deepEqual(template.inputs.vpcSecurityGroupIds, ["test-upgrade-id"]);
    assert.deepEqual(template.options.ignoreChanges, ["imageId", "blockDeviceMappings"]);
  });

  it("marks what bears its cost: the group, the instances and their volumes", async () => {
    const { resources } = await declaring({ upgrade: { recovery: ["alpine"], expires: EXPIRES } });
    const marks = { "hybrid-estate:test": "upgrade", "hybrid-estate:expires": EXPIRES };
    const { inputs } = only(resources, "aws:ec2/launchTemplate:LaunchTemplate", "test-upgrade.alpine");
    for (const type of ["instance", "volume"]) {
      const specifications: unknown[] = Array.isArray(inputs.tagSpecifications)
        ? inputs.tagSpecifications
        : [];
      const found = specifications.find((one) => JSON.stringify(one).includes(`"resourceType":"${type}"`));
      for (const [key, value] of Object.entries(marks)) {
        assert.ok(JSON.stringify(found).includes(`"${key}":"${value}"`), `${type} ${key}`);
      }
    }
    // A test is no recovery: what reads this tag counts on the group after a disaster.
    const tags = JSON.stringify(only(resources, GROUP, "test-upgrade.alpine").inputs.tags);
    assert.ok(!tags.includes('"hybrid-estate:guest"') && tags.includes('"hybrid-estate:expires"'));
  });

  it("lets its guests reach each other, and people in over SSH; nothing else in or out", async () => {
    const { resources } = await declaring({ upgrade: { recovery: ["alpine"], expires: EXPIRES } });
    const rules = resources
      .filter(
        ({ type, inputs }) =>
          [INGRESS, EGRESS].includes(type) && inputs.securityGroupId === "test-upgrade-id",
      )
      .map(({ type, inputs }) => [
        type,
        inputs.referencedSecurityGroupId,
        inputs.ipProtocol,
        inputs.fromPort,
      ]);
    assert.deepEqual(rules, [
      [INGRESS, "test-upgrade-id", "-1", undefined],
      [EGRESS, "test-upgrade-id", "-1", undefined],
      [INGRESS, "aws-test-access-id", "tcp", 22],
    ]);
    const access = resources
      .filter(({ inputs }) => inputs.securityGroupId === "aws-test-access-id")
      .map(({ type, inputs }) => [type, inputs.referencedSecurityGroupId, inputs.fromPort]);
    assert.deepEqual(access, [[EGRESS, "test-upgrade-id", 22]]);
    const { inputs } = only(
      resources,
      "aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint",
    );
    assert.equal(inputs.preserveClientIp, false);
    assert.match(String(inputs.subnetId), /^aws-isolated-/);
  });

  it("is left out when its time is over, and with the last one the way in", async () => {
    const { resources } = await declaring({
      old: { recovery: ["alpine"], expires: "2020-01-31T18:00:00Z" },
    });
    assert.deepEqual(
      resources.filter(({ name }) => name.startsWith("test-") || name.includes("test-access")),
      [],
    );
  });

  it("is in the contract with its end and groups", async () => {
    const { result } = await declaring({ upgrade: { recovery: ["alpine"], expires: EXPIRES } });
    const { aws } = await settled(result.estate);
    assert.deepEqual(aws?.testEnvironments, {
      upgrade: { expires: EXPIRES, autoScalingGroups: { alpine: "test-upgrade.alpine-group" } },
    });
    const none = await declaring({});
    assert.equal((await settled(none.result.estate)).aws?.testEnvironments, undefined);
  });
});
