export { type EngineEnvironmentOptions, engineEnvironment, pulumiCommand } from "./environment";
export { type Engine, type FindEngineOptions, findEngine, NoEngineError } from "./find";
export type { Progress, StartProgress } from "./progress";
export { ENGINE_VERSION, OLDEST_VERSION, VERSION_RANGE } from "./version";
