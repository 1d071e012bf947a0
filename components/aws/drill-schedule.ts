import { EventRule, EventTarget } from "@pulumi/aws/cloudwatch";
import { Schedule } from "@pulumi/aws/scheduler";
import * as pulumi from "@pulumi/pulumi";
import { startRole } from "./start-role";

export interface DrillScheduleArgs {
  readonly account: string;
  /** ARNs of the state machines. */
  readonly drill: pulumi.Input<string>;
  readonly watch: pulumi.Input<string>;
  /** When drills start, as EventBridge Scheduler reads it. */
  readonly schedule: pulumi.Input<string>;
  readonly timeZone: pulumi.Input<string>;
  readonly enabled: boolean;
}

/**
 * Starts drills and the watch over recoverable points by the clock, and has a drill swept up after that was cut off:
 * AWS runs no Catch for an execution that is aborted or over its time.
 *
 * @example
 * new DrillSchedule("drills", { account, drill, watch, schedule: "rate(30 days)", timeZone: "UTC", enabled: true });
 */
export class DrillSchedule extends pulumi.ComponentResource {
  constructor(name: string, args: DrillScheduleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:DrillSchedule", name, {}, opts);
    this.startByClock(name, args);
    this.sweep(`${name}-sweep`, args);
    this.registerOutputs();
  }

  private startByClock(name: string, args: DrillScheduleArgs): void {
    const roleArn = startRole(
      name,
      {
        service: "scheduler.amazonaws.com",
        account: args.account,
        stateMachines: [args.drill, args.watch],
      },
      this,
    );
    const schedule = {
      actionAfterCompletion: "NONE",
      groupName: "default",
      flexibleTimeWindow: { mode: "OFF" },
    };
    const target = { roleArn, retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 5 } };
    new Schedule(
      name,
      {
        ...schedule,
        description: "Recovery drill",
        scheduleExpression: args.schedule,
        scheduleExpressionTimezone: args.timeZone,
        state: args.enabled ? "ENABLED" : "DISABLED",
        target: { ...target, arn: args.drill, input: "{}" },
      },
      { parent: this },
    );
    new Schedule(
      `${name}-watch`,
      {
        ...schedule,
        description: "Age of the newest recoverable points",
        scheduleExpression: "rate(15 minutes)",
        scheduleExpressionTimezone: "UTC",
        state: "ENABLED",
        target: { ...target, arn: args.watch, input: "{}" },
      },
      { parent: this },
    );
  }

  private sweep(name: string, args: DrillScheduleArgs): void {
    const rule = new EventRule(
      name,
      {
        description: "Drills that were cut off",
        state: "ENABLED",
        eventPattern: pulumi.jsonStringify({
          source: ["aws.states"],
          "detail-type": ["Step Functions Execution Status Change"],
          detail: { stateMachineArn: [args.drill], status: ["ABORTED", "TIMED_OUT"] },
        }),
      },
      { parent: this },
    );
    new EventTarget(
      name,
      {
        rule: rule.name,
        arn: args.drill,
        roleArn: startRole(
          name,
          { service: "events.amazonaws.com", account: args.account, stateMachines: [args.drill] },
          this,
        ),
        inputTransformer: { inputPaths: { name: "$.detail.name" }, inputTemplate: '{"sweep": <name>}' },
      },
      { parent: this },
    );
  }
}
