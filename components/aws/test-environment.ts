import { Group, Schedule } from "@pulumi/aws/autoscaling";
import { getLaunchTemplateOutput, LaunchTemplate, SecurityGroup } from "@pulumi/aws/ec2";
import { SecurityGroupEgressRule, SecurityGroupIngressRule } from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { mapValues } from "../records";

/** What a test environment has copies of. */
export interface TestedGuest {
  /** Id of the launch template that a failover raises it from: the copy begins as that template's newest version is. */
  readonly launchTemplate: pulumi.Input<string>;
  readonly instanceType: string;
  /** Root volume in GiB. */
  readonly volumeSize: number;
}

export interface TestEnvironmentArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Subnets that lead nowhere but into the VPC. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Id of the security group of the endpoint that people come in by. */
  readonly accessGroupId: pulumi.Input<string>;
  /** What it has copies of, by entry of `aws.recovery`. */
  readonly guests: Readonly<Record<string, TestedGuest>>;
  /** Instances of each of them. */
  readonly instances: number;
  /** When its instances end: a moment in UTC, to the second. */
  readonly expires: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** SSH: the endpoint opens this port (and RDP's) only; everything else goes through it. */
const SSH = 22;

/** The tags by which instances and volumes of test environments are found. */
export const TEST_TAG = "hybrid-estate:test";
export const EXPIRES_TAG = "hybrid-estate:expires";

/**
 * Copies of recovered guests to try something on. They stand where nothing leads to production: in isolated subnets, in
 * a security group that lets them reach each other only, and people in over SSH. At its end AWS itself sets the groups
 * to zero, which ends the instances with their volumes: nobody has to run anything, and no role is needed for it.
 *
 * It stays what it began as: a newer image is for the next test environment.
 *
 * @example
 * new TestEnvironment("upgrade", { vpcId, subnetIds, accessGroupId, instances: 1, expires: "2027-01-31T18:00:00Z",
 *   guests: { web: { launchTemplate: light.launchTemplate.id, instanceType: "t3.small", volumeSize: 16 } }, tags: {} });
 */
export class TestEnvironment extends pulumi.ComponentResource {
  readonly securityGroup: SecurityGroup;
  /** Groups of instances by entry of `aws.recovery`. */
  readonly groups: Readonly<Record<string, Group>>;
  /** When its instances end. */
  readonly expires: string;

  constructor(name: string, args: TestEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:TestEnvironment", name, {}, opts);
    this.expires = args.expires;
    this.securityGroup = this.createSecurityGroup(`test-${name}`, args);
    const tags = { ...args.tags, [TEST_TAG]: name, [EXPIRES_TAG]: args.expires };
    // A point is in no name of an entry: two environments never have a copy of one name.
    this.groups = mapValues(args.guests, (guest, entry) =>
      this.createCopies(`test-${name}.${entry}`, guest, args, tags),
    );
    this.registerOutputs({ groups: mapValues(this.groups, (group) => group.name) });
  }

  private createSecurityGroup(name: string, args: TestEnvironmentArgs): SecurityGroup {
    const group = new SecurityGroup(
      name,
      { vpcId: args.vpcId, description: "Test environment, apart from everything", tags: { Name: name } },
      { parent: this },
    );
    const among = { securityGroupId: group.id, referencedSecurityGroupId: group.id, ipProtocol: "-1" };
    new SecurityGroupIngressRule(
      `${name}-in`,
      { ...among, description: "from its other guests" },
      { parent: this },
    );
    new SecurityGroupEgressRule(
      `${name}-out`,
      { ...among, description: "to its other guests" },
      { parent: this },
    );
    const ssh = { ipProtocol: "tcp", fromPort: SSH, toPort: SSH };
    new SecurityGroupIngressRule(
      `${name}-ssh`,
      {
        securityGroupId: group.id,
        description: "SSH of testers",
        referencedSecurityGroupId: args.accessGroupId,
        ...ssh,
      },
      { parent: this },
    );
    new SecurityGroupEgressRule(
      `${name}-access`,
      {
        securityGroupId: args.accessGroupId,
        description: `to test environment ${name}`,
        referencedSecurityGroupId: group.id,
        ...ssh,
      },
      { parent: this },
    );
    return group;
  }

  private createCopies(
    name: string,
    guest: TestedGuest,
    args: TestEnvironmentArgs,
    tags: Readonly<Record<string, string>>,
  ): Group {
    const { instances, expires } = args;
    const template = this.createTemplate(name, guest, tags);
    const group = new Group(
      name,
      {
        minSize: 0,
        maxSize: instances,
        desiredCapacity: instances,
        vpcZoneIdentifiers: args.subnetIds,
        launchTemplate: { id: template.id, version: "$Latest" },
        healthCheckType: "EC2",
        // A copy that does not start is what a test may be about; an `up` is not to wait for it.
        waitForCapacityTimeout: "0",
        tags: Object.entries({ ...tags, Name: name }).map(([key, value]) => ({
          key,
          value,
          propagateAtLaunch: false,
        })),
      },
      { parent: this },
    );
    new Schedule(
      name,
      {
        autoscalingGroupName: group.name,
        scheduledActionName: "expires",
        startTime: expires,
        // The largest size too: who raises it again has to mean it.
        minSize: 0,
        maxSize: 0,
        desiredCapacity: 0,
      },
      { parent: this },
    );
    return group;
  }

  private createTemplate(
    name: string,
    guest: TestedGuest,
    tags: Readonly<Record<string, string>>,
  ): LaunchTemplate {
    // What makes images of the guests adds versions to the template that a state does not know of.
    const newest = getLaunchTemplateOutput({ id: guest.launchTemplate }, { parent: this });
    return new LaunchTemplate(
      name,
      {
        imageId: newest.imageId,
        instanceType: guest.instanceType,
        updateDefaultVersion: true,
        vpcSecurityGroupIds: [this.securityGroup.id],
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [
          {
            deviceName: newest.blockDeviceMappings.apply(([root]) => root?.deviceName ?? ""),
            ebs: {
              volumeSize: guest.volumeSize,
              volumeType: "gp3",
              encrypted: "true",
              deleteOnTermination: "true",
            },
          },
        ],
        tagSpecifications: ["instance", "volume"].map((resourceType) => ({
          resourceType,
          tags: { ...tags, Name: name },
        })),
        tags: { Name: name },
      },
      { parent: this, ignoreChanges: ["imageId", "blockDeviceMappings"] },
    );
  }
}
