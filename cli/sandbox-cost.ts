import { priceBook } from "../cost/book";
import { compareEstimates } from "../cost/change";
import { estimate } from "../cost/estimate";
import { DOLLARS } from "../cost/money";
import type { Aws } from "../estate";
import type { States } from "../sandbox/run/report";
import type { CostReport } from "./cost-report";

/**
 * What a previewed stack costs in a month, against what the running one does.
 *
 * @throws PriceBookError where there are no prices of the region
 */
export function sandboxCost(
  { before, after }: States,
  { region, usage }: Pick<Aws, "region" | "usage">,
): CostReport {
  const options = { usage, book: priceBook(region, usage.prices) };
  const next = estimate(after, options);
  const change = compareEstimates(estimate(before, options), next);
  return { title: region, estimate: next, currency: DOLLARS, against: { name: "the running stack", change } };
}
