import { SecurityGroup } from "@pulumi/aws/ec2";
import { InstanceConnectEndpoint } from "@pulumi/aws/ec2transitgateway";
import * as pulumi from "@pulumi/pulumi";

export interface TestAccessArgs {
  readonly vpcId: pulumi.Input<string>;
  /** The isolated subnet that it stands in; it reaches those of all zones. */
  readonly subnetId: pulumi.Input<string>;
}

/**
 * The way of people into test environments: an EC2 Instance Connect endpoint, which carries SSH of whom IAM lets. It
 * needs no route, no public address and no software in the guest, and costs nothing. What it reaches are the security
 * groups that the environments add to it, so it is no way to anything else.
 *
 * @example
 * const access = new TestAccess("test-access", { vpcId, subnetId });
 */
export class TestAccess extends pulumi.ComponentResource {
  readonly securityGroup: SecurityGroup;
  readonly endpoint: InstanceConnectEndpoint;

  constructor(name: string, args: TestAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:TestAccess", name, {}, opts);
    this.securityGroup = new SecurityGroup(
      name,
      { vpcId: args.vpcId, description: "SSH into test environments", tags: { Name: name } },
      { parent: this },
    );
    this.endpoint = new InstanceConnectEndpoint(
      name,
      {
        subnetId: args.subnetId,
        securityGroupIds: [this.securityGroup.id],
        // Guests see the endpoint: they let in its security group, not the addresses of people.
        preserveClientIp: false,
        tags: { Name: name },
      },
      { parent: this },
    );
    this.registerOutputs({ endpointId: this.endpoint.id });
  }
}
