import { Exact } from "../../cost/exact";
import { monthlyCost } from "../../cost/monthly";
import type { DeclaredResource } from "../facts/declared";
import { type Known, text, UNKNOWN } from "../facts/read";
import { resourcesOf, type Topology } from "../facts/topology";
import { numberSetting, type RuleConfig } from "../settings";
import { type EstateRule, listed, notApplicable, undecided, violated } from "./rule";

const MONTHLY = numberSetting("monthlyUsd", {
  description: "US dollars that a month in AWS may cost; the smallest monthly budget of the program when 0.",
  default: 0,
  minimum: 0,
  maximum: 1_000_000_000,
});

export const awsCostCeiling: EstateRule = {
  id: "aws-cost-ceiling",
  title: "A month in AWS costs no more than it may",
  description:
    "A budget speaks up once the money is spent. What is declared has a price before anything is built, and what is " +
    "dearer than it may be is found on the bill otherwise.",
  severity: "medium",
  level: "mandatory",
  url: "https://docs.aws.amazon.com/wellarchitected/latest/cost-optimization-pillar/welcome.html",
  tags: ["aws", "cost"],
  remediation:
    "npm run cost says line by line what a month is made of: choose less of it, or raise the ceiling.",
  settings: [MONTHLY],
  scope: "estate",
  check: (topology, config) => {
    const resources = [...topology.byType.values()].flat();
    if (!resources.some(({ type }) => type.startsWith("aws:"))) {
      return notApplicable("This program declares nothing in AWS");
    }
    const { ceiling, source } = ceilingOf(topology, config);
    if (ceiling === undefined) return notApplicable("Nobody says what a month may cost");
    if (ceiling === UNKNOWN) return [undecided(source, "What a month may cost is not known yet.")];
    const cost = monthlyCost(resources);
    const may = `a month may cost USD ${ceiling.toFixed(2)}`;
    if ("why" in cost)
      return [undecided(source, `Whether it costs more is not known: ${may}, and ${cost.why}.`)];
    const { usd, open } = cost;
    if (usd.compare(ceiling) > 0) {
      return [
        violated(source, `In AWS ${may}, and what is declared and stated comes to USD ${usd.toFixed(2)}.`),
      ];
    }
    if (open.length === 0) return [];
    const known = `what is known of it comes to USD ${usd.toFixed(2)}`;
    return [undecided(source, `In AWS ${may}, and ${known}; the price of ${listed(open, 3)} is not known.`)];
  },
};

/** What a month may cost, and which budget says so. */
interface Ceiling {
  readonly ceiling: Known<Exact> | undefined;
  readonly source?: DeclaredResource;
}

/** The setting, or the smallest budget: one that is not known yet may be smaller still. */
function ceilingOf(topology: Topology, config: RuleConfig): Ceiling {
  const set = MONTHLY.in(config);
  if (set > 0) return { ceiling: Exact.of(set) };
  let smallest: Ceiling = { ceiling: undefined };
  for (const source of resourcesOf(topology, "aws:budgets/budget:Budget").filter(isMonthlyCost)) {
    const ceiling = dollars(text(source.properties, "limitAmount"));
    if (ceiling === UNKNOWN) return { ceiling, source };
    if (!isExact(smallest.ceiling) || ceiling.compare(smallest.ceiling) < 0) smallest = { ceiling, source };
  }
  return smallest;
}

/** Of what is said of a budget, which is no budget of use, of other money or of a year. */
function isMonthlyCost({ properties }: DeclaredResource): boolean {
  const says = (key: string, wanted: string) => {
    const found = text(properties, key);
    return found === wanted || found === undefined || found === UNKNOWN;
  };
  return says("budgetType", "COST") && says("timeUnit", "MONTHLY") && says("limitUnit", "USD");
}

function dollars(amount: ReturnType<typeof text>): Known<Exact> {
  return typeof amount === "string" && /^\d{1,15}(\.\d{1,6})?$/.test(amount) ? Exact.of(amount) : UNKNOWN;
}

function isExact(value: Known<Exact> | undefined): value is Exact {
  return value instanceof Exact;
}
