import { SecurityGroup } from "@pulumi/aws/ec2";
import { SecurityGroupEgressRule, SecurityGroupIngressRule } from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { GroupAccess } from "./group-access";

export interface DrillGroundArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Id of the probe function's security group. */
  readonly probeGroupId: pulumi.Input<string>;
  /** TCP ports that it asks guests on. */
  readonly ports: readonly number[];
}

/**
 * The security group of drills: guests in it reach each other and are reached by the probe. A restored copy of a
 * production guest must meet nobody else: it would take its jobs, mails and addresses for its own.
 *
 * @example
 * new DrillGround("drill", { vpcId, probeGroupId: probe.securityGroup.id, ports: [443] });
 */
export class DrillGround extends pulumi.ComponentResource {
  readonly securityGroup: SecurityGroup;

  constructor(name: string, args: DrillGroundArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:DrillGround", name, {}, opts);
    this.securityGroup = new SecurityGroup(
      name,
      { vpcId: args.vpcId, description: "Recovery drills, apart from everything", tags: { Name: name } },
      { parent: this },
    );
    const securityGroupId = this.securityGroup.id;
    new GroupAccess(
      `${name}-probe`,
      {
        from: { groupId: args.probeGroupId, what: "the probe" },
        to: { groupId: securityGroupId, what: "guests of a drill" },
        ports: args.ports,
      },
      { parent: this },
    );
    const among = { securityGroupId, referencedSecurityGroupId: securityGroupId, ipProtocol: "-1" };
    new SecurityGroupIngressRule(
      `${name}-in`,
      { ...among, description: "from other guests of the drill" },
      { parent: this },
    );
    new SecurityGroupEgressRule(
      `${name}-out`,
      { ...among, description: "to other guests of the drill" },
      { parent: this },
    );
    this.registerOutputs({ securityGroupId });
  }
}
