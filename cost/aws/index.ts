import type { Costings } from "../demand";
import { computeCostings } from "./compute";
import { balancerCostings, networkCostings } from "./network";
import { operationsCostings } from "./operations";
import { storageCostings } from "./storage";

export { costSite } from "./site";

/** What is known of AWS's resource types; a type that is not here is listed as unknown. */
export const awsCostings: Costings = {
  ...computeCostings,
  ...networkCostings,
  ...balancerCostings,
  ...storageCostings,
  ...operationsCostings,
};
