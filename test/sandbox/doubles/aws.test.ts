import assert from "node:assert/strict";
import { awsDouble } from "../../../sandbox/doubles/aws";
import { Inputs } from "../../../sandbox/doubles/inputs";
import type { Properties } from "../../../sandbox/world";
import { assertRefused, Site, T, testCases } from "./site";

/** Calls one of the double's functions. */
function call(site: Site, token: string, args: Properties = {}): Properties {
  const found = awsDouble.functions[token];
  assert.ok(found, `no function ${token}`);
  return found({ world: site.world, args: new Inputs(args), config: {} });
}

const POLICY = '{"Version":"2012-10-17","Statement":[]}';
const VPC = { cidrBlock: "10.42.0.0/16" };

/** A site, and what a program makes in it first. */
class AwsSite extends Site {
  readonly vpc = this.create(T.vpc, VPC, "vpc");
  readonly subnet = this.create(
    T.subnet,
    { vpcId: this.vpc.id, cidrBlock: "10.42.0.0/20", availabilityZone: "eu-central-1a" },
    "subnet",
  );
  readonly image = String(
    call(this, "aws:ec2/getAmi:getAmi", {
      owners: ["136693071363"],
      filters: [{ name: "name", values: ["debian-13-amd64"] }],
    }).id,
  );
  readonly template = this.create(
    T.launchTemplate,
    { imageId: this.image, instanceType: "t3.small", updateDefaultVersion: true },
    "template",
  );
}

describe("AWS", () => {
  let site: AwsSite;
  beforeEach(() => {
    site = new AwsSite();
  });
  afterEach(() => site.close());

  describe("networks", () => {
    it("gives ids, ARNs and what belongs to a VPC", () => {
      const { id, outputs } = site.vpc;
      assert.match(id, /^vpc-[0-9a-f]{17}$/);
      assert.equal(outputs.arn, `arn:aws:ec2:eu-central-1:123456789012:vpc/${id}`);
      assert.match(String(outputs.mainRouteTableId), /^rtb-/);
      assert.equal(site.subnet.outputs.availabilityZoneId, "euc1-az1");
    });

    it("gives the same ids in every run, and never one again", () => {
      const again = new AwsSite();
      assert.equal(again.vpc.id, site.vpc.id);
      again.delete(again.subnet);
      const next = again.create(T.subnet, again.subnet.inputs, "subnet");
      assert.notEqual(next.id, again.subnet.id);
      again.close();
    });

    const refused: readonly [what: string, inputs: (site: AwsSite) => Properties, says: string][] = [
      [
        "outside its VPC",
        () => ({ cidrBlock: "10.43.0.0/20" }),
        "InvalidSubnet.Range: The CIDR '10.43.0.0/20'",
      ],
      ["larger than its VPC", () => ({ cidrBlock: "10.0.0.0/8" }), "InvalidSubnet.Range"],
      ["over another", () => ({ cidrBlock: "10.42.8.0/24" }), "InvalidSubnet.Conflict"],
      ["with host bits", () => ({ cidrBlock: "10.42.16.1/20" }), "cidrBlock: expected a network"],
      ["in no zone", () => ({ availabilityZone: "eu-central-1x" }), "Value (eu-central-1x) for parameter"],
      ["in no VPC", () => ({ vpcId: "vpc-0" }), "InvalidVpcID.NotFound: The vpc ID 'vpc-0' does not exist"],
    ];
    for (const [what, inputs, says] of refused) {
      it(`refuses a subnet ${what}`, () => {
        const subnet = { vpcId: site.vpc.id, cidrBlock: "10.42.16.0/20" };
        assertRefused(() => site.create(T.subnet, { ...subnet, ...inputs(site) }), says);
      });
    }

    it("refuses a VPC that is too large", () => {
      assertRefused(() => site.create(T.vpc, { cidrBlock: "10.0.0.0/8" }), "InvalidVpc.Range");
    });

    it("keeps a VPC with anything in it, and a route table in use", () => {
      assertRefused(() => site.delete(site.vpc), "DependencyViolation: The vpc");
      const table = site.create(T.routeTable, { vpcId: site.vpc.id });
      const route = { subnetId: site.subnet.id, routeTableId: table.id };
      const association = site.create(T.association, route);
      assertRefused(() => site.create(T.association, route), "Resource.AlreadyAssociated");
      assertRefused(() => site.delete(table), "DependencyViolation: The routeTable");
      for (const object of [association, table, site.subnet, site.vpc]) site.delete(object);
      assert.equal(site.world.find(T.vpc, site.vpc.key), undefined);
    });

    it("has one gateway endpoint a service and route table", () => {
      const table = site.create(T.routeTable, { vpcId: site.vpc.id });
      const endpoint = {
        vpcId: site.vpc.id,
        serviceName: "com.amazonaws.eu-central-1.s3",
        routeTableIds: [table.id],
      };
      assert.match(String(site.create(T.endpoint, endpoint).outputs.prefixListId), /^pl-[0-9a-f]{8}$/);
      assertRefused(() => site.create(T.endpoint, endpoint), "RouteAlreadyExists");
      assertRefused(
        () => site.create(T.endpoint, { ...endpoint, serviceName: "com.amazonaws.us-east-1.s3" }),
        "InvalidServiceName",
      );
    });

    it("keeps a security group that another one's rule names, and drops a group's own rules with it", () => {
      const one = site.create(T.securityGroup, { vpcId: site.vpc.id, name: "one" });
      const other = site.create(T.securityGroup, { vpcId: site.vpc.id, name: "other" });
      const rule = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };
      const open = { ...rule, securityGroupId: one.id, referencedSecurityGroupId: other.id };
      site.create(T.ingress, open);
      assertRefused(() => site.create(T.ingress, open), "InvalidPermission.Duplicate");
      assertRefused(() => site.create(T.ingress, { ...rule, securityGroupId: one.id }), "exactly one of");
      assertRefused(
        () => site.create(T.ingress, { ...rule, securityGroupId: "sg-0", cidrIpv4: "10.0.0.0/8" }),
        "InvalidGroup.NotFound",
      );
      assertRefused(
        () => site.create(T.securityGroup, { vpcId: site.vpc.id, name: "one" }),
        "InvalidGroup.Duplicate",
      );
      assertRefused(() => site.delete(other), "has a dependent object");
      site.delete(one);
      assert.deepEqual(site.world.list(T.ingress), []);
      site.delete(other);
    });
  });

  describe("compute", () => {
    it("makes a version of a launch template at each update", () => {
      const { template } = site;
      assert.deepEqual([template.outputs.latestVersion, template.outputs.defaultVersion], [1, 1]);
      const second = site.update(template, { instanceType: "t3.medium" });
      assert.deepEqual([second.outputs.latestVersion, second.outputs.defaultVersion], [2, 2]);
      const third = site.update(second, { instanceType: "t3.large", updateDefaultVersion: false });
      assert.deepEqual([third.outputs.latestVersion, third.outputs.defaultVersion], [3, 2]);
      assert.equal(third.outputs.arn, template.outputs.arn);
    });

    it("refuses an image that no getAmi gave, and what is no instance type", () => {
      const template = { imageId: "ami-0123456789abcdef0", instanceType: "t3.small" };
      assertRefused(() => site.create(T.launchTemplate, template), "InvalidAMIID.NotFound");
      assertRefused(() => site.update(site.template, template), "InvalidAMIID.NotFound");
      assertRefused(() => site.create(T.launchTemplate, { instanceType: "small" }), "instanceType: expected");
    });

    const groups: readonly [what: string, inputs: Properties, says: string][] = [
      [
        "whose least is over its most",
        { minSize: 3 },
        "Min bound, 3, must be less than or equal to max bound, 2",
      ],
      ["that wants more than its most", { desiredCapacity: 5 }, "Desired capacity:5 must be between"],
      [
        "without a template",
        { launchTemplate: undefined },
        "Valid requests must contain either LaunchTemplate",
      ],
      ["of an unknown template", { launchTemplate: { id: "lt-0" } }, "with template ID lt-0, does not exist"],
      [
        "in an unknown subnet",
        { vpcZoneIdentifiers: ["subnet-0"] },
        "The subnet ID 'subnet-0' does not exist",
      ],
    ];
    const group = (site: AwsSite) => ({
      name: "web",
      minSize: 0,
      maxSize: 2,
      launchTemplate: { id: site.template.id, version: "$Latest" },
      vpcZoneIdentifiers: [site.subnet.id],
    });
    for (const [what, inputs, says] of groups) {
      it(`refuses a scaling group ${what}`, () => {
        assertRefused(() => site.create(T.scalingGroup, { ...group(site), ...inputs }), says);
      });
    }

    it("keeps a raised scaling group's capacity, and its subnets", () => {
      const web = site.create(T.scalingGroup, group(site));
      assert.equal(web.outputs.desiredCapacity, 0);
      assert.deepEqual(web.outputs.availabilityZones, ["eu-central-1a"]);
      const raised = site.update(web, { desiredCapacity: 2 });
      assertRefused(() => site.delete(site.subnet), "DependencyViolation: The subnet");
      assert.equal(raised.outputs.arn, web.outputs.arn);
      assertRefused(
        () => site.create(T.scalingGroup, group(site)),
        "AutoScalingGroup by this name already exists",
      );
    });
  });

  describe("test environments", () => {
    const LATER = {
      autoscalingGroupName: "web",
      scheduledActionName: "expires",
      startTime: "2099-01-01T00:00:00Z",
    };
    const web = (name = "web") =>
      site.create(T.scalingGroup, {
        name,
        minSize: 0,
        maxSize: 2,
        launchTemplate: { id: site.template.id, version: "$Latest" },
        vpcZoneIdentifiers: [site.subnet.id],
      });

    it("refuses an end that has passed, of an unknown group, and sizes that contradict each other", () => {
      const create = (inputs: Properties) => () => site.create(T.scalingSchedule, { ...LATER, ...inputs });
      assertRefused(create({}), "AutoScalingGroup web not found");
      web();
      assertRefused(create({ startTime: "2026-01-01T00:00:00Z" }), "Given start time is in the past");
      assertRefused(
        create({ minSize: 2, maxSize: 1 }),
        "Min bound, 2, must be less than or equal to max bound, 1",
      );
      const made = site.create(T.scalingSchedule, { ...LATER, minSize: 0, maxSize: 0, desiredCapacity: 0 });
      web("db");
      const other = site.create(T.scalingSchedule, { ...LATER, autoscalingGroupName: "db" });
      assert.notEqual(other.outputs.arn, made.outputs.arn);
      assert.equal(site.world.list(T.scalingSchedule).length, 2, "each group has an action of that name");
      assert.match(String(made.outputs.arn), /autoScalingGroupName\/web:scheduledActionName\/expires$/);
      assertRefused(() => site.update(made, { startTime: "2026-01-01T00:00:00Z" }), "in the past");
    });

    it("gives a VPC one endpoint for SSH, in a subnet and with groups that are there", () => {
      const create = (inputs: Properties) => () => site.create(T.connectEndpoint, inputs);
      assertRefused(create({ subnetId: "subnet-0" }), "The subnet ID 'subnet-0' does not exist");
      assertRefused(
        create({ subnetId: site.subnet.id, securityGroupIds: ["sg-0"] }),
        "The security group 'sg-0' does not exist",
      );
      const made = create({ subnetId: site.subnet.id })();
      assert.equal(made.outputs.vpcId, site.vpc.id);
      assertRefused(create({ subnetId: site.subnet.id }), "InstanceConnectEndpointLimitExceeded");
    });

    it("reads a launch template that is there as it is", () => {
      const token = "aws:ec2/getLaunchTemplate:getLaunchTemplate";
      const found = call(site, token, { id: site.template.id });
      assert.deepEqual([found.imageId, found.instanceType, found.latestVersion], [site.image, "t3.small", 1]);
      assertRefused(() => call(site, token, { id: "lt-0" }), "with template ID lt-0, does not exist");
    });
  });

  describe("storage, keys and identities", () => {
    testCases(
      (site) => {
        site.create(T.bucket, { bucket: "backups-1" });
        site.create(T.user, { name: "nodes" });
        site.create(T.iamRole, { name: "import", assumeRolePolicy: POLICY });
        site.create(T.accessKey, { user: "nodes" });
        site.create(T.accessKey, { user: "nodes" });
      },
      [
        {
          what: "a policy of a bucket",
          type: T.bucketPolicy,
          inputs: { bucket: "backups-1", policy: POLICY },
        },
        {
          what: "a policy of no bucket",
          type: T.bucketPolicy,
          inputs: { bucket: "other", policy: POLICY },
          refused: "NoSuchBucket",
        },
        {
          what: "a taken name",
          type: T.bucket,
          inputs: { bucket: "backups-1" },
          refused: "BucketAlreadyOwnedByYou",
        },
        {
          what: "capitals in a bucket's name",
          type: T.bucket,
          inputs: { bucket: "Backups" },
          refused: "bucket: only lowercase",
        },
        {
          what: "a user of that name",
          type: T.user,
          inputs: { name: "nodes" },
          refused: "EntityAlreadyExists: User with name nodes",
        },
        {
          what: "a key of no user",
          type: T.accessKey,
          inputs: { user: "people" },
          refused: "NoSuchEntity: The user with name people",
        },
        { what: "a third key", type: T.accessKey, inputs: { user: "nodes" }, refused: "LimitExceeded" },
        { what: "a policy of a user", type: T.userPolicy, inputs: { user: "nodes", policy: POLICY } },
        {
          what: "a policy of no role",
          type: T.rolePolicy,
          inputs: { role: "none", policy: POLICY },
          refused: "NoSuchEntity: The role",
        },
        {
          what: "an alias of no key",
          type: T.alias,
          inputs: { name: "alias/a", targetKeyId: "0" },
          refused: "NotFoundException: Key '0'",
        },
        {
          what: "an alias without its prefix",
          type: T.alias,
          inputs: { name: "a", targetKeyId: "0" },
          refused: "must begin with 'alias/'",
        },
        {
          what: "a short deletion window",
          type: T.key,
          inputs: { deletionWindowInDays: 3 },
          refused: "range (7 - 30)",
        },
      ],
    );

    it("puts a bucket's settings over what is there, and drops them with the bucket", () => {
      const bucket = site.create(T.bucket, { bucket: "backups-1" });
      assert.equal(bucket.outputs.arn, "arn:aws:s3:::backups-1");
      assert.equal(bucket.outputs.bucketRegionalDomainName, "backups-1.s3.eu-central-1.amazonaws.com");
      const versioning = { bucket: "backups-1", versioningConfiguration: { status: "Enabled" } };
      site.create(T.versioning, versioning, "lost");
      site.create(T.versioning, versioning, "again");
      assert.equal(site.world.list(T.versioning).length, 1);
      site.delete(bucket);
      assert.deepEqual(site.world.list(T.versioning), []);
    });

    it("gives an access key once, as a secret, and keeps it over updates", () => {
      site.create(T.user, { name: "nodes" });
      const key = site.create(T.accessKey, { user: "nodes" });
      assert.match(key.id, /^AKIA[0-9A-F]{16}$/);
      assert.deepEqual([...key.secretOutputs].sort(), ["secret", "sesSmtpPasswordV4"]);
      assert.equal(site.update(key, { status: "Inactive" }).outputs.secret, key.outputs.secret);
    });

    it("keeps a user with policies or keys, and a role with policies", () => {
      const user = site.create(T.user, { name: "nodes" });
      const policy = site.create(T.userPolicy, { user: "nodes", policy: POLICY });
      const key = site.create(T.accessKey, { user: "nodes" });
      assertRefused(() => site.delete(user), "must delete policies first");
      site.delete(policy);
      assertRefused(() => site.delete(user), "must delete access keys first");
      site.delete(site.update(user, { forceDestroy: true }));
      assert.equal(site.world.find(T.accessKey, key.key), undefined);
    });

    it("renames a user in place and its ARN with it", () => {
      const user = site.create(T.user, { name: "nodes", path: "/estate/" });
      assert.equal(user.outputs.arn, "arn:aws:iam::123456789012:user/estate/nodes");
      assert.equal(
        site.update(user, { name: "pve" }).outputs.arn,
        "arn:aws:iam::123456789012:user/estate/pve",
      );
    });
  });

  describe("names and tags", () => {
    it("are made up where the program gives none, stay, and go in front of their replacement", () => {
      const first = site.checked(T.securityGroup, { vpcId: "v" }, "web");
      assert.match(String(first.name), /^web-[0-9a-f]{7}$/);
      const second = site.checked(T.securityGroup, { vpcId: "v", description: "x" }, "web", first);
      assert.equal(second.name, first.name);
      assert.equal(site.lifecycle.diff(T.securityGroup, first, second).deleteBeforeReplace, false);
      const fixed = { vpcId: "v", name: "web" };
      assert.equal(
        site.lifecycle.diff(T.securityGroup, fixed, { ...fixed, description: "x" }).deleteBeforeReplace,
        true,
      );
      assert.match(String(site.checked(T.alias, { targetKeyId: "1" }, "k").name), /^alias\/k-/);
    });

    it("get the provider's default tags", () => {
      const { inputs } = site.lifecycle.check({
        type: T.vpc,
        urn: "urn:pulumi:a::b::c::d",
        olds: {},
        news: { ...VPC, tags: { Name: "n", owner: "mine" } },
        randomSeed: "",
        config: { defaultTags: { tags: { owner: "all", stage: "dev" } } },
      });
      assert.deepEqual(inputs.tagsAll, { owner: "mine", stage: "dev", Name: "n" });
    });
  });

  describe("functions", () => {
    it("tell the account, its region and zones", () => {
      assert.equal(call(site, "aws:index/getCallerIdentity:getCallerIdentity").accountId, "123456789012");
      assert.equal(call(site, "aws:index/getRegion:getRegion").region, "eu-central-1");
      assert.equal(call(site, "aws:index/getPartition:getPartition").partition, "aws");
      assert.deepEqual(call(site, "aws:index/getAvailabilityZones:getAvailabilityZones").names, [
        "eu-central-1a",
        "eu-central-1b",
      ]);
    });

    it("find one image for an owner and a name", () => {
      const debian = { owners: ["1"], filters: [{ name: "name", values: ["debian-13"] }] };
      const image = call(site, "aws:ec2/getAmi:getAmi", debian);
      assert.deepEqual(call(site, "aws:ec2/getAmi:getAmi", debian), image);
      assert.notEqual(call(site, "aws:ec2/getAmi:getAmi", { ...debian, owners: ["2"] }).id, image.id);
      assertRefused(
        () => call(site, "aws:ec2/getAmi:getAmi", { filters: [] }),
        "by an owner and a name only",
      );
    });

    it("render policy documents", () => {
      const { json } = call(site, "aws:iam/getPolicyDocument:getPolicyDocument", {
        statements: [
          {
            sid: "Read",
            actions: ["s3:ListBucket", "s3:GetObject"],
            resources: ["*"],
            principals: [{ type: "AWS", identifiers: ["1"] }],
            conditions: [{ test: "Bool", variable: "aws:SecureTransport", values: ["true"] }],
          },
        ],
      });
      assert.deepEqual(JSON.parse(String(json)), {
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "Read",
            Effect: "Allow",
            Principal: { AWS: "1" },
            Action: ["s3:GetObject", "s3:ListBucket"],
            Resource: "*",
            Condition: { Bool: { "aws:SecureTransport": "true" } },
          },
        ],
      });
    });

    it("refuse the wrong account", () => {
      const allowed = new Inputs({ allowedAccountIds: ["999999999999"] });
      assertRefused(
        () => awsDouble.configure?.(allowed, site.world),
        "AWS account ID not allowed: 123456789012",
      );
    });
  });
});
