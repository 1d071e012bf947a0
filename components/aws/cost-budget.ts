import { Budget } from "@pulumi/aws/budgets";
import * as pulumi from "@pulumi/pulumi";

export interface CostBudgetArgs {
  /** Name in the account. */
  readonly budgetName: string;
  /** US dollars that a month may cost. */
  readonly monthlyUsd: number;
  /** Percentages of it at which what was spent is reported. */
  readonly alertPercent: readonly number[];
  /** ARN of the topic that is told; it has to let budgets publish. */
  readonly topic: pulumi.Input<string>;
}

/**
 * A monthly budget of the account that reports what was spent at some percentages of it, and a forecast above it.
 *
 * @example
 * new CostBudget("budget", { budgetName: "example", monthlyUsd: 50, alertPercent: [80, 100], topic: topic.arn });
 */
export class CostBudget extends pulumi.ComponentResource {
  readonly budget: Budget;

  constructor(name: string, args: CostBudgetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("hybrid-estate:aws:CostBudget", name, {}, opts);
    const alert = { comparisonOperator: "GREATER_THAN", thresholdType: "PERCENTAGE" };
    const subscribed = { subscriberSnsTopicArns: [args.topic] };
    this.budget = new Budget(
      name,
      {
        name: args.budgetName,
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: args.monthlyUsd.toFixed(2),
        limitUnit: "USD",
        notifications: [
          ...args.alertPercent.map((threshold) => ({
            ...alert,
            ...subscribed,
            notificationType: "ACTUAL",
            threshold,
          })),
          { ...alert, ...subscribed, notificationType: "FORECASTED", threshold: 100 },
        ],
      },
      { parent: this },
    );
    this.registerOutputs({ budget: this.budget.name });
  }
}
