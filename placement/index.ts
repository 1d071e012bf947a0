export * from "./capacity";
export { CONFLICTS, type DroppedRule, type FeasibleRules, feasibleRules } from "./conflicts";
export type { Starts } from "./manager";
export * from "./model";
export { type Fate, failNodes, type Outcome, type Running, settleCluster } from "./recovery";
export { afterMaintenance, type PlannedFate, type Shutdown, type ShutdownPolicy, shutDown } from "./shutdown";
