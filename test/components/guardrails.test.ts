import assert from "node:assert/strict";
import { join } from "node:path";
import { AuditTrail } from "../../components/aws/audit-trail";
import { CostBudget } from "../../components/aws/cost-budget";
import { People } from "../../components/aws/people";
import { SiteDashboard } from "../../components/aws/site-dashboard";
import { valueAt } from "../../estate/paths";
import { type Declared, declare, only } from "../support/declared";
import { type Change, descriptionOf, devDescription, GONE, REPOSITORY } from "../support/description";
import { decision, identityOf, permissions } from "../support/iam";
import { declareEstate } from "../support/program";

const inputs = (resources: readonly Declared[], type: string, name?: string) =>
  only(resources, type, name).inputs;
const document = (resources: readonly Declared[], type: string) =>
  JSON.parse(String(inputs(resources, type).policy));

/** Declares at the first call only, as Pulumi's runtime takes one program at a time. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined;
  return () => {
    begun ??= work();
    return begun;
  };
}

describe("components: People", () => {
  const people = once(() =>
    declare(
      () => new People("people", { group: "people", passwords: { length: 20, maxAgeDays: 90, reuse: 5 } }),
    ),
  );

  it("have sound passwords", async () => {
    assert.deepEqual(
      inputs((await people()).resources, "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"),
      {
        minimumPasswordLength: 20,
        maxPasswordAge: 90,
        passwordReusePrevention: 5,
        requireLowercaseCharacters: true,
        requireNumbers: true,
        requireSymbols: true,
        requireUppercaseCharacters: true,
        allowUsersToChangePassword: true,
        hardExpiry: false,
      },
    );
  });

  const arn = "arn:aws:iam::123456789012:user/ann";
  const person = async () => ({
    arn,
    policies: {
      factor: document((await people()).resources, "aws:iam/groupPolicy:GroupPolicy"),
      // Somebody who may do everything by another policy.
      admin: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
    },
  });
  const own = { context: { "aws:username": "ann", "aws:MultiFactorAuthPresent": "false" } };
  const withFactor = { context: { "aws:username": "ann", "aws:MultiFactorAuthPresent": "true" } };
  permissions(person, {
    may: [
      ["iam:EnableMFADevice", arn, own],
      ["iam:ChangePassword", arn, own],
      ["sts:GetSessionToken", "*", own],
      ["s3:GetObject", "arn:aws:s3:::backups/a", withFactor],
      ["ec2:TerminateInstances", "*", withFactor],
    ],
    mayNot: [
      ["s3:GetObject", "arn:aws:s3:::backups/a", own],
      ["ec2:RunInstances", "*", own],
      ["iam:CreateAccessKey", arn, own],
      // With long-lived keys a request says nothing of a second factor.
      ["s3:GetObject", "arn:aws:s3:::backups/a", { context: { "aws:username": "ann" } }],
      ["iam:DeactivateMFADevice", arn, own],
    ],
  });
});

describe("components: AuditTrail", () => {
  const trail = once(() =>
    declare(
      () =>
        new AuditTrail("trail", {
          trailName: "estate",
          region: "eu-west-1",
          bucketName: "estate-trail",
          expireDays: 400,
        }),
    ),
  );

  it("records every region, with files that show a change, into a protected bucket with a key of its own", async () => {
    const { resources } = await trail();
    const { isMultiRegionTrail, includeGlobalServiceEvents, enableLogFileValidation, kmsKeyId } = inputs(
      resources,
      "aws:cloudtrail/trail:Trail",
    );
    assert.deepEqual(
      [isMultiRegionTrail, includeGlobalServiceEvents, enableLogFileValidation, kmsKeyId],
      [true, true, true, "arn:aws:::trail"],
    );
    assert.deepEqual(only(resources, "aws:cloudtrail/trail:Trail").options.dependsOn, [
      "aws:s3/bucketPolicy:BucketPolicy trail",
    ]);
    for (const type of ["aws:s3/bucket:Bucket", "aws:kms/key:Key"]) {
      assert.equal(only(resources, type).options.protect, true);
    }
    assert.equal(inputs(resources, "aws:kms/key:Key").enableKeyRotation, true);
    assert.equal(
      inputs(resources, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").restrictPublicBuckets,
      true,
    );
  });

  it("lets only this trail write, and nobody delete", async () => {
    const policy = document((await trail()).resources, "aws:s3/bucketPolicy:BucketPolicy");
    const bySid = Object.fromEntries(policy.Statement.map((one: { Sid: string }) => [one.Sid, one]));
    const source = "arn:aws:cloudtrail:eu-west-1:123456789012:trail/estate";
    assert.deepEqual(Object.keys(bySid), ["TlsOnly", "TrailLooks", "TrailWrites", "NobodyDeletes"]);
    assert.equal(bySid.TrailWrites.Condition.StringEquals["aws:SourceArn"], source);
    assert.equal(bySid.TrailWrites.Resource, "arn:aws:s3:::estate-trail/AWSLogs/123456789012/*");
    assert.deepEqual([bySid.NobodyDeletes.Effect, bySid.NobodyDeletes.Principal], ["Deny", "*"]);
  });
});

describe("components: CostBudget and SiteDashboard", () => {
  it("reports what was spent, and a forecast above it", async () => {
    const { resources } = await declare(
      () =>
        new CostBudget("b", {
          budgetName: "estate",
          monthlyUsd: 25.5,
          alertPercent: [50, 90],
          topic: "arn:topic",
        }),
    );
    const { limitAmount, limitUnit, timeUnit, notifications } = inputs(
      resources,
      "aws:budgets/budget:Budget",
    );
    assert.deepEqual([limitAmount, limitUnit, timeUnit], ["25.50", "USD", "MONTHLY"]);
    const told = notifications as {
      threshold: number;
      notificationType: string;
      subscriberSnsTopicArns: string[];
    }[];
    assert.deepEqual(
      told.map((one) => [one.notificationType, one.threshold, ...one.subscriberSnsTopicArns]),
      [
        ["ACTUAL", 50, "arn:topic"],
        ["ACTUAL", 90, "arn:topic"],
        ["FORECASTED", 100, "arn:topic"],
      ],
    );
  });

  it("draws graphs two in a row", async () => {
    const graph = { metrics: [["N", "m"]], statistic: "Maximum", period: 60 } as const;
    const { resources } = await declare(
      () =>
        new SiteDashboard("d", {
          dashboardName: "estate",
          region: "eu-west-1",
          graphs: [
            { ...graph, title: "a" },
            { ...graph, title: "b", region: "us-east-1" },
            { ...graph, title: "c" },
          ],
        }),
    );
    const { widgets } = JSON.parse(
      String(inputs(resources, "aws:cloudwatch/dashboard:Dashboard").dashboardBody),
    );
    assert.deepEqual(
      widgets.map((one: { x: number; y: number; properties: { region: string } }) => [
        one.x,
        one.y,
        one.properties.region,
      ]),
      [
        [0, 0, "eu-west-1"],
        [12, 0, "us-east-1"],
        [0, 6, "eu-west-1"],
      ],
    );
  });
});

describe("components: the boundary of roles", () => {
  const estate = once(() => declareEstate(devDescription()));

  it("is every role's", async () => {
    const roles = (await estate()).resources.filter(({ type }) => type === "aws:iam/role:Role");
    assert.ok(roles.length > 3);
    for (const { name, inputs: role } of roles) {
      assert.equal(role.permissionsBoundary, "arn:aws:::aws-boundary", name);
    }
  });

  it("keeps a role that was given everything from identities, records, keys and buckets' settings", async () => {
    const { boundary } = identityOf((await estate()).resources, "aws:iam/role:Role", "aws-failover");
    const everything = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
    };
    const widened = { arn: "arn:aws:iam::123456789012:role/r", policies: { everything }, boundary };
    for (const action of [
      "iam:CreateUser",
      "iam:PutRolePolicy",
      "iam:DeleteRolePermissionsBoundary",
      "cloudtrail:StopLogging",
      "kms:ScheduleKeyDeletion",
      "s3:BypassGovernanceRetention",
      "s3:PutBucketPolicy",
    ]) {
      assert.notEqual(decision(widened, { action, resource: "*" }), "allowed", action);
    }
    for (const action of [
      "ec2:RunInstances",
      "autoscaling:SetDesiredCapacity",
      "iam:PassRole",
      "s3:GetObject",
    ]) {
      assert.equal(decision(widened, { action, resource: "*" }), "allowed", action);
    }
  });

  it("is left out where the description says so", async () => {
    const { resources } = await declareEstate(devDescription([["aws", "guardrails", "boundary"], false]));
    assert.ok(resources.every(({ inputs: own }) => own.permissionsBoundary === undefined));
  });
});

describe("components: the watch over the ways between the sites", function () {
  this.timeout(60_000);
  const prod = once(() => declareEstate(descriptionOf(join(REPOSITORY, "Pulumi.prod.yaml"))));

  it("tells of a connection without a tunnel at once, and of a lost tunnel when it stays away", async () => {
    const { resources } = await prod();
    const alarm = (name: string) => inputs(resources, "aws:cloudwatch/metricAlarm:MetricAlarm", name);
    for (const gateway of ["north", "south"]) {
      const [down, lost] = [alarm(`${gateway}-tunnels-down`), alarm(`${gateway}-tunnel-lost`)];
      for (const one of [down, lost]) {
        assert.deepEqual(one.dimensions, { VpnId: `${gateway}-id` });
        assert.deepEqual([one.namespace, one.metricName], ["AWS/VPN", "TunnelState"]);
        assert.deepEqual(one.alarmActions, ["arn:aws:::aws-alerts"]);
      }
      // 1: both tunnels are up; 0: none; in between: one.
      assert.deepEqual(
        [down.statistic, down.comparisonOperator, down.threshold, down.treatMissingData],
        ["Maximum", "LessThanOrEqualToThreshold", 0, "breaching"],
      );
      assert.deepEqual(
        [lost.statistic, lost.comparisonOperator, lost.threshold, lost.evaluationPeriods],
        ["Minimum", "LessThanThreshold", 1, 6],
      );
    }
  });

  it("has graphs of metrics that CloudWatch has: with their dimensions", async () => {
    const { resources } = await prod();
    const { dashboardBody } = inputs(resources, "aws:cloudwatch/dashboard:Dashboard");
    const { widgets } = JSON.parse(String(dashboardBody));
    const metrics: string[][] = widgets.flatMap(
      ({ properties }: { properties: { metrics: string[][] } }) => properties.metrics,
    );
    for (const metric of metrics) {
      // Namespace and name, then names and values of dimensions by turns; none without any.
      assert.ok(metric.length >= 4 && metric.length % 2 === 0, metric.join(" "));
      for (const part of metric) assert.equal(typeof part, "string", metric.join(" "));
    }
    const of = (name: string) =>
      metrics.filter((metric) => metric[1] === name).map((metric) => metric.at(-1));
    assert.deepEqual(of("TunnelState"), ["north-id", "south-id"]);
    assert.deepEqual(of("TargetResponseTime"), ["app/shop", "app/shop-aws"]);
  });

  it("measures the way between the sites from where it leads, and reaches nothing else", async () => {
    const { resources } = await prod();
    const { vpcConfig } = inputs(resources, "aws:lambda/function:Function", "aws-latency-probe");
    assert.deepEqual(vpcConfig, {
      // Those whose routes lead to the other site; isolated ones have none.
      subnetIds: ["a", "b", "c"].map((zone) => `aws-private-eu-west-1${zone}-id`),
      securityGroupIds: ["aws-latency-probe-id"],
    });
    const egress = resources.filter(
      ({ type, inputs: rule }) =>
        type.endsWith(":SecurityGroupEgressRule") && rule.securityGroupId === "aws-latency-probe-id",
    );
    assert.deepEqual(
      egress.map(({ inputs: { cidrIpv4, ipProtocol, fromPort, toPort } }) => [
        cidrIpv4,
        ipProtocol,
        fromPort,
        toPort,
      ]),
      // The address that the gateways share.
      [["10.20.0.4/32", "tcp", 7, 7]],
    );
    const { scheduleExpression, state, target } = inputs(
      resources,
      "aws:scheduler/schedule:Schedule",
      "aws-latency",
    );
    assert.deepEqual([scheduleExpression, state], ["rate(5 minutes)", "ENABLED"]);
    assert.equal(valueAt(target, ["arn"]), "arn:aws:::aws-latency");
    const { definition } = inputs(resources, "aws:sfn/stateMachine:StateMachine", "aws-latency");
    assert.deepEqual(JSON.parse(String(definition)).States.Measure.Arguments, {
      FunctionName: "arn:aws:::aws-latency-probe",
      Payload: { address: "10.20.0.4", port: 7 },
    });
  });

  it("tells of a way that is slow or that nobody answers from, by the metric that is written and drawn", async () => {
    const { resources } = await prod();
    const alarm = inputs(resources, "aws:cloudwatch/metricAlarm:MetricAlarm", "aws-latency");
    assert.deepEqual(
      [alarm.threshold, alarm.comparisonOperator, alarm.period, alarm.evaluationPeriods],
      [60, "GreaterThanThreshold", 300, 3],
    );
    assert.equal(alarm.treatMissingData, "breaching");
    assert.deepEqual(alarm.alarmActions, ["arn:aws:::aws-alerts"]);
    const { definition } = inputs(resources, "aws:sfn/stateMachine:StateMachine", "aws-latency");
    const { Namespace, MetricData } = JSON.parse(String(definition)).States.Write.Arguments;
    const [{ Name, Value }] = MetricData[0].Dimensions;
    assert.deepEqual([alarm.namespace, alarm.metricName], [Namespace, MetricData[0].MetricName]);
    assert.deepEqual(alarm.dimensions, { [Name]: Value });
    const { dashboardBody } = inputs(resources, "aws:cloudwatch/dashboard:Dashboard");
    const graphs = JSON.parse(String(dashboardBody)).widgets.filter(
      ({ properties }: { properties: { metrics: string[][] } }) => properties.metrics[0]?.[1] === "Latency",
    );
    assert.deepEqual(
      graphs.map(({ properties }: { properties: object }) => valueAt(properties, ["metrics"])),
      [[[Namespace, "Latency", Name, Value]]],
    );
    assert.deepEqual(valueAt(graphs, [0, "properties", "annotations"]), {
      horizontal: [{ label: "limit", value: 60 }],
    });
  });

  it("asks what is declared for it, as over a private line nothing of the estate's answers", async () => {
    const { resources } = await declareEstate(
      devDescription(
        [["aws", "vpn"], GONE],
        [["aws", "directConnect"], { connection: "dxcon-abcd1234", vlan: 101 }],
        [["aws", "latency"], { target: { address: "192.168.137.1", port: 179 } }],
      ),
    );
    const { cidrIpv4, fromPort } = inputs(
      resources,
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
      "aws-latency",
    );
    assert.deepEqual([cidrIpv4, fromPort], ["192.168.137.1/32", 179]);
  });

  it("has no graph or alarm of tunnels where there is no VPN", async () => {
    const watched = async (...changes: readonly Change[]) => {
      const text = JSON.stringify((await declareEstate(devDescription(...changes))).resources);
      return ["TunnelState", "HybridEstate/Links"].map((metric) => text.includes(metric));
    };
    assert.deepEqual(await watched(), [true, true]);
    assert.deepEqual(await watched([["aws", "vpn"], GONE]), [false, false]);
  });
});
