import { list, UNKNOWN } from "../facts/read";
import { resourcesOf } from "../facts/topology";
import { answer, type EstateRule, notApplicable } from "./rule";

export const awsBudget: EstateRule = {
  id: "aws-budget",
  title: "Spending in AWS has a budget that speaks up",
  description:
    "A drill that is not swept up, or a failover that nobody ends, costs by the hour until somebody reads the bill.",
  severity: "low",
  level: "advisory",
  url: "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html",
  tags: ["aws", "cost"],
  remediation: "Declare a Budget of the account with a notification before its limit.",
  scope: "estate",
  check: (topology) => {
    const providers = resourcesOf(topology, "pulumi:providers:aws");
    const budgets = resourcesOf(topology, "aws:budgets/budget:Budget");
    if (providers.length === 0)
      return notApplicable("This program does not use AWS by a provider of its own");
    const notes = budgets.map((budget) => list(budget.properties, "notifications"));
    const told = notes.some((each) => each !== UNKNOWN && each !== undefined && each.length > 0);
    return answer(budgets[0] ?? providers[0], told ? false : notes.includes(UNKNOWN) ? UNKNOWN : true, {
      wrong:
        budgets.length === 0
          ? "This program uses AWS and declares no budget."
          : "The budget that this program declares notifies nobody.",
      open: "Whether a budget notifies anybody is not known yet.",
    });
  },
};
