import assert from "node:assert/strict";
import { DRILL_TAG, drillDefinition } from "../../components/aws/runbooks/drill";
import { FAILBACK_TAG, failbackDefinition } from "../../components/aws/runbooks/failback";
import { failoverDefinition } from "../../components/aws/runbooks/failover";
import type { RunbookGuest } from "../../components/aws/runbooks/plan";
import { handler, type ProbeEvent } from "../../components/aws/runbooks/probe";
import { POINT_TAG } from "../../components/aws/runbooks/stages";
import type { Definition } from "../../components/aws/runbooks/states";
import { watchDefinition } from "../../components/aws/runbooks/watch";
import { valueAt } from "../../estate/paths";
import { type EdgeRequest, type EdgeStub, Moto } from "../support/moto";
import { quick, runbookGuest, runbookSettings } from "../support/runbooks";

/** What an execution came to: its guests by name where it has an output. */
interface Outcome {
  readonly status: string;
  readonly cause: string;
  readonly guests: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const ROLE = "arn:aws:iam::123456789012:role/runbook";

/** A site in moto with recovered guests, as the program makes it. Lambda is the edge's: moto runs functions in Docker only. */
class Site {
  vpc = "";
  subnet = "";
  securityGroup = "";
  topic = "";
  image = "";
  readonly templates = new Map<string, string>();
  /** What the probe function is asked, and what it answers; works by default. */
  readonly probed: ProbeEvent[] = [];
  answer: (event: ProbeEvent) => Promise<object> = async () => ({ ok: true });

  constructor(readonly aws: Moto) {}

  async build(names: readonly string[]): Promise<void> {
    const { aws } = this;
    const vpc = await aws.call("ec2", "create_vpc", { CidrBlock: "10.42.0.0/16" });
    this.vpc = text(vpc, "Vpc", "VpcId");
    const subnet = await aws.call("ec2", "create_subnet", { VpcId: this.vpc, CidrBlock: "10.42.0.0/24" });
    this.subnet = text(subnet, "Subnet", "SubnetId");
    const group = await aws.call("ec2", "create_security_group", {
      VpcId: this.vpc,
      GroupName: "drill",
      Description: "drill",
    });
    this.securityGroup = text(group, "GroupId");
    this.topic = text(await aws.call("sns", "create_topic", { Name: "alerts" }), "TopicArn");
    this.image = text(await aws.call("ec2", "describe_images", {}), "Images", 0, "ImageId");
    for (const name of names) await this.buildGuest(name);
  }

  private async buildGuest(name: string): Promise<void> {
    const template = await this.aws.call("ec2", "create_launch_template", {
      LaunchTemplateName: name,
      LaunchTemplateData: { ImageId: this.image, InstanceType: "t3.small" },
    });
    const id = text(template, "LaunchTemplate", "LaunchTemplateId");
    this.templates.set(name, id);
    await this.aws.call("autoscaling", "create_auto_scaling_group", {
      AutoScalingGroupName: `${name}-group`,
      MinSize: 0,
      MaxSize: 4,
      DesiredCapacity: 0,
      LaunchTemplate: { LaunchTemplateId: id, Version: "$Latest" },
      VPCZoneIdentifier: this.subnet,
    });
  }

  /** A guest of the site as the runbooks know it. */
  guest(name: string, changes: Partial<RunbookGuest> = {}): RunbookGuest {
    return runbookGuest(name, {
      launchTemplate: this.templates.get(name) ?? "lt-0123456789abcdef0",
      timeLimit: 3,
      ...changes,
    });
  }

  settings(guests: readonly RunbookGuest[]) {
    return runbookSettings(guests, {
      topic: this.topic,
      subnets: [this.subnet],
      securityGroup: this.securityGroup,
      pollSeconds: 1,
    });
  }

  /** Answers for Lambda with what the probe is to say; before moto, behind the stubs that a test adds later. */
  readonly lambda: EdgeStub = ({ service, path }) => {
    if (service !== "lambda" || !path.endsWith("/invocations")) return undefined;
    return { type: "application/json", body: JSON.stringify(this.probeAnswer) };
  };
  probeAnswer: object = { ok: true };

  async run(definition: Definition, input: object = {}): Promise<Outcome> {
    const { stateMachineArn } = await this.aws.call("stepfunctions", "create_state_machine", {
      name: `runbook-${Math.random().toString(36).slice(2)}`,
      roleArn: ROLE,
      definition: JSON.stringify(quick(definition)),
    });
    const { status, output, cause } = await this.aws.execute(String(stateMachineArn), input);
    const guests: unknown = output === undefined ? [] : JSON.parse(String(output)).guests;
    assert.ok(Array.isArray(guests));
    return {
      status: String(status),
      cause: String(cause ?? ""),
      guests: Object.fromEntries(guests.map((guest) => [guest.name, guest])),
    };
  }

  asked(action: string): EdgeRequest[] {
    return this.aws.seen.filter((request) => request.action === action);
  }

  /** Ids of instances that are not gone. */
  async instances(): Promise<string[]> {
    const found = await this.aws.call("ec2", "describe_instances", {
      Filters: [{ Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped"] }],
    });
    const reservations = found.Reservations;
    assert.ok(Array.isArray(reservations));
    return reservations.flatMap(({ Instances }) =>
      Instances.map(({ InstanceId }: { InstanceId: string }) => InstanceId),
    );
  }

  /** Ids of the instances of a guest's group. */
  async instancesOf(name: string): Promise<string[]> {
    const found = await this.aws.call("autoscaling", "describe_auto_scaling_groups", {
      AutoScalingGroupNames: [`${name}-group`],
    });
    const instances = valueAt(found, ["AutoScalingGroups", 0, "Instances"]);
    assert.ok(Array.isArray(instances));
    return instances.map(({ InstanceId }) => String(InstanceId));
  }

  async desired(name: string): Promise<number> {
    const found = await this.aws.call("autoscaling", "describe_auto_scaling_groups", {
      AutoScalingGroupNames: [`${name}-group`],
    });
    return Number(valueAt(found, ["AutoScalingGroups", 0, "DesiredCapacity"]));
  }

  /** The values of a metric by guest. */
  async metric(MetricName: string, guest: string): Promise<number[]> {
    const found = await this.aws.call("cloudwatch", "get_metric_statistics", {
      Namespace: "HybridEstate/Recovery",
      MetricName,
      Dimensions: [
        { Name: "Estate", Value: "example" },
        { Name: "Guest", Value: guest },
      ],
      StartTime: new Date(Date.now() - 3_600_000).toISOString(),
      EndTime: new Date(Date.now() + 3_600_000).toISOString(),
      Period: 7200,
      Statistics: ["Maximum"],
    });
    assert.ok(Array.isArray(found.Datapoints));
    return found.Datapoints.map(({ Maximum }) => Maximum);
  }

  /** What was told to the topic. */
  reports(): { readonly subject: string; readonly message: string }[] {
    return this.asked("Publish").map(({ parameters }) => ({
      subject: String(parameters.Subject),
      message: String(parameters.Message),
    }));
  }
}

function text(value: unknown, ...steps: (string | number)[]): string {
  const found = valueAt(value, steps);
  assert.equal(typeof found, "string", steps.join("."));
  return String(found);
}

const NOT_ALLOWED =
  "<Error><Code>UnauthorizedOperation</Code><Message>You are not authorized</Message></Error>";

/** Refuses an action as AWS does. */
function refuse(action: string, times = Number.POSITIVE_INFINITY): EdgeStub {
  let left = times;
  return (request) => {
    if (request.action !== action || left === 0) return undefined;
    left -= 1;
    return {
      status: 403,
      body:
        request.service === "ec2"
          ? `<Response><Errors>${NOT_ALLOWED}</Errors><RequestID>edge</RequestID></Response>`
          : `<ErrorResponse>${NOT_ALLOWED}<RequestId>edge</RequestId></ErrorResponse>`,
    };
  };
}

describe("runbooks", () => {
  let aws: Moto;
  let site: Site;

  before(async () => {
    aws = await Moto.start();
  });
  beforeEach(async () => {
    await aws.reset();
    site = new Site(aws);
    await site.build(["db", "web"]);
  });
  after(() => aws.stop());

  const pair = () => [site.guest("db"), site.guest("web", { wave: 1, after: ["db"], instances: 2 })];

  describe("failover", () => {
    const failover = (guests: readonly RunbookGuest[], input: object = {}) => {
      aws.stub(site.lambda);
      return site.run(failoverDefinition(site.settings(guests)), input);
    };

    it("raises what is needed first, then the others, and reports", async () => {
      const { status, cause, guests } = await failover(pair());
      assert.equal(status, "SUCCEEDED", cause);
      assert.deepEqual([guests.db?.ok, guests.web?.ok], [true, true]);
      assert.deepEqual([await site.desired("db"), await site.desired("web")], [1, 2]);
      assert.deepEqual(
        site.asked("UpdateAutoScalingGroup").map(({ parameters }) => parameters.AutoScalingGroupName),
        ["db-group", "web-group"],
      );
      assert.deepEqual(
        site.reports().map(({ subject }) => subject),
        ["Failover of example: all is up"],
      );
      assert.ok(!site.reports()[0]?.message.includes("notRecorded"));
      assert.deepEqual(await site.metric("FailoverFailed", "db"), [0]);
      assert.equal((await site.metric("FailoverTime", "web")).length, 1);
    });

    it("counts the recovery time from the disaster that it is told of", async () => {
      const disruptedAt = new Date(Date.now() - 1_800_000).toISOString();
      const { guests } = await failover([site.guest("db")], { disruptedAt });
      const recovered = Number(guests.db?.recovered);
      assert.ok(recovered >= 1800 && recovered < 1900, String(recovered));
    });

    it("raises what it is asked for only, and lowers nothing", async () => {
      await aws.call("autoscaling", "update_auto_scaling_group", {
        AutoScalingGroupName: "web-group",
        DesiredCapacity: 3,
      });
      const { status, cause, guests } = await failover(pair(), { guests: ["web"] });
      assert.equal(status, "SUCCEEDED", cause);
      assert.deepEqual(Object.keys(guests), ["web"]);
      assert.deepEqual([await site.desired("db"), await site.desired("web")], [0, 3]);
    });

    it("refuses a guest that it does not know, and raises nothing", async () => {
      const { status, cause } = await failover(pair(), { guests: ["web", "mail"] });
      assert.equal(status, "FAILED");
      assert.equal(cause, "Found: mail; allowed: db, web");
      assert.deepEqual(site.asked("UpdateAutoScalingGroup"), []);
    });

    it("is finished when run again after it was stopped half way", async () => {
      aws.stub(refuse("DescribeInstances", 2));
      assert.equal((await failover(pair())).status, "FAILED");
      assert.deepEqual([await site.desired("db"), await site.desired("web")], [1, 0]);
      const { status, cause } = await failover(pair());
      assert.equal(status, "SUCCEEDED", cause);
      assert.deepEqual([await site.desired("db"), await site.desired("web")], [1, 2]);
    });

    for (const [what, action, stage] of [
      ["the newest version of its template cannot be read", "DescribeLaunchTemplateVersions", "point"],
      ["its image cannot be read", "DescribeImages", "point"],
      ["its group cannot be read", "DescribeAutoScalingGroups", "raise"],
      ["its group cannot be raised", "UpdateAutoScalingGroup", "raise"],
      ["its instances cannot be read", "DescribeInstances", "verify"],
    ] as const) {
      it(`says so where ${what}, and leaves what needs it alone`, async () => {
        aws.stub(refuse(action));
        const { status, cause } = await failover(pair());
        assert.equal(status, "FAILED");
        assert.match(cause, new RegExp(`db \\(${stage}\\): .*You are not authorized`));
        // What cannot be read of the one cannot be read of the other either, as the refusal is of the action.
        if (stage !== "point") assert.match(cause, /web \(order\): needs db, which did not come up/);
        assert.equal(site.reports()[0]?.subject, "Failover of example: not all is up");
        const raised = site
          .asked("UpdateAutoScalingGroup")
          .map(({ parameters }) => parameters.AutoScalingGroupName);
        assert.ok(!raised.includes("web-group"));
      });
    }

    it("brings up the others where one has no image", async () => {
      const lost = site.guest("web", { launchTemplate: "lt-0123456789abcdef0" });
      const { status, cause } = await failover([lost, site.guest("db")]);
      assert.equal(status, "FAILED");
      assert.match(cause, /^web \(point\): /);
      assert.deepEqual([await site.desired("db"), await site.desired("web")], [1, 0]);
      assert.deepEqual(await site.metric("FailoverFailed", "web"), [1]);
    });

    it("does not call up what does not answer in time", async () => {
      site.probeAnswer = { ok: false, why: "10.42.0.4:80 connect ECONNREFUSED" };
      const { status, cause } = await failover([site.guest("db")]);
      assert.equal(status, "FAILED");
      assert.equal(cause, "db (verify): 10.42.0.4:80 connect ECONNREFUSED");
      assert.equal(await site.desired("db"), 1);
    });

    it("does not call up what its load balancer does not call healthy", async () => {
      const group = await aws.call("elbv2", "create_target_group", {
        Name: "web",
        TargetType: "instance",
        Protocol: "HTTP",
        Port: 80,
        VpcId: site.vpc,
      });
      const arn = text(group, "TargetGroups", 0, "TargetGroupArn");
      const { status, cause } = await failover([site.guest("db", { targetGroups: [arn] })]);
      assert.equal(status, "FAILED");
      assert.equal(cause, "db (verify): its load balancer does not call it healthy");
    });

    it("waits until its load balancer calls it healthy", async () => {
      const states = ["initial", "healthy"];
      aws.stub(({ action }) => {
        if (action !== "DescribeTargetHealth") return undefined;
        const id = site.asked("DescribeInstances").at(-1)?.parameters["InstanceId.1"];
        const health = `<TargetHealth><State>${states.shift() ?? "healthy"}</State></TargetHealth>`;
        const targets = ["i-00000000000000000", id].map(
          (one) => `<member><Target><Id>${one}</Id><Port>80</Port></Target>${health}</member>`,
        );
        return {
          body: `<DescribeTargetHealthResponse><DescribeTargetHealthResult><TargetHealthDescriptions>${targets.join("")}</TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>`,
        };
      });
      const arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef";
      const { status, cause, guests } = await failover([
        site.guest("db", { targetGroups: [arn], timeLimit: 30 }),
      ]);
      assert.equal(status, "SUCCEEDED", cause);
      assert.equal(guests.db?.ok, true);
      assert.equal(site.asked("DescribeTargetHealth").length, 2);
    });

    it("says what came up also where the metrics cannot be written", async () => {
      const body = JSON.stringify({ __type: "AccessDenied", message: "You are not authorized" });
      const type = "application/x-amz-json-1.0";
      aws.stub(({ service }) => (service === "monitoring" ? { status: 403, type, body } : undefined));
      const { status, cause } = await failover([site.guest("db")]);
      assert.equal(status, "SUCCEEDED", cause);
      assert.equal(site.reports()[0]?.subject, "Failover of example: all is up");
      assert.match(site.reports()[0]?.message ?? "", /"notRecorded":".*You are not authorized/);
    });
  });

  describe("failback", () => {
    const failback = (action?: string, guests = pair()) =>
      site.run(failbackDefinition(site.settings(guests)), action === undefined ? {} : { action });
    /** The site after a failover. */
    const failedOver = async () => {
      aws.stub(site.lambda);
      const { status, cause } = await site.run(failoverDefinition(site.settings(pair())), {});
      assert.equal(status, "SUCCEEDED", cause);
    };
    const states = async () => {
      const found = await aws.call("ec2", "describe_instances", {});
      assert.ok(Array.isArray(found.Reservations));
      return found.Reservations.flatMap(({ Instances }) =>
        Instances.map(({ State }: { State: { Name: string } }) => State.Name),
      ).sort();
    };
    const held = async (name: string) => {
      const found = await aws.call("autoscaling", "describe_auto_scaling_groups", {
        AutoScalingGroupNames: [`${name}-group`],
      });
      const processes = valueAt(found, ["AutoScalingGroups", 0, "SuspendedProcesses"]);
      return Array.isArray(processes) ? processes.length : 0;
    };
    const kept = async () => {
      const found = await aws.call("ec2", "describe_snapshots", {
        Filters: [{ Name: "tag-key", Values: [FAILBACK_TAG] }],
      });
      assert.ok(Array.isArray(found.Snapshots));
      return found.Snapshots.length;
    };

    it("holds, stops and copies everything, what others need last", async () => {
      await failedOver();
      const { status, cause, guests } = await failback();
      assert.equal(status, "SUCCEEDED", cause);
      assert.deepEqual(await states(), ["stopped", "stopped", "stopped"]);
      assert.deepEqual(
        site.asked("SuspendProcesses").map(({ parameters }) => parameters.AutoScalingGroupName),
        ["web-group", "db-group"],
      );
      assert.ok((await held("db")) > 0 && (await held("web")) > 0);
      assert.equal(await kept(), 3);
      const snapshots = guests.web?.snapshots;
      assert.ok(Array.isArray(snapshots) && snapshots.length === 2);
      // The groups are as large as before: nothing of it is deleted.
      assert.deepEqual([await site.desired("db"), await site.desired("web")], [1, 2]);
      assert.equal(site.reports().at(-1)?.subject, "Failback of example (stop): done");
    });

    it("holds each group before it stops anything of it", async () => {
      await failedOver();
      await failback();
      const order = aws.seen
        .map(({ action = "" }) => action)
        .filter((action) => ["SuspendProcesses", "StopInstances", "CreateSnapshots"].includes(action));
      assert.deepEqual(order, [
        ...["SuspendProcesses", "StopInstances", "CreateSnapshots", "CreateSnapshots"],
        ...["SuspendProcesses", "StopInstances", "CreateSnapshots"],
      ]);
    });

    it("goes by what does not run in AWS", async () => {
      const { status, cause, guests } = await failback();
      assert.equal(status, "SUCCEEDED", cause);
      assert.deepEqual(guests.db?.instances, []);
      assert.deepEqual(site.asked("SuspendProcesses"), []);
    });

    for (const [what, action, stage] of [
      ["a group cannot be read", "DescribeAutoScalingGroups", "hold"],
      ["a group cannot be held", "SuspendProcesses", "hold"],
      ["an instance cannot be stopped", "StopInstances", "stop"],
      ["a volume cannot be copied", "CreateSnapshots", "copy"],
      ["a copy cannot be looked at", "DescribeSnapshots", "copy"],
    ] as const) {
      it(`lets everything go on in AWS where ${what}`, async () => {
        await failedOver();
        // The tries of the front end and their repetitions; what lets go of it is not refused.
        aws.stub(refuse(action, action === "CreateSnapshots" ? 4 : 2));
        const { status, cause } = await failback();
        assert.equal(status, "FAILED");
        assert.match(
          cause,
          new RegExp(`^web \\(${stage}\\): .*You are not authorized.*; it goes on in AWS$`),
        );
        assert.deepEqual(await states(), ["running", "running", "running"]);
        assert.deepEqual([await held("db"), await held("web")], [0, 0]);
        assert.equal(site.reports().at(-1)?.subject, "Failback of example (stop): not all is done");
      });
    }

    it("keeps a group held whose instances do not start again, and says so", async () => {
      await failedOver();
      aws.stub(refuse("CreateSnapshots"));
      aws.stub(refuse("StartInstances"));
      const { status, cause } = await failback();
      assert.equal(status, "FAILED");
      assert.match(cause, /web \(resume\): .*its group is held, so nothing of it is deleted/);
      assert.ok((await held("web")) > 0);
      assert.equal(site.asked("ResumeProcesses").length, 0);
    });

    it("starts again what it has stopped", async () => {
      await failedOver();
      await failback();
      const { status, cause } = await failback("resume");
      assert.equal(status, "SUCCEEDED", cause);
      assert.deepEqual(await states(), ["running", "running", "running"]);
      assert.deepEqual([await held("db"), await held("web")], [0, 0]);
    });

    it("releases what is kept: groups are as on ordinary days, and looked after", async () => {
      await failedOver();
      await failback();
      const warm = [
        site.guest("db"),
        site.guest("web", { wave: 1, after: ["db"], instances: 2, running: 1 }),
      ];
      const { status, cause } = await failback("release", warm);
      assert.equal(status, "SUCCEEDED", cause);
      assert.deepEqual([await site.desired("db"), await site.desired("web")], [0, 1]);
      assert.deepEqual([await held("db"), await held("web")], [0, 0]);
      assert.equal(await kept(), 3);
    });

    it("releases nothing that still runs, or that has no copy", async () => {
      await failedOver();
      const running = await failback("release");
      assert.equal(running.status, "FAILED");
      assert.match(
        running.cause,
        /db \(release\): i-\S+ is not stopped: bring it home first; web \(release\)/,
      );
      for (const name of ["db", "web"]) {
        const ids = await site.instancesOf(name);
        await aws.call("ec2", "stop_instances", { InstanceIds: ids });
      }
      const { status, cause } = await failback("release");
      assert.equal(status, "FAILED");
      assert.match(cause, /db \(release\): vol-\S+ has no snapshot of a failback/);
      assert.deepEqual([await site.desired("db"), await site.desired("web")], [1, 2]);
    });

    it("refuses what it does not know, and does nothing", async () => {
      const { status, cause } = await failback("destroy");
      assert.equal(status, "FAILED");
      assert.equal(cause, "Found: destroy; allowed: stop, resume, release");
      assert.deepEqual(site.asked("DescribeAutoScalingGroups"), []);
    });
  });

  describe("drill", () => {
    const drill = (guests: readonly RunbookGuest[], input: object = {}) => {
      aws.stub(site.lambda);
      return site.run(drillDefinition(site.settings(guests)), input);
    };

    it("boots each guest apart, measures every stage, and leaves nothing", async () => {
      const { status, cause, guests } = await drill(pair());
      assert.equal(status, "SUCCEEDED", cause);
      assert.deepEqual(await site.instances(), []);
      assert.deepEqual([await site.desired("db"), await site.desired("web")], [0, 0]);
      const launches = site.asked("RunInstances").map(({ parameters }) => parameters);
      assert.equal(launches.length, 2);
      for (const launch of launches) {
        assert.equal(launch.SubnetId, site.subnet);
        assert.equal(launch["SecurityGroupId.1"], site.securityGroup);
        assert.equal(launch.ImageId, site.image);
        assert.equal(launch.InstanceInitiatedShutdownBehavior, "terminate");
        const tags = JSON.stringify(launch);
        assert.ok(tags.includes(DRILL_TAG) && tags.includes("environment"));
      }
      for (const name of ["db", "web"]) {
        assert.deepEqual(await site.metric("DetectTime", name), [600]);
        assert.deepEqual(await site.metric("DeclareTime", name), [900]);
        assert.deepEqual(await site.metric("DrillFailed", name), [0]);
        for (const stage of ["ImportTime", "BootTime", "HealthyTime", "RecoveryPoint", "RecoveryTime"]) {
          assert.equal((await site.metric(stage, name)).length, 1, stage);
        }
        assert.deepEqual(await site.metric("RecoveryTime", name), [guests[name]?.rto]);
      }
      assert.ok(Number(guests.db?.rto) >= 1500);
      assert.deepEqual(site.reports(), []);
    });

    it("measures detection and decision where it is told when they were", async () => {
      const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
      const { guests } = await drill([site.guest("db")], { disruptedAt: ago(300), declaredAt: ago(100) });
      assert.equal(guests.db?.detect, 200);
      const declared = Number(guests.db?.declare);
      assert.ok(declared >= 99 && declared <= 110, String(declared));
    });

    it("counts the age of the data and not of the image", async () => {
      const point = new Date(Date.now() - 7_200_000).toISOString();
      await aws.call("ec2", "create_tags", {
        Resources: [site.image],
        Tags: [{ Key: POINT_TAG, Value: point }],
      });
      const { status, cause } = await drill([site.guest("db", { rpo: 3600 })]);
      assert.equal(status, "FAILED");
      assert.match(cause, /^db missed its objective: 7[23]\d\d s of data, \d+ s to service$/);
      assert.deepEqual(await site.instances(), []);
      assert.ok(Number((await site.metric("RecoveryPoint", "db"))[0]) >= 7200);
    });

    it("fails where the recovery time objective is missed, with the measures written", async () => {
      const { status, cause } = await drill([site.guest("db", { rto: 1000 })]);
      assert.equal(status, "FAILED");
      assert.match(cause, /^db missed its objective: /);
      assert.deepEqual(await site.metric("DrillFailed", "db"), [0]);
      assert.equal(site.reports()[0]?.subject, "Recovery drill of example failed");
      assert.deepEqual(await site.instances(), []);
    });

    for (const [what, action, says] of [
      ["the template cannot be read", "DescribeLaunchTemplateVersions", /^db \(point\): /],
      ["the image cannot be read", "DescribeImages", /^db \(point\): /],
      ["the instance cannot be started", "RunInstances", /^db \(launch\): .*You are not authorized/],
      [
        "the status checks cannot be read",
        "DescribeInstanceStatus",
        /^db \(boot\): .*You are not authorized/,
      ],
    ] as const) {
      it(`cleans up and says so where ${what}`, async () => {
        aws.stub(refuse(action));
        const { status, cause } = await drill(pair());
        assert.equal(status, "FAILED");
        assert.match(cause, says);
        assert.deepEqual(await site.instances(), []);
        assert.deepEqual(await site.metric("DrillFailed", "db"), [1]);
        assert.equal(site.reports().length, 1);
      });
    }

    it("cleans up where the application does not answer", async () => {
      site.probeAnswer = { ok: false, why: "10.42.0.4:80 answers 503" };
      const { status, cause } = await drill(pair());
      assert.equal(status, "FAILED");
      assert.equal(
        cause,
        "db (probe): 10.42.0.4:80 answers 503; web (order): needs db, which did not come up",
      );
      assert.deepEqual(await site.instances(), []);
    });

    it("cleans up where the function that probes is broken", async () => {
      aws.stub(({ service }) => (service === "lambda" ? { status: 500, body: "{}" } : undefined));
      const { status, cause } = await drill([site.guest("db")]);
      assert.equal(status, "FAILED");
      assert.match(cause, /^db \(probe\): /);
      assert.deepEqual(await site.instances(), []);
    });

    it("cleans up an instance whose start was answered by a lost connection", async () => {
      let lost = false;
      aws.stub((request) => {
        if (request.action !== "DescribeInstanceStatus" || lost) return undefined;
        lost = true;
        return "drop";
      });
      const { status, cause } = await drill([site.guest("db")]);
      assert.equal(status, "SUCCEEDED", cause);
      assert.deepEqual(await site.instances(), []);
    });

    it("cleans up where an answer is not what it should be", async () => {
      aws.stub(({ action }) =>
        action === "DescribeInstanceStatus"
          ? { body: "<DescribeInstanceStatusResponse><instanceStatusSet/></DescribeInstanceStatusResponse>" }
          : undefined,
      );
      const { status } = await drill([site.guest("db")]);
      assert.equal(status, "FAILED");
      assert.deepEqual(await site.instances(), []);
    });

    it("says loudly what it could not remove, and how to find it", async () => {
      aws.stub(refuse("TerminateInstances"));
      const { status, cause } = await drill([site.guest("db")]);
      assert.equal(status, "FAILED");
      assert.match(
        cause,
        /^CLEAN-UP FAILED \(.*You are not authorized.*\): terminate what has the tag hybrid-estate:drill=/,
      );
      assert.equal((await site.instances()).length, 1);
      assert.match(site.reports()[0]?.message ?? "", /CLEAN-UP FAILED/);
      // The measures of a guest that came up are worth keeping all the same.
      assert.deepEqual(await site.metric("DrillFailed", "db"), [0]);
    });

    it("sweeps up after an execution that was cut off, and touches nothing else", async () => {
      const start = (tags: readonly object[]) =>
        aws.call("ec2", "run_instances", {
          ImageId: site.image,
          MinCount: 1,
          MaxCount: 1,
          TagSpecifications: [{ ResourceType: "instance", Tags: tags }],
        });
      await start([{ Key: DRILL_TAG, Value: "cut-off" }]);
      const others = [
        await start([{ Key: DRILL_TAG, Value: "another" }]),
        await start([{ Key: "Name", Value: "x" }]),
      ];
      const { status, cause } = await drill([site.guest("db")], { sweep: "cut-off" });
      assert.equal(status, "SUCCEEDED", cause);
      assert.deepEqual(
        (await site.instances()).sort(),
        others.map((other) => text(other, "Instances", 0, "InstanceId")).sort(),
      );
      assert.deepEqual(site.asked("RunInstances").length, 3);
    });
  });

  describe("watch", () => {
    it("measures how old each newest point is, and leaves out what has none", async () => {
      const point = new Date(Date.now() - 600_000).toISOString();
      await aws.call("ec2", "create_tags", {
        Resources: [site.image],
        Tags: [{ Key: POINT_TAG, Value: point }],
      });
      const lost = site.guest("web", { launchTemplate: "lt-0123456789abcdef0" });
      const { status, cause } = await site.run(watchDefinition(site.settings([site.guest("db"), lost])));
      assert.equal(status, "SUCCEEDED", cause);
      const [age = 0] = await site.metric("PointAge", "db");
      assert.ok(age >= 600 && age < 700, String(age));
      assert.deepEqual(await site.metric("PointAge", "web"), []);
    });
  });

  it("hand the probe what it understands", async () => {
    const events: string[] = [];
    aws.stub(({ service, path, parameters }) => {
      if (service !== "lambda") return undefined;
      events.push(JSON.stringify(parameters));
      return path ? { type: "application/json", body: '{"ok":true}' } : undefined;
    });
    const guest = site.guest("db", { probe: { port: 443, path: "/health", tls: true } });
    assert.equal((await site.run(failoverDefinition(site.settings([guest])))).status, "SUCCEEDED");
    assert.equal(events.length, 1);
    assert.equal(typeof handler, "function");
  });
});
