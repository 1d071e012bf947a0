import { Role, RolePolicy } from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { policyOf, startRights, trust } from "./runbooks/rights";

export interface StartRoleArgs {
  /** Who takes it, such as `scheduler.amazonaws.com`. */
  readonly service: string;
  readonly account: string;
  /** ARNs of the state machines. */
  readonly stateMachines: pulumi.Input<string>[];
}

/** The ARN of a role that starts state machines and does nothing else; known once it may do so. */
export function startRole(
  name: string,
  { service, account, stateMachines }: StartRoleArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const role = new Role(name, { assumeRolePolicy: trust(service, account) }, { parent });
  const rights = new RolePolicy(
    name,
    { role: role.name, policy: pulumi.all(stateMachines).apply((arns) => policyOf(startRights(arns))) },
    { parent },
  );
  return pulumi.all([role.arn, rights.id]).apply(([arn]) => arn);
}
