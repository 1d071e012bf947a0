import { Role, RolePolicy } from "@pulumi/aws/iam";
import { StateMachine } from "@pulumi/aws/sfn";
import * as pulumi from "@pulumi/pulumi";
import { policyOf, type Statement, trust } from "./runbooks/rights";
import type { Definition } from "./runbooks/states";

export interface RunbookArgs {
  readonly account: string;
  readonly definition: pulumi.Input<Definition>;
  /** All that it may do. */
  readonly rights: pulumi.Input<readonly Statement[]>;
}

/**
 * A runbook: a state machine and a role of its own.
 *
 * @example
 * new Runbook("failover", { account, definition: failoverDefinition(settings), rights: failoverRights(resources) });
 */
export class Runbook extends pulumi.ComponentResource {
  readonly stateMachine: StateMachine;

  constructor(name: string, args: RunbookArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:Runbook", name, {}, opts);
    const role = new Role(
      name,
      { assumeRolePolicy: trust("states.amazonaws.com", args.account) },
      { parent: this },
    );
    const rights = new RolePolicy(
      name,
      {
        role: role.name,
        policy: pulumi.output(args.rights).apply((statements) => policyOf(statements)),
      },
      { parent: this },
    );
    this.stateMachine = new StateMachine(
      name,
      {
        roleArn: role.arn,
        type: "STANDARD",
        definition: pulumi.output(args.definition).apply((definition) => JSON.stringify(definition)),
        tags: { Name: name },
      },
      // A runbook that may do nothing yet is none.
      { parent: this, dependsOn: rights },
    );
    this.registerOutputs({ arn: this.stateMachine.arn });
  }
}
