import { SecurityGroupEgressRule, SecurityGroupIngressRule } from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";

/** A security group, and what is in it: rules say so to whoever reads them in AWS. */
export interface Party {
  readonly groupId: pulumi.Input<string>;
  readonly what: string;
}

export interface GroupAccessArgs {
  /** Who begins the connections. */
  readonly from: Party;
  readonly to: Party;
  /** TCP ports of `to`. */
  readonly ports: readonly number[];
}

/**
 * What is in one security group may connect to what is in another one, on these TCP ports: out of the one and into
 * the other. Groups and not addresses, so that nothing else in the VPC comes in, whichever address it has.
 *
 * @example
 * new GroupAccess("web.to.db", { from: { groupId: web.id, what: "web" }, to: { groupId: db.id, what: "db" }, ports: [5432] });
 */
export class GroupAccess extends pulumi.ComponentResource {
  constructor(name: string, { from, to, ports }: GroupAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:GroupAccess", name, {}, opts);
    for (const port of ports) {
      const tcp = { ipProtocol: "tcp", fromPort: port, toPort: port };
      new SecurityGroupEgressRule(
        `${name}-${port}`,
        {
          securityGroupId: from.groupId,
          description: `to ${to.what}`,
          referencedSecurityGroupId: to.groupId,
          ...tcp,
        },
        { parent: this },
      );
      new SecurityGroupIngressRule(
        `${name}-${port}`,
        {
          securityGroupId: to.groupId,
          description: `from ${from.what}`,
          referencedSecurityGroupId: from.groupId,
          ...tcp,
        },
        { parent: this },
      );
    }
    this.registerOutputs();
  }
}
