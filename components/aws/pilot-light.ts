import { Group } from "@pulumi/aws/autoscaling";
import { getAmiIdsOutput, getAmiOutput, LaunchTemplate, SecurityGroup } from "@pulumi/aws/ec2";
import { SecurityGroupEgressRule, SecurityGroupIngressRule } from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { CLUSTER_TAG, GUEST_TAG } from "./images/settings";
import { POINT_TAG } from "./runbooks/stages";

/** An image and the device that it boots from. */
export interface MadeImage {
  readonly id: pulumi.Input<string>;
  readonly rootDeviceName: pulumi.Input<string>;
}

export interface PilotLightArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Networks of the first site that reach the guest on its ports. */
  readonly siteNetworks?: readonly string[];
  /** Subnets that instances are raised in. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Prefix list of the S3 gateway endpoint. */
  readonly s3PrefixListId: pulumi.Input<string>;
  /** Id of the security group of AWS's services inside the VPC, where there are any. */
  readonly endpointsGroupId?: pulumi.Input<string>;
  /** AMI by owner and exact name, so that it never changes by itself; or one that this program makes. */
  readonly image: { readonly owner: string; readonly name: string } | MadeImage;
  /** Images of its own disks, of which the newest one takes the place of `image`; none are looked for when absent. */
  readonly ownImages?: { readonly cluster: string };
  readonly instanceType: pulumi.Input<string>;
  /** Root volume in GiB. */
  readonly volumeSize: pulumi.Input<number>;
  /** TCP ports that the first site's networks reach. */
  readonly ports: readonly number[];
  /** Hosts outside the VPC that it reaches, by name: address and TCP port. */
  readonly reaches: Readonly<Record<string, { readonly address: string; readonly port: number }>>;
  /** Instances that the group may have. */
  readonly maxInstances: pulumi.Input<number>;
  /** Instances that run on ordinary days; 0 for a pilot light. */
  readonly running: number;
  /** ARNs of the target groups that its instances are put into. */
  readonly targetGroupArns: pulumi.Input<pulumi.Input<string>[]>;
  /** Tags of the instances and volumes that a failover raises. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * A guest that waits in AWS: launch template and an Auto Scaling group, at zero and without running cost, or warm with
 * a few instances. A failover raises the group's desired capacity; this program never takes that back.
 *
 * It reaches S3, AWS's services inside the VPC, and what it `reaches` by name; whoever else is to reach it in AWS, or
 * it, is let in with a {@link GroupAccess}.
 *
 * @example
 * new PilotLight("web", { vpcId, subnetIds, s3PrefixListId, image: { owner: "136693071363", name: "debian-…" },
 *   instanceType: "t3.small", volumeSize: 16, ports: [443], maxInstances: 2, running: 0,
 *   targetGroupArns: [], reaches: {}, tags: {} });
 */
export class PilotLight extends pulumi.ComponentResource {
  readonly securityGroup: SecurityGroup;
  readonly launchTemplate: LaunchTemplate;
  readonly group: Group;

  constructor(name: string, args: PilotLightArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:PilotLight", name, {}, opts);
    this.securityGroup = this.createSecurityGroup(name, args);
    this.launchTemplate = this.createLaunchTemplate(name, args);
    this.group = this.createGroup(name, args);
    this.registerOutputs({ group: this.group.name });
  }

  private createSecurityGroup(name: string, args: PilotLightArgs): SecurityGroup {
    const group = new SecurityGroup(
      name,
      { vpcId: args.vpcId, description: `Recovered guest ${name}`, tags: { Name: name } },
      { parent: this },
    );
    const rule = { securityGroupId: group.id };
    for (const port of args.ports) {
      for (const cidrIpv4 of args.siteNetworks ?? []) {
        new SecurityGroupIngressRule(
          `${name}-${port}-${cidrIpv4}`,
          {
            ...rule,
            description: "from the first site",
            cidrIpv4,
            ipProtocol: "tcp",
            fromPort: port,
            toPort: port,
          },
          { parent: this },
        );
      }
    }
    const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };
    new SecurityGroupEgressRule(
      `${name}-s3`,
      { ...rule, description: "to S3", prefixListId: args.s3PrefixListId, ...https },
      { parent: this },
    );
    if (args.endpointsGroupId !== undefined) {
      new SecurityGroupEgressRule(
        `${name}-endpoints`,
        {
          ...rule,
          description: "to services of AWS",
          referencedSecurityGroupId: args.endpointsGroupId,
          ...https,
        },
        { parent: this },
      );
    }
    for (const [host, { address, port }] of Object.entries(args.reaches)) {
      new SecurityGroupEgressRule(
        `${name}-${host}`,
        {
          ...rule,
          description: `to ${host}`,
          cidrIpv4: `${address}/32`,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
        },
        { parent: this },
      );
    }
    return group;
  }

  private createLaunchTemplate(name: string, args: PilotLightArgs): LaunchTemplate {
    const image = this.findImage(name, args);
    const tags = { ...args.tags, Name: name };
    return new LaunchTemplate(
      name,
      {
        imageId: image.id,
        instanceType: args.instanceType,
        updateDefaultVersion: true,
        vpcSecurityGroupIds: [this.securityGroup.id],
        // IMDSv2 only: a forged request from inside the guest must not hand out credentials.
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [
          {
            deviceName: image.rootDeviceName,
            ebs: {
              volumeSize: args.volumeSize,
              volumeType: "gp3",
              encrypted: "true",
              deleteOnTermination: "true",
            },
          },
        ],
        tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags })),
        tags: { Name: name },
      },
      { parent: this },
    );
  }

  private findImage(name: string, { image, ownImages }: PilotLightArgs): MadeImage {
    const given =
      "owner" in image
        ? getAmiOutput(
            { owners: [image.owner], filters: [{ name: "name", values: [image.name] }] },
            { parent: this },
          )
        : image;
    if (!ownImages) return given;
    // What was imported in the meantime is in versions of the template that are not this program's: one that it makes
    // for another reason must not take the guest back to its first image.
    const own = getAmiIdsOutput(
      {
        owners: ["self"],
        filters: [
          { name: `tag:${GUEST_TAG}`, values: [name] },
          { name: `tag:${CLUSTER_TAG}`, values: [ownImages.cluster] },
          { name: "state", values: ["available"] },
        ],
        sortAscending: false,
      },
      { parent: this },
    );
    return {
      id: pulumi.all([this.newestOf(own.ids), given.id]).apply(([newest, first]) => newest ?? first),
      // Own images are registered with the device that the template has.
      rootDeviceName: given.rootDeviceName,
    };
  }

  /** Of the newest point, and not the one that was registered last: a node that was away exports late. */
  private newestOf(ids: pulumi.Input<string[]>): pulumi.Output<string | undefined> {
    return pulumi
      .output(ids)
      .apply((all) =>
        all.length < 2
          ? pulumi.output(all[0])
          : pulumi
              .all(
                all.map((id) =>
                  getAmiOutput(
                    { owners: ["self"], filters: [{ name: "image-id", values: [id] }] },
                    { parent: this },
                  ),
                ),
              )
              .apply(newestImage),
      );
  }

  private createGroup(name: string, args: PilotLightArgs): Group {
    return new Group(
      name,
      {
        minSize: args.running,
        maxSize: args.maxInstances,
        desiredCapacity: args.running,
        vpcZoneIdentifiers: args.subnetIds,
        launchTemplate: { id: this.launchTemplate.id, version: "$Latest" },
        // Not the load balancer's: whoever recovers a guest may want to look at one that does not work yet.
        healthCheckType: "EC2",
        targetGroupArns: args.targetGroupArns,
        tags: Object.entries({ ...args.tags, Name: name }).map(([key, value]) => ({
          key,
          value,
          propagateAtLaunch: false,
        })),
      },
      // A failover has raised it: an `up` in the middle of a disaster must not switch the guest off.
      { parent: this, ignoreChanges: ["desiredCapacity"] },
    );
  }
}

/** The id of the image with the newest point in its tag; one without a point is older than all others. */
function newestImage(
  images: readonly { readonly id: string; readonly tags: Readonly<Record<string, string>> }[],
): string | undefined {
  const point = (tags: Readonly<Record<string, string>>) => Date.parse(tags[POINT_TAG] ?? "") || 0;
  return [...images].sort((one, other) => point(other.tags) - point(one.tags))[0]?.id;
}
